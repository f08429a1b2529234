"""What surrounds every route: deadlines, bodies, security, errors, caching, health, metrics and logs."""
