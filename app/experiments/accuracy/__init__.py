"""Accuracy: how often a network is right on many pictures, which classes it confuses, and how far it is sure."""
