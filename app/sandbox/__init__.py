"""A stranger's network: its file is checked before any library reads it, and it runs in a confined child process."""
