from __future__ import annotations

from datetime import UTC, datetime, timedelta

from nano_sre.agent.again import Again
from nano_sre.agent.schedule import Timetable, Timing

NIGHT = datetime(2026, 3, 1, 3, tzinfo=UTC)
TOMORROW = NIGHT + timedelta(days=1)
NIGHTLY = Timing(name="check/shop/nightly", cron="0 3 * * *")
MINUTE = timedelta(minutes=1)


def waits(again: Again, verdicts: list[bool], *, following: datetime | None = TOMORROW) -> int | None:
    at = again.after("nightly", verdicts, now=NIGHT, following=following)
    return None if at is None else int((at - NIGHT) / MINUTE)


def test_what_told_nothing_is_tried_again_ever_more_rarely() -> None:
    again = Again()
    assert [waits(again, [True, False]) for _ in range(5)] == [15, 30, 60, 60, 60]
    assert waits(again, [True, True]) is None
    assert waits(again, [False]) == 15, "a verdict ends the counting"


def test_what_is_due_soon_anyway_is_not_asked_more_often() -> None:
    assert waits(Again(), [False], following=NIGHT + 30 * MINUTE) is None


def test_a_run_that_left_nothing_says_neither() -> None:
    again = Again()
    assert waits(again, [False]) == 15
    assert waits(again, []) is None
    assert waits(again, [False]) == 30


def test_a_further_try_is_due_beside_the_timetable() -> None:
    table = Timetable([NIGHTLY], now=NIGHT - MINUTE)
    assert [fire.due for fire in table.due(NIGHT)] == [NIGHT]
    table.again(NIGHTLY.name, NIGHT + 15 * MINUTE)
    assert table.next_due() == NIGHT + 15 * MINUTE
    assert table.due(NIGHT + 14 * MINUTE) == []
    assert [(fire.name, fire.due) for fire in table.due(NIGHT + 20 * MINUTE)] == [
        (NIGHTLY.name, NIGHT + 15 * MINUTE)
    ]
    assert table.next_due() == TOMORROW == table.following(NIGHTLY.name, NIGHT + 20 * MINUTE)


def test_its_own_moment_takes_the_place_of_a_further_try() -> None:
    table = Timetable([NIGHTLY], now=NIGHT)
    table.again(NIGHTLY.name, TOMORROW + MINUTE)
    assert [fire.due for fire in table.due(TOMORROW)] == [TOMORROW]
    assert table.due(TOMORROW + MINUTE) == []


def test_a_check_that_went_away_is_not_tried_again() -> None:
    table = Timetable([NIGHTLY], now=NIGHT)
    table.again(NIGHTLY.name, NIGHT + MINUTE)
    table.replace([], now=NIGHT)
    assert table.due(NIGHT + MINUTE) == []
    assert table.following(NIGHTLY.name, NIGHT) is None
