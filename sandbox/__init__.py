"""A local market to practise on: a world with known truth, and services that speak the vendors' protocols."""
