"""The API's explanations: methods, maps, series of maps, progress."""
