"""Experiments: their list, a folder for the page of each, and what these pages share."""
