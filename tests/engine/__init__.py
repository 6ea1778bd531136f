"""The engine, one file of examples for each of its modules, and one machine that plays all of it at random."""
