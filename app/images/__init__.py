"""Pictures: bytes to RGB arrays, stored by the hash of their pixels."""
