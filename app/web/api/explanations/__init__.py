"""Explanations in the API: the methods, one map, series of maps, and progress."""
