"""How fast ConvScope is, as ratios to what a user would do instead, measured in one run."""
