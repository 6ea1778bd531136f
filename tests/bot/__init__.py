"""Tests of what is true on any surface."""
