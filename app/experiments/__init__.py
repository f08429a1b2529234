"""Experiments: change the picture, the network or the question. What follows is computed here, without the web."""
