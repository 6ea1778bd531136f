"""Tests of the room that makes tables and papers."""
