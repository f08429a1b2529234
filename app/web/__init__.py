"""The HTTP face: JSON, pictures, pages."""
