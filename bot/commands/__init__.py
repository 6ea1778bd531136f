"""What each command of the command line does, and what they share at the console."""
