"""The comparison of layers and of networks: differences, counterparts, and architectures stage by stage."""
