"""Own networks: opened from uploads and from a watched folder."""
