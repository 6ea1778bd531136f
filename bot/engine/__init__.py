"""How any flow runs. Pure: values in, values out; no clock, network, database or randomness."""
