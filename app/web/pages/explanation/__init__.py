"""The explanation panel: the map, its faithfulness, and other maps beside it."""
