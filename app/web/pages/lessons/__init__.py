"""The pages of the lessons: the list, a lesson with its live figures, and a figure by itself."""
