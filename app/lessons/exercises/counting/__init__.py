"""Kinds of exercises that count: parameters, connections, receptive fields, multiply-accumulates."""
