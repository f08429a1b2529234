"""The page of depth: how far a network's layers part when the photo changes, from the input to the output."""
