"""Tests: each says its rule in one sentence and reads like what a person does."""
