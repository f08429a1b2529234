"""Exercises: problems made from a seed, with answers that `arithmetic` computes, and what mistakes lead to."""
