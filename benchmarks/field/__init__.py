"""How networks that others made fare: every value of every layer against plain onnxruntime, gradients, every resource.

`make field` collects the files and writes the table of `docs/own-networks-field.md`.
"""
