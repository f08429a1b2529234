"""Strangers' files in confined processes of their own: what is checked before, how they are confined, run and ended."""
