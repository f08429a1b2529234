"""Bringing the weights of the published networks: download, checksum, store, bundle."""
