"""The questions that can be asked about networks and pictures, each answered once for all who ask."""
