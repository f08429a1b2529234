"""How a number is computed: the working of one cell, operator by operator, in float64 from what the operator reads."""
