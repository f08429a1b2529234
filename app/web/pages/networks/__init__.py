"""The networks as cards, in the lecture's order."""
