"""Extracts of public company names and the small tables a world is drawn from."""
