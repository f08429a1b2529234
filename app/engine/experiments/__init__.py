"""Experiments: each one's question to a network and a picture, answered once for all who ask."""
