"""Kinds of figures about training: a step of gradient descent, dropout, batch normalisation and its folding."""
