"""Tests of how any flow runs."""
