"""Experiments: one module each, with its routes and the shapes of its answers."""
