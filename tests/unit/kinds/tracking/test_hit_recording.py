"""The file of a visit's hits: written, read, broken; and the verdict, live and from the file."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from decimal import Decimal

import pytest

from nano_sre.core.fields import Money
from nano_sre.core.hits import HostAsked
from nano_sre.core.template import parse
from nano_sre.core.watch import FailedRequest
from nano_sre.kinds._shared.compare import Expectation
from nano_sre.kinds._shared.tracking import vendors_for
from nano_sre.kinds._shared.tracking.listening import TrackingWatcher
from nano_sre.kinds._shared.tracking.recording import BrokenRecording, Recording, read, written
from nano_sre.kinds._shared.tracking.replay import replayed
from nano_sre.kinds._shared.tracking.wanted import Plan, Wanted
from support.pixel_scenes import SCENES
from support.tracking import BOARD, LiveVisit, visit

SAVED = {
    "price": Money(Decimal("699.95"), "USD"),
    "count": Decimal(3),
    "name": "Board",
    "list": [1, {"a": None}],
    "on": True,
}


def recorded() -> Recording:
    shopper = visit(vendors=("ga4", "meta", "tiktok"))
    shopper.saved = dict(SAVED)
    shopper.hits[0] = replace(shopper.hits[0], body=b"\xff\x00binary", length=8)
    shopper.hits[1] = replace(shopper.hits[1], body='{"ä": "\U0001f3c2"}'.encode(), length=14, status=None)
    shopper.failed.append(FailedRequest(url="https://www.facebook.com/tr/", reason="no", page="/", own=False))
    recording = shopper.recording()
    seen = replace(recording.seen, other_hosts=(HostAsked(host="x.example", requests=2),))
    return replace(recording, seen=seen)


def test_what_is_written_is_read_again() -> None:
    recording = recorded()
    assert read(written(recording)) == recording
    assert all("\n" not in line for line in written(recording))


def test_templates_find_what_was_saved() -> None:
    seen = read(written(recorded())).seen
    assert seen.value(parse("${visit.price}")) == Money(Decimal("699.95"), "USD")
    assert seen.value(parse("${store.currency}")) == "USD"
    assert seen.value(parse("${visit.name | upper}")) == "BOARD"


def lines() -> list[str]:
    return list(written(recorded()))


def with_line(line: str) -> list[str]:
    return [*lines(), line]


@pytest.mark.parametrize(
    ("given", "line", "said"),
    [
        ([], 1, "neither a recording"),
        (["hello"], 1, "neither a recording"),
        (["[]"], 1, "neither a recording"),
        (['{"nano_sre": "hits", "version": 99}'], 1, "newer Nano-SRE"),
        (['{"nano_sre": "hits", "version": 1}'], 1, "does not tell the store"),
        (with_line("{"), None, "no JSON"),
        (with_line("7"), None, "no JSON mapping"),
        (with_line('{"hit": {"number": "1", "method": "GET", "url": "x"}}'), None, "“number” is '1'"),
        (with_line('{"hit": {"method": "GET"}}'), None, "“hit” cannot be read"),
        (
            with_line('{"hit": {"number": 1, "method": "GET", "url": "x", "base64": "%%%"}}'),
            None,
            "cannot be read",
        ),
        (
            with_line('{"hit": {"number": 1, "method": "GET", "url": "x", "body": "\\ud800"}}'),
            None,
            "cannot be read",
        ),
        (
            with_line('{"step": {"title": "a", "verb": "b", "state": "passed", "started_ms": "soon"}}'),
            None,
            "started_ms",
        ),
        (with_line('{"saved": {"price": {"money": "much", "currency": "USD"}}}'), None, "no number"),
        (with_line('{"banner": 5}'), None, "“banner” cannot be read"),
        (with_line("[" * 100_000), None, "no JSON"),
    ],
)
def test_a_broken_file_says_where(given: list[str], line: int | None, said: str) -> None:
    with pytest.raises(BrokenRecording) as caught:
        read(given)
    assert said in str(caught.value)
    assert caught.value.line == (line or len(given))


def test_keys_of_later_versions_are_left_alone() -> None:
    later = ['{"weather": {"sun": true}}', "", *lines()[1:]]
    assert read([lines()[0], *later]) == recorded()
    hit = json.loads(lines()[-1])
    hit["hit"]["mood"] = "good"
    assert read([*lines()[:-1], json.dumps(hit)]) == recorded()


@pytest.mark.parametrize("said", [None, True, "yesterday", 1.5])
def test_when_it_began_is_known_or_not(said: object) -> None:
    assert read(lines()).seen.began_ms == recorded().seen.began_ms
    assert recorded().seen.began_ms is not None
    head = json.loads(lines()[0]) | {"began_ms": said}
    assert read([json.dumps(head), *lines()[1:]]).seen.began_ms is None


PLAN = Plan(
    vendors={"ga4": ("G-DEMO12345",), "meta": ("1234567890",)},
    expect=(
        Wanted(event="page_view"),
        Wanted(
            event="add_to_cart",
            after="add_to_cart",
            times=Expectation(equals="1"),
            fields={"value": Expectation(equals=parse("${visit.price}"))},
        ),
        Wanted(event="purchase"),
    ),
)


@pytest.mark.parametrize("word", SCENES)
def test_the_verdict_is_the_same_live_and_from_the_file(word: str) -> None:
    for made in (SCENES[word].wrong, SCENES[word].fine):
        recording = made().recording()
        watch = TrackingWatcher(plan=PLAN).start(LiveVisit(recording.seen))  # type: ignore[arg-type]
        live = asyncio.run(watch.verdict())
        again = replayed(PLAN, read(written(recording)).seen, vendors=vendors_for(None))
        assert again == live


def test_it_waits_until_everything_expected_has_come() -> None:
    whole = visit().seen()
    live = LiveVisit(replace(whole, hits=whole.hits[:-2]))
    watch = TrackingWatcher(plan=PLAN).start(live)  # type: ignore[arg-type]
    assert watch.is_waiting()
    looked_at = watch.last
    assert watch.is_waiting()
    assert watch.last is looked_at  # nothing new has come
    live.seen = whole
    assert not watch.is_waiting()
    assert (
        TrackingWatcher(plan=PLAN).needs(own=False).patience
        > TrackingWatcher(plan=Plan(vendors={"ga4": ()}, expect=(Wanted(event="page_view"),)))
        .needs(own=False)
        .patience
    )


def test_it_does_not_wait_for_what_a_refusal_forbids() -> None:
    seen = visit(BOARD, consent="refuse", market="de").seen()
    assert not TrackingWatcher(plan=PLAN).start(LiveVisit(seen)).is_waiting()  # type: ignore[arg-type]
