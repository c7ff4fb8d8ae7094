"""Every destination passes the conformance suite."""
