"""The comparison of networks, in figures and on one picture."""
