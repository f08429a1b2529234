"""The page of a camera: what a network predicts for its picture, and one layer of it, as fast as the machine can."""
