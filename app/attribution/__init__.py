"""Why a network answers as it does: maps of what in the picture counts for a class, and how far to believe them."""
