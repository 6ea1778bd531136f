"""Files that people hand in, read and judged: the directory, and a list of information a company keeps already."""
