"""Figures about whole networks: their layers, counts and receptive fields."""
