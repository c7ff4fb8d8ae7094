"""Runs the whole product as one lineage: settings, Dagster definitions, publishing and the command line."""
