"""The geometry of the pages' SVG charts."""
