"""A page for those who want no chat trace: the same flows, without a name, an account or a cookie."""
