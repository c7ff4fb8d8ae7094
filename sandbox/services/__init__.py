"""The simulated vendors, one folder each."""
