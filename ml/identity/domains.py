"""Web addresses and e-mail addresses brought to the domain of the company behind them.

The registrable domain follows the public suffix list that tldextract bundles (never fetched), private suffixes
included: `acme.github.io` is a company's address, `github.io` is nobody's.
"""

import csv
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib.resources import files

import tldextract

_SCHEME = re.compile(
    r"^\s*(?:[a-z][a-z0-9+.-]{0,15}\s*:\s*/+|[a-z][a-z0-9+-]{0,15}\s*:\s*|(?:https?|htp|htttp)\s*/{1,3}|//)",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"[\s,;|<>()\"']+")
_LABEL = re.compile(r"^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$")
_MAX_HOST = 253  # RFC 1035
_RESERVED = frozenset({"localhost", "invalid", "local", "internal", "lan"})


@cache
def _suffixes() -> Callable[[str], tldextract.tldextract.ExtractResult]:
    # No list is fetched and no cache is written: the answer depends on the pinned package alone.
    return tldextract.TLDExtract(suffix_list_urls=(), include_psl_private_domains=True, cache_dir=None)


@cache
def _public_mail() -> frozenset[str]:
    """Domains whose mailboxes anyone can have."""
    text = (files("ml.identity") / "data" / "free_mail_domains.csv").read_text("utf-8")
    listed = set(text.split()[1:])
    for domain, override in _overrides().items():
        if override["mail"] == "employees":
            listed.discard(domain)
        else:
            listed.add(domain)
    return frozenset(listed)


@cache
def _overrides() -> dict[str, dict[str, str]]:
    text = (files("ml.identity") / "data" / "domain_overrides.csv").read_text("utf-8")
    return {row["domain"]: row for row in csv.DictReader(text.splitlines())}


def _ascii_host(text: str) -> str | None:
    host = text.strip().strip(".").lower()
    if not host or len(host) > _MAX_HOST:
        return None
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii").lower()
        except UnicodeError:
            return None
    labels = host.split(".")
    if len(labels) < 2 or labels[-1] in _RESERVED or not all(_LABEL.match(label) for label in labels):
        return None
    return host


def registrable_domain(host: str) -> str | None:
    """The part of a host name that somebody registered, in ASCII (`www.shop.bücher.co.uk` -> `xn--bcher-kva.co.uk`).

    None for what is no public host: IP addresses, single words, `localhost`, a bare public suffix.
    A top-level domain that the list does not know counts as a suffix (the list's own default rule).
    """
    name = _ascii_host(host)
    if name is None or not name.rpartition(".")[2].strip("0123456789"):
        return None  # nothing, or an IP address
    parts = _suffixes()(name)
    if parts.top_domain_under_public_suffix:
        return parts.top_domain_under_public_suffix
    if parts.suffix or not name.rpartition(".")[2].isalpha():
        return None
    return ".".join(name.split(".")[-2:])


def _split_address(text: str) -> tuple[str, bool]:
    """The host of whatever a person typed into a website field, and whether a path follows it."""
    # Full-width letters and dots are what East Asian keyboards type.
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    bare = _SCHEME.sub("", plain.replace("\\", "/").strip(), count=1)
    bare = next((part for part in _SEPARATORS.split(bare) if "." in part or "。" in part), "")
    host, slash, path = bare.partition("/")
    host = re.split(r"[?#]", host, maxsplit=1)[0].rpartition("@")[2]
    return host.partition(":")[0], bool(slash and path.strip("/"))


def website_domain(text: str | None) -> str | None:
    """The registrable domain of a company's website, or None where the address says nothing about the company.

    Takes URLs with or without scheme, port, path or `www`, several addresses in one field (the first counts) and
    e-mail addresses. Free-mail hosts and hosts of other people's pages (a `facebook.com/acme`) give None.
    """
    if not text or len(text) > 2_000:
        return None
    host, has_path = _split_address(text)
    domain = registrable_domain(host)
    if domain is None:
        return None
    override = _overrides().get(domain)
    if override is not None:
        is_other = override["website"] == "nobody" or (override["website"] == "pages" and has_path)
        return None if is_other else domain
    return None if domain in _public_mail() else domain


def host_domain(host: str | None) -> str | None:
    """The registrable domain of the employer behind an e-mail host; None for free-mail and for what is no host."""
    if not host:
        return None
    domain = registrable_domain(host.rstrip(">;, "))
    return None if domain is None or domain in _public_mail() else domain


def shared_hosts() -> list[tuple[str, str, str]]:
    """Domains that others use too, for pages or mailboxes: (domain, its first label, letters of the owner's name).

    As a company's website such a bare domain counts for the company that owns it alone.
    """
    return [
        (domain, domain.partition(".")[0], "".join(override["company"].lower().split()))
        for domain, override in sorted(_overrides().items())
        if override["website"] == "pages" or (override["mail"] == "public" and override["website"] != "nobody")
    ]
