"""The page of a drawn digit: a pad, and every layer of a network that follows the stroke."""
