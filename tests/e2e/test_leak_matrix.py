"""Every way a page can send a hit, from every place, at every moment: seen by its own visit's sink, and by nobody else."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass

import pytest

from support.hits import Tracked
from support.leak_matrix import VENDORS, case_of, expected, installed, matrix, said

VISITS = ("one", "two", "three", "four")


@dataclass
class Seen:
    visits: dict[str, Tracked]
    said_to_the_network: list[bytes]


@pytest.fixture(
    scope="module", params=installed(os.environ), ids=lambda each: "shell" if each.headless_shell else "full"
)
def seen(request: pytest.FixtureRequest) -> Seen:
    seen, said_to_the_network = asyncio.run(matrix(request.param, VISITS))
    return Seen(dict(zip(VISITS, seen, strict=True)), said_to_the_network)


def test_every_visit_came_to_its_end(seen: Seen) -> None:
    assert {
        name: (each.attempt.status, each.attempt.inconclusive) for name, each in seen.visits.items()
    } == dict.fromkeys(VISITS, ("PASS", None))


def test_nothing_reached_the_network(seen: Seen) -> None:
    """Names of vendors lead to the guard, all others to our listener: neither heard of a vendor."""
    assert [each for each in seen.said_to_the_network if any(host.encode() in each for host in VENDORS)] == []
    assert [each.log.trouble for each in seen.visits.values()] == [None] * len(VISITS)


def test_all_that_chromium_sends_was_seen(seen: Seen) -> None:
    missing = {
        name: sorted(expected() - {case_of(hit)[1] for hit in each.hits})
        for name, each in seen.visits.items()
    }
    assert missing == {name: [] for name in VISITS}


def test_every_hit_is_its_own_visits(seen: Seen) -> None:
    assert {name: {case_of(hit)[0] for hit in each.hits} for name, each in seen.visits.items()} == {
        name: {name} for name in VISITS
    }


def test_every_body_is_whole(seen: Seen) -> None:
    for name, each in seen.visits.items():
        for hit in each.hits:
            case = case_of(hit)[1]
            if case.endswith("/ping"):
                assert hit.body == b"PING"
                continue
            assert f"said-{name}-{case.replace('/', '-')}" in said(hit), hit
            assert hit.length == len(hit.body)
            assert hit.length >= 300_000 or not case.endswith("300k")
