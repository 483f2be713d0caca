"""A mix of all vendors' hits, decoded, against the standard library taking the same addresses and bodies apart."""

from __future__ import annotations

import json
from collections import Counter
from urllib.parse import parse_qsl, urlsplit

from bench.measure import Figure, cpu_of, interleaved, median
from nano_sre.kinds._shared.tracking import vendors_for
from support.hit_mix import Mix

HITS_A_SECOND = 20_000
MOST = 2.0


def measure(*, quick: bool = False) -> list[Figure]:
    """Needs no browser and no network: `quick` takes 4,000 hits, else 40,000."""
    hits = list(Mix().hits(4_000 if quick else 40_000))
    vendors = vendors_for(None)
    found = Counter(vendors.decode(each).vendor for each in hits)
    assert None not in found, "the mix has hits that nobody knows"

    def ours() -> float:
        def run() -> None:
            for each in hits:
                vendors.decode(each)

        return cpu_of(run)

    def floor() -> float:
        def run() -> None:
            for each in hits:
                parse_qsl(urlsplit(each.url).query)
                body = each.body.decode()
                if body[:1] == "{":
                    json.loads(body)
                else:
                    for line in body.split("\n"):
                        parse_qsl(line)

        return cpu_of(run)

    taken = interleaved(3 if quick else 7, ours=ours, floor=floor)
    a_second = {side: len(hits) / median(taken[side]) for side in taken}
    best = len(hits) / min(taken["ours"])
    return [
        Figure(
            what=f"CPU a hit, a mix of {len(found)} vendors",
            ours=f"{1e6 / a_second['ours']:.1f} µs",
            peer=f"{1e6 / a_second['floor']:.1f} µs urllib and json",
            ratio=a_second["floor"] / a_second["ours"],
            goal=MOST,
        ),
        Figure(
            what="hits decoded a CPU second",
            ours=f"{a_second['ours']:,.0f} (best {best:,.0f})",
            peer=f"{HITS_A_SECOND:,} wanted",
            ratio=a_second["ours"] / HITS_A_SECOND,
            goal=1.0,
            at_least=True,
        ),
    ]
