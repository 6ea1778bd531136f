"""Stand-ins for what is outside, over real connections."""
