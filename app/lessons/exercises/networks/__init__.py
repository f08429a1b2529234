"""Kinds of exercises about a real network and a photo; what the network computes is given to them."""
