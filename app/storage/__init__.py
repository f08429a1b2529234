"""Content under ids that are hashes of it: in a local folder, or in a bucket that several machines share."""
