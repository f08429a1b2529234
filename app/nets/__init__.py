"""Networks: their cards, graphs and weights, and running them with every layer as an output."""
