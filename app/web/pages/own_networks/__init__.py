"""The pages of a network of one's own: it is opened, and how its input is prepared is chosen."""
