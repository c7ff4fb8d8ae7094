"""Free text: notes with quotes, commas, newlines, other scripts, and now and then a very long one."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from sandbox.world.columns import chosen

NOTES = (
    "Met at the trade show, wants a follow-up next quarter.",
    'They call it "the platform", not "the tool".',
    "Budget holder is the CFO; procurement, legal and IT must sign.",
    "Line one of the note.\nLine two: call back after 14:00.\r\nLine three.",
    "Renewal in Q3. Competitor: O'Reilly & Sons.",
    "O’Brien (new CIO) took over in May – very keen 🚀",
    "Kunde wünscht Angebot bis Freitag; Größe: 250 Plätze.",
    "Intéressé par l'intégration, à relancer après l'été.",
    "عميل مهم، يرجى المتابعة",
    "לקוח חשוב, נא לחזור אליו",
    "お客様より資料請求あり。",
    "Semicolons; tabs\tand, commas, \"quotes\" and 'apostrophes' \\ backslash",
    "<b>HTML</b> &amp; entities pasted from an e-mail",
    "=SUM(A1:A9) pasted from a sheet",
    "null",
    "0",
)
LONG_NOTE = ('Imported from the old CRM. Customer said: "we\'d like to see it". ' * 70)[:4_000]
_POOL = (*NOTES, LONG_NOTE)


def descriptions(rng: np.random.Generator, count: int, filled: float = 0.35) -> pa.Array:
    """A note for some rows, 4,000 characters for about one in 1,500, null for the rest."""
    code = rng.integers(0, len(NOTES), count)
    code = np.where(rng.random(count) < 0.0007, len(NOTES), code)
    return chosen(_POOL, np.where(rng.random(count) < filled, code, -1))
