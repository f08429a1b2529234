"""What keeps a small network from learning its photos by heart: blended photos, and teachers."""
