"""What a file is given: an image, in the order of its axes, and constants for its other inputs."""
