"""Analysis of weights and activations, without running a network: statistics, histograms, filters, predictions."""
