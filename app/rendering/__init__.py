"""Arrays to pictures: scale, colour map, sheet, overlay, PNG."""
