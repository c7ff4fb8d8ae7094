"""One lineage: raw tables, dbt, identity, checks, publication and syncs."""
