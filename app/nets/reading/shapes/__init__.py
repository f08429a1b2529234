"""The shape of every value for an image of one size, also where the graph computes it."""
