"""`nano-sre baseline`: what is usual, said, accepted and forgotten; no apply touches it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from nano_sre.core.usual import Usual, following
from nano_sre.store import Store
from support.cli import Desk

URL = "https://shop.example"
SLOW = "shop/quality@desktop/us"
FAST = "shop/quality@iphone/us"
SKILL = "page.slower_than_usual"


def seen(times: Iterable[float]) -> Usual:
    usual = Usual()
    for each in times:
        usual = following(usual, each, datetime(2026, 3, 3, 14, tzinfo=UTC))
    return usual


def steady(count: int = 61) -> list[float]:
    return [1_200 + number % 5 * 20 for number in range(count)]


@pytest.fixture
def learned(desk: Desk) -> Desk:
    """Two targets: on the desktop one page has become slower, another is still being learned."""
    slow = seen([*steady(), *[1_500.0] * 8])
    with store(desk) as kept:
        for target, about, usual in (
            (SLOW, "LCP /products/x", slow),
            (SLOW, "TTFB /products/x", seen(steady())),
            (SLOW, "LCP /", seen(steady(12))),
            (FAST, "LCP /products/x", slow),
        ):
            kept.update_baseline(SKILL, URL, usual.as_json(), target=target, metric=about)
        kept.update_baseline("page.requests", URL, {"third_parties": ["cdn.example"]}, target=SLOW)
        kept.update_baseline("headless_probe", URL, {"lcp_ms": 1200})
    return desk


def store(desk: Desk) -> Store:
    return Store.open(desk.environ["NANO_SRE_DATABASE_URL"], data_dir=desk.data)


def state(desk: Desk, target: str, about: str) -> Any:
    found = desk.nano("baseline", "show", target, "--json").json()["baselines"]
    return next(each["state"] for each in found if f"{each.get('metric')} {each.get('page')}" == about)


def test_show_says_what_is_usual_and_what_is_slower(learned: Desk) -> None:
    done = learned.nano("baseline", "show")
    assert done.code == 0
    lines = [" ".join(line.split()) for line in done.out.splitlines()]
    assert SLOW in lines
    columns = [line for line in done.out.splitlines() if " LCP " in line or " TTFB " in line]
    assert len({line.index(" s ") for line in columns[:3]}) == 1, "columns stand below each other"
    (slow, _) = (line for line in lines if line.startswith("/products/x LCP"))
    assert slow.startswith("/products/x LCP 1.24 s ± 3 % 1.50 s ✗ 21 % slower since 2026-03-03 ")
    assert slow.endswith("(8 visits)")
    assert "/ LCP 1.23 s ± 4 % 1.22 s learning: 12 of 30 runs" in lines
    assert any(line.startswith("/products/x TTFB") and line.endswith("as usual") for line in lines)
    assert "third parties: cdn.example" in lines
    assert "headless_probe: lcp_ms 1200" in lines


def test_show_is_one_json_document_and_takes_globs_and_ids(learned: Desk) -> None:
    document = learned.nano("baseline", "show", "shop/*@iphone/*", "--json").json()
    (row,) = document["baselines"]
    assert (document["format"], document["version"]) == ("nano-sre/baselines", 1)
    assert (row["target"], row["page"], row["metric"], row["state"]) == (FAST, "/products/x", "LCP", "jump")
    assert (row["usual_ms"], row["last_ms"], row["slower"]) == (1240, 1500, 0.21)
    assert len(learned.nano("baseline", "show", "quality", "--json").json()["baselines"]) == 5


def test_accept_takes_what_is_slow_as_usual_says_who_and_why_and_leaves_the_rest(learned: Desk) -> None:
    learned.environ["GIT_AUTHOR_NAME"] = "Eve"
    done = learned.nano("baseline", "accept", SLOW, "--because", "the new video stays")
    assert (done.code, done.out) == (
        0,
        f"{SLOW}  LCP /products/x: 1.50 s is usual from now on; it was 1.24 s\n",
    )
    assert state(learned, SLOW, "LCP /products/x") == "fine"
    assert state(learned, FAST, "LCP /products/x") == "jump"
    assert state(learned, SLOW, "LCP /") == "learning"
    assert "accepted by Eve on " in learned.nano("baseline", "show", SLOW).out
    ((who, details),) = learned.rows("SELECT who, details FROM audit WHERE action = 'baseline accept'")
    told = json.loads(details)
    assert (who, told["because"], told["baselines"][0]["metric"]) == (
        "Eve",
        "the new video stays",
        "LCP /products/x",
    )
    again = learned.nano("baseline", "accept", SLOW, "--because", "again")
    assert (again.code, "Nothing to accept" in again.out) == (0, True)
    assert len(learned.rows("SELECT 1 FROM audit WHERE action = 'baseline accept'")) == 1


def test_a_reason_is_needed(learned: Desk) -> None:
    assert learned.nano("baseline", "accept", SLOW).code == 2
    empty = learned.nano("baseline", "accept", SLOW, "--because", " ")
    assert (empty.code, "“--because” says nothing" in empty.err) == (2, True)


def test_reset_forgets_what_is_asked_and_nothing_else(learned: Desk) -> None:
    done = learned.nano("baseline", "reset", "quality", "--page", "/products/*", "--metric", "lcp")
    assert done.out.splitlines() == [
        f"{SLOW}  LCP /products/x: forgotten",
        f"{FAST}  LCP /products/x: forgotten",
    ]
    assert learned.rows("SELECT count(*) FROM baselines") == [(4,)]
    hosts = learned.nano("baseline", "reset", SLOW, "--third-parties", "--json").json()
    assert [each["data"] for each in hosts["forgotten"]] == [{"third_parties": ["cdn.example"]}]
    assert learned.nano("baseline", "reset", SLOW, "--third-parties").code == 9
    assert learned.nano("baseline", "reset", "headless_probe").code == 9, (
        "the owner's own numbers are no speeds"
    )


@pytest.mark.parametrize("verb", [["show"], ["reset"], ["accept", "--because", "x"]])
def test_what_names_nothing_is_nine(learned: Desk, verb: list[str]) -> None:
    done = learned.nano("baseline", *verb, "qality")
    assert (done.code, "did you mean “quality”?" in done.err) == (9, True)


def test_nothing_learned_yet(desk: Desk) -> None:
    done = desk.nano("baseline", "show")
    assert (done.code, "Nothing was learned yet" in done.out) == (0, True)


def test_no_apply_touches_what_was_accepted(learned: Desk) -> None:
    learned.nano("baseline", "accept", SLOW, "--because", "the new video stays")
    before = learned.rows("SELECT * FROM baselines ORDER BY id")
    assert learned.nano("apply").code == 0
    assert learned.rows("SELECT * FROM baselines ORDER BY id") == before
