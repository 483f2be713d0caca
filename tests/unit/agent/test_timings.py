from __future__ import annotations

from datetime import UTC, datetime, timedelta

from nano_sre.agent.schedule import Timetable, Timing
from nano_sre.agent.timings import check_timings, trigger_timings
from nano_sre.core.fields import Cron, Duration
from nano_sre.core.trigger import NamedTrigger
from nano_sre.kinds.triggers.cron import CronTrigger
from nano_sre.kinds.triggers.every import Every
from nano_sre.kinds.triggers.manual import Manual
from support.projects import STORE, journey, sound, store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAGE = "version: 1\nkind: page\nid: quality\nname: Quality\nduring: buy\nevery: 30m\nconsole: {errors: {at_most: 0}}\n"


def test_each_check_has_one_timing_in_each_of_its_stores() -> None:
    berlin = store("ridge", "timezone: Europe/Berlin\n")
    check = journey(more='cron: "0 3 * * *"\nstores: all\n')
    assert check_timings(sound(STORE, berlin, check).checks) == [
        Timing(name="check/summit/buy", cron="0 3 * * *", timezone="UTC", together="summit/buy"),
        Timing(name="check/ridge/buy", cron="0 3 * * *", timezone="Europe/Berlin", together="ridge/buy"),
    ]


def test_paused_checks_and_those_that_triggers_run_have_none() -> None:
    paused = journey(named="paused", more="every: 15m\nenabled: false\n")
    assert check_timings(sound(STORE, journey(), paused).checks) == []


def test_who_watches_a_journey_is_due_with_it() -> None:
    timings = check_timings(sound(STORE, journey(more="every: 15m\n"), PAGE).checks)
    table = Timetable(timings, now=NOON)
    table.due(NOON)
    counts = [len(table.due(NOON + n * timedelta(seconds=1))) for n in range(3_601)]
    assert sorted(count for count in counts if count) == [1, 1, 2, 2]


def test_triggers_that_follow_the_clock_have_one_too() -> None:
    triggers = [
        NamedTrigger(name="heartbeat", kind=Every(interval=Duration(1_800_000))),
        NamedTrigger(name="nightly", kind=CronTrigger(line=Cron("0 3 * * *")), timezone="Europe/Berlin"),
        NamedTrigger(name="by-hand", kind=Manual()),
    ]
    assert trigger_timings(triggers) == [
        Timing(name="trigger/heartbeat", every=1_800_000),
        Timing(name="trigger/nightly", cron="0 3 * * *", timezone="Europe/Berlin"),
    ]
