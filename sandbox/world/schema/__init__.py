"""Table definitions of a world, one file per group of systems."""
