"""Jobs over data sets: the photos, the jobs with their progress, and the strongest patches of their channels."""
