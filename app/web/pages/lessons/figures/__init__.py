"""The kinds of figures that ask a network or read a photo: a state, and what is gathered for it. One file each."""
