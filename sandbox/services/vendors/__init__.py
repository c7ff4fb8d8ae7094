"""Simulated enrichment vendors: Apollo, Clearbit, Lusha, Dun & Bradstreet."""

from sandbox.services.vendors.apollo import Apollo
from sandbox.services.vendors.clearbit import Clearbit
from sandbox.services.vendors.dnb import DunAndBradstreet
from sandbox.services.vendors.lusha import Lusha

__all__ = ["Apollo", "Clearbit", "DunAndBradstreet", "Lusha"]
