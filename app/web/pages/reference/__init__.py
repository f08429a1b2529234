"""The API's reference, from its OpenAPI description."""
