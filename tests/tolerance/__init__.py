"""Right and wrong implementations that the comparison rule has to tell apart."""
