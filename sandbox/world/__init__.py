"""A market with known truth: real companies, made-up people and dealings, and what four systems know of them."""

from sandbox.world.entities import TooFewCompaniesError
from sandbox.world.generation import WorldSummary, generate
from sandbox.world.scale import Dirt, WrongParametersError

__all__ = ["Dirt", "TooFewCompaniesError", "WorldSummary", "WrongParametersError", "generate"]
