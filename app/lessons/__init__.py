"""Lessons as data: a folder each, with its texts, its figures and its exercises; the numbers come from `arithmetic`."""
