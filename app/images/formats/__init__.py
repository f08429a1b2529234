"""One file a picture format: its signature and what its header says."""
