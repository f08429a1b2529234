"""The page of a kernel: numbers that a reader types, and what they make of a photo."""
