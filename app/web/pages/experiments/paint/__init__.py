"""The page of an experiment: a map of one channel painted on, and what the network makes of it from there."""
