"""The kinds of figures of the lessons that need numbers alone: a state, and what follows from it. One file each."""
