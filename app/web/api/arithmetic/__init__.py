"""The arithmetic of single numbers, and figures of typed numbers: cells, their paths and scripts, convolutions."""
