"""What happens when things break: processes killed, two writers at once, starts that must be refused."""
