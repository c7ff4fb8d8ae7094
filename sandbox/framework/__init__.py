"""What every simulated service shares: routes, auth, quotas, faults, clock, store, write log, call counts."""
