"""The Explorer: picture, network, layer, channel and filter."""
