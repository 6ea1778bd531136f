"""The handbook's reasoning, as pure functions over values. Knows no flow, no person, no storage."""
