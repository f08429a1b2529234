"""The pages: one folder each, and beside them what they share."""
