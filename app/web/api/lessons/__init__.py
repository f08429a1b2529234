"""Lessons and their exercises over HTTP."""
