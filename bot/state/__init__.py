"""What we remember: the only room that speaks SQL. Sensitive text is sealed before it reaches a row."""
