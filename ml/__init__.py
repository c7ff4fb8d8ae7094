"""Models that read the warehouse and write their own schema, `ml`: identity now, propensity and territory later."""
