"""Families that nobody stated: accounts that share a domain or a vendor's ultimate, under one head. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def evidence_parents(
    parents: Mapping[str, str], groups: Iterable[Sequence[str]], ranks: Mapping[str, Any]
) -> dict[str, str]:
    """Parents for the tops of stated families whose members meet in a group.

    `parents`: the stated links, without cycles. `groups`: accounts that one piece of evidence puts into one family, the
    strongest evidence first. Of the tops that meet, the one of lowest rank becomes the parent of the others.
    """
    top = {account: parents.get(account, account) for account in ranks}
    found: dict[str, str] = {}
    for group in groups:
        tops = sorted({_top(top, account) for account in group}, key=lambda account: (ranks[account], account))
        for account in tops[1:]:
            found[account] = top[account] = tops[0]
    return found


def _top(top: dict[str, str], account: str) -> str:
    """The head of an account's family; the way there is shortened for those who ask next."""
    climbed = []
    while top[account] != account:
        climbed.append(account)
        account = top[account]
    for member in climbed:
        top[member] = account
    return account
