"""Jobs over data sets: the photos, the job that runs a network on all of them, and its results."""
