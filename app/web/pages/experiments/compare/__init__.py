"""The comparison of two layers: of two networks, of two photos, or before and after a change of the photo."""
