"""Pictures: bytes in, RGB arrays out, kept by the hash of their pixels."""
