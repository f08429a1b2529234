"""Networks that users bring: their files on disk, and what is known about their input."""
