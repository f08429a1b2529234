"""What layers tell apart: their principal components, their probes, the channels that classes share, and damage."""
