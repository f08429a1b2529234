"""What a file must be before any library runs on it: its structure, operators and sizes, read from its bytes alone."""
