"""An explanation on the page: its question, its map, how faithful the map is, and other maps to compare it with."""
