"""The API's reference, rendered from OpenAPI."""
