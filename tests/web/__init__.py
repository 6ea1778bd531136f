"""Tests of the page for reports without a chat trace."""
