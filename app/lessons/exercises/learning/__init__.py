"""Kinds of exercises about functions and training: ReLU, softmax, normalisation, dropout, loss, gradient."""
