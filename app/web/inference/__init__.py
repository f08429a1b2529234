"""The Open Inference Protocol, version 2: its routes, and what its requests and responses are made of."""
