"""Which records are one company and one person."""
