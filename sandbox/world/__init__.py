"""A market with known truth: real companies, made-up people and dealings, and what four systems know of them."""

from sandbox.world.entities import TooFewCompanies
from sandbox.world.generation import WorldSummary, generate
from sandbox.world.scale import Dirt, WrongParameters

__all__ = ["Dirt", "TooFewCompanies", "WorldSummary", "WrongParameters", "generate"]
