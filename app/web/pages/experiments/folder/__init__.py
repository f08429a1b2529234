"""The page of a folder: a network on many pictures, which of them are right, and what a change of all does."""
