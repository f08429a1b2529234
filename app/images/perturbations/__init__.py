"""Perturbations: changes of a picture that keep its size, by name and amount. Pure functions of (H, W, 3) uint8."""
