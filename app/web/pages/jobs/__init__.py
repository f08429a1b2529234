"""The page of jobs: start one, see how far it is, and what it says of a network on thousands of photos."""
