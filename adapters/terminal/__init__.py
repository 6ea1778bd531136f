"""The terminal: prompts as numbered text, replies as lines. The whole product can be used by typing."""
