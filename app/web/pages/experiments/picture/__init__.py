"""The page of a changed picture: its changes as a list, and what a network makes of it before and after."""
