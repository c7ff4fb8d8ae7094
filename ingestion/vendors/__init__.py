"""Enrichment vendors: one contract, a thin adapter each, asked in the order of a waterfall that people write."""

from ingestion.vendors.apollo import APOLLO
from ingestion.vendors.clearbit import CLEARBIT
from ingestion.vendors.dnb import DNB
from ingestion.vendors.lusha import LUSHA
from ingestion.vendors.queue import record_queue
from ingestion.vendors.research import RESEARCH
from ingestion.vendors.rules import PEOPLE_SEARCH, read_rules
from ingestion.vendors.search import Found, Wish, find_people
from ingestion.vendors.source import VendorOptions, vendor_options, vendor_source
from ingestion.vendors.spending import Account, credits_of
from ingestion.vendors.zoominfo import ZOOMINFO

ADAPTERS = (APOLLO, CLEARBIT, LUSHA, ZOOMINFO, DNB, RESEARCH)
VENDORS = tuple(vendor_source(adapter) for adapter in ADAPTERS)

__all__ = [
    "ADAPTERS",
    "PEOPLE_SEARCH",
    "VENDORS",
    "Account",
    "Found",
    "VendorOptions",
    "Wish",
    "credits_of",
    "find_people",
    "read_rules",
    "record_queue",
    "vendor_options",
]
