"""What inference servers say of a network and load: its signature, and a model repository for Triton."""
