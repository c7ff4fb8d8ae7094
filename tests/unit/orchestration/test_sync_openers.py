"""Every sync that is declared finds a destination that can do what its mode asks; nothing is connected to."""

from __future__ import annotations

import base64

import pytest

from orchestration import syncs
from orchestration.systems import SYSTEMS

DECLARED = syncs.declared()
VALUES = {
    "base_url": "https://vendor.test",
    "secret": "whsec_" + base64.b64encode(b"twenty-four bytes of key").decode(),
}


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_a_declared_sync_is_served_by_its_destination(name: str) -> None:
    spec = DECLARED[name]
    system = SYSTEMS[spec.destination]
    credentials = system.credentials(**{field: VALUES.get(field, "1") for field in system.required})
    with syncs.opener(spec)(credentials) as destination:
        assert destination.name == spec.destination
        assert spec.operations <= destination.limits.operations
        if destination.limits.reads == "nothing" or spec.object.endswith("members"):  # known without asking
            described = destination.describe(spec.object)
            assert described is not None
            assert set(spec.key.match) <= set(described.fields)
