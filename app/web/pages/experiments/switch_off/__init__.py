"""The page of an experiment: channels and branches of a layer switched off, and what follows from that."""
