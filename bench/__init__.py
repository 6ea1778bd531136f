"""One command prints every figure we claim: ratios to something measured in the same run."""
