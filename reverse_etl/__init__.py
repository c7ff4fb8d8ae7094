"""Puts what the warehouse says where people work: plan, guard, write, record (the ten laws of the architecture)."""
