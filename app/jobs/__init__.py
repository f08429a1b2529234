"""Jobs over data sets: what a network computes of thousands of photos, in constant memory, merged in any order."""
