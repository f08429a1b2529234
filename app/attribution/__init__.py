"""Attribution: maps of what in the input supports or opposes a prediction, and how faithful the maps are."""
