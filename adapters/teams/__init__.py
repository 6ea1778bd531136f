"""Teams: prompts as Adaptive Cards, replies as messages and presses; behind a front door of our own."""
