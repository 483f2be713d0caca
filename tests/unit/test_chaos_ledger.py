"""What the chaos of the agent would notice: journals in which one thing is wrong."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nano_sre.incidents.episode import episode_name
from nano_sre.store import Store
from support.flipping import Shop
from support.ledger import Judgement, compared
from support.results import NOON, make_result

TARGET = "main/cart@desktop/us"
EPISODE = episode_name(TARGET, NOON)
AGAIN = episode_name(TARGET, NOON + timedelta(minutes=5))
Line = dict[str, Any]


KILL = NOON + timedelta(minutes=2)


def webhook(kind: str, episode: str = EPISODE, *, key: str = "", at: datetime = NOON, **more: Any) -> Line:
    body = {
        "key": f"{episode}:{kind}:{key}",
        "kind": kind,
        "items": [{"check_id": "cart", "episode": episode}],
    }
    return {"at": at.isoformat(), "service": "webhook", "failed": None, "lost": False, "body": body, **more}


def pagerduty(action: str, episode: str = EPISODE) -> Line:
    body = {"event_action": action, "dedup_key": f"cart/{episode}"}
    return {"service": "pagerduty", "failed": None, "body": body}


HEARD = [webhook("fired"), webhook("resolved"), pagerduty("trigger"), pagerduty("resolve")]


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    """A store that saw a cart fail, and then pass."""
    with Store.open(f"sqlite:///{tmp_path}/nano_sre.db", data_dir=tmp_path) as store:
        yield store


@pytest.fixture
def judge(kept: Store, tmp_path: Path) -> Callable[[list[Line]], Judgement]:
    async def record() -> None:
        failed = make_result("cart", status="FAIL", summary="$.broken of GET /answers/1 is 7, expected 0.")
        await kept.record(failed, run_id="r1")
        await kept.record(make_result("cart", at=NOON + timedelta(minutes=1)), run_id="r2")

    asyncio.run(record())
    answers = [
        {"check": "cart", "broken": 7, "at": NOON.isoformat()},
        {"check": "cart", "broken": 0, "at": (NOON + timedelta(minutes=1)).isoformat()},
    ]
    shop = Shop(1, tmp_path / "answers.jsonl", random.Random(1))
    shop.journal.write_text("\n".join(map(json.dumps, answers)))

    def judged(heard: list[Line]) -> Judgement:
        file = tmp_path / "heard.jsonl"
        file.write_text("\n".join(map(json.dumps, heard)))
        return compared(kept, shop, file, kills=[KILL])

    return judged


Judge = Callable[[list[Line]], Judgement]


def test_all_that_was_recorded_was_told(judge: Judge) -> None:
    judged = judge(HEARD)
    assert (judged.holds, judged.expected, judged.lost) == (True, 2, 0), judged.lines()


@pytest.mark.parametrize("missing", range(len(HEARD)))
def test_what_never_came_is_lost(judge: Judge, missing: int) -> None:
    refused = {**HEARD[missing], "failed": "500"}
    judged = judge([*HEARD[:missing], refused, *HEARD[missing + 1 :]])
    assert not judged.holds
    assert judged.lost >= 1


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ([webhook("fired")], {"webhook": 1, "pagerduty": 0}),
        ([pagerduty("resolve")], {"webhook": 0, "pagerduty": 0}),
        ([pagerduty("trigger"), pagerduty("resolve")], {"webhook": 0, "pagerduty": 1}),
    ],
    ids=["fired", "resolved-again", "paged-again"],
)
def test_what_came_twice_is_counted(judge: Judge, more: list[Line], found: dict[str, int]) -> None:
    judged = judge([*HEARD, *more])
    assert dict(judged.duplicates) == found
    assert (judged.lost, judged.unmarked) == (0, [])


@pytest.mark.parametrize(
    ("ms", "lost", "holds", "cause"),
    [
        (3, False, True, (0, [3.0], 0)),
        (-4, False, True, (0, [-4.0], 0)),
        (3, True, True, (1, [], 0)),
        (9_000, False, False, (0, [], 1)),
        (-9_000, False, False, (0, [], 1)),
    ],
    ids=["killed-before-it-knew", "taken-from-the-dead", "answer-lost", "long-before-the-kill", "after-it"],
)
def test_what_came_twice_has_a_cause(
    judge: Judge, ms: int, lost: bool, holds: bool, cause: tuple[int, list[float], int]
) -> None:
    at = KILL - timedelta(milliseconds=ms)
    first, again = webhook("fired", at=at, lost=lost), webhook("fired", at=KILL + timedelta(minutes=1))
    judged = judge([first, again, *HEARD[1:]])
    assert (judged.lost_answers, judged.cut, len(judged.unexplained)) == cause
    assert judged.duplicates["webhook"] == 1
    assert judged.holds == holds, judged.lines()


def test_worlds_are_judged_together(judge: Judge) -> None:
    one, other = judge(HEARD), judge([*HEARD, webhook("fired", key="other")])
    both = one + other
    assert (both.expected, both.runs, len(both.unmarked)) == (4, one.runs + other.runs, 1)
    assert both.requests["taken"] == 9
    assert not both.holds


@pytest.mark.parametrize("kind", ["fired", "resolved", "was_down"])
def test_what_is_said_again_under_another_key_is_wrong(judge: Judge, kind: str) -> None:
    judged = judge([*HEARD, webhook(kind, key="other")])
    assert len(judged.unmarked) == 1
    assert not judged.holds


def test_being_paged_twice_is_never_right_and_a_trigger_that_is_repeated_pages_nobody(judge: Judge) -> None:
    assert judge([HEARD[2], *HEARD]).holds
    assert not judge([*HEARD, pagerduty("trigger"), pagerduty("resolve")]).holds


def test_a_trouble_that_no_run_shows_is_invented(judge: Judge) -> None:
    judged = judge([*HEARD, webhook("fired", AGAIN)])
    assert len(judged.invented) == 1
    assert not judged.holds


def test_an_end_before_its_beginning_is_out_of_order(judge: Judge) -> None:
    assert len(judge([HEARD[1], HEARD[0], *HEARD[2:]]).disorder) == 1
    assert len(judge([*HEARD[:2], HEARD[3], HEARD[2]]).disorder) == 1


def test_a_run_that_says_what_the_shop_never_answered_is_untrue(judge: Judge, tmp_path: Path) -> None:
    lines = (tmp_path / "answers.jsonl").read_text().replace('"broken": 7', '"broken": 8')
    (tmp_path / "answers.jsonl").write_text(lines)
    judged = judge(HEARD)
    assert len(judged.untrue) == 1
    assert not judged.holds


def test_nothing_to_tell_proves_nothing(judge: Judge, tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/other.db", data_dir=tmp_path) as empty:
        shop = Shop(1, tmp_path / "answers.jsonl", random.Random(1))
        assert not compared(empty, shop, tmp_path / "nobody.jsonl", kills=[]).holds
