"""The API: JSON, PNG and NPY, one file a resource, its routes beside the shapes that they answer."""
