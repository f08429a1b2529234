"""How a number is computed: the panel of one cell, with its terms, the numbers that it reads and its readers."""
