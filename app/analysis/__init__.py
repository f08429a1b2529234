"""What arrays say, without running anything: statistics, histograms, filters, predictions."""
