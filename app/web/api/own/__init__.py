"""Own networks: what users open, and how its input is prepared."""
