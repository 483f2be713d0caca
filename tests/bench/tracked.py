"""A journey whose tracking is watched against the same journey unwatched, visit by visit in turn, in one browser."""

from __future__ import annotations

import asyncio
from statistics import median

from bench.demo_shop import shop
from bench.measure import CannotMeasure, Figure, milliseconds
from bench.watched import rounds
from nano_sre.runtime import browsers

MOST_CPU = 1.05


def measure(*, quick: bool = False) -> list[Figure]:
    if browsers.find_browser() is None:
        raise CannotMeasure("no Chromium is installed here; `nano-sre doctor` says how to get one")
    with shop() as store:
        tracked, alone = asyncio.run(
            rounds(store.url, 4 if quick else 20, check="purchase-path-tracked.yaml")
        )
    return [
        Figure(
            what="CPU of a visit whose hits are judged, browser included",
            ours=milliseconds(median(tracked.total)),
            peer=f"{milliseconds(median(alone.total))} unwatched",
            ratio=median(tracked.total) / median(alone.total),
            goal=MOST_CPU,
        ),
        Figure(
            what="our Python's CPU in it",
            ours=milliseconds(median(tracked.python)),
            peer=f"{milliseconds(median(alone.python))} unwatched",
            ratio=median(tracked.python) / median(alone.python),
        ),
        Figure(
            what="how long it takes",
            ours=milliseconds(median(tracked.wall)),
            peer=f"{milliseconds(median(alone.wall))} unwatched",
            ratio=median(tracked.wall) / median(alone.wall),
        ),
    ]
