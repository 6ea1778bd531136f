"""Slack: prompts as cards and modals, replies as messages and presses; behind a front door of our own."""
