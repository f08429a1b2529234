"""The page of a sweep: a change of the picture that grows, what networks answer, and where the answer flips."""
