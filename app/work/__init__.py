"""Work with a bounded queue in front of it: runner, stop, cache. Independent of networks."""
