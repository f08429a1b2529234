"""The start page: an example that has already run, and the ways to one's own."""
