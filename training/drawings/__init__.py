"""Pictures drawn with NumPy and Pillow alone: digits as a person writes them, and objects of the ten classes."""
