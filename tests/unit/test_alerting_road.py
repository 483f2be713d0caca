from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from nano_sre.alerting import Alerting, rules_of, sender
from nano_sre.config.settings import get_settings
from nano_sre.core.alert import Alert, Sent
from nano_sre.core.diagnosis import Cause, Diagnosis
from nano_sre.core.outbox import Delivery
from nano_sre.core.policy import AlertersFile, Policy
from nano_sre.core.result import TargetResult
from nano_sre.service import arrangements
from nano_sre.spec.project import Project
from nano_sre.store import Store, incident_desk
from support.databases import Copies
from support.results import make_failure, make_result
from support.telling import NOON, Hands, make_rules, minutes

BROKEN = Cause(
    id="theme-broken",
    title="The theme was changed",
    confidence=0.8,
    shoppers="Nobody can buy.",
    remedy="Undo it.",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, tmp_path: Path, copies: Copies) -> Iterator[Store]:
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = copies.sqlite(tmp_path)
        else:
            url = stack.enter_context(copies.postgresql(request.getfixturevalue("postgres")))
        yield stack.enter_context(Store.open(url, data_dir=tmp_path / "data"))


class Receiver:
    """Every alerter at once; answers as `answers` says, and else takes everything."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Alert]] = []
        self.answers: dict[str, Sent] = {}

    async def send(self, delivery: Delivery, alert: Alert) -> Sent:
        answer = self.answers.get(delivery.alerter, Sent(ok=True))
        if answer.ok:
            self.heard.append((delivery.alerter, alert))
        return answer

    @property
    def said(self) -> list[tuple[str, str, int]]:
        return [(who, alert.kind, len(alert.items)) for who, alert in self.heard]


class Shop:
    """Alerting over a store, with a clock that is moved by hand."""

    def __init__(self, store: Store, **more: Any) -> None:
        self.store, self.clock, self.receiver = store, Hands(), Receiver()
        self.more = {"rules": make_rules(fallback="console"), **more}
        self.runs = 0
        self.restart()

    def restart(self) -> None:
        more = dict(self.more)
        rules = more.pop("rules")
        self.alerting = Alerting(
            self.store, settings=get_settings(), clock=self.clock, chance=lambda: 0.5, **more
        )
        self.alerting.obey(rules, self.receiver.send)

    def run(self, *results: TargetResult, after: timedelta = timedelta(), run_key: str | None = None) -> None:
        """One round, each result of it judged now."""

        async def go() -> None:
            async with self.alerting:
                for result in results:
                    await self.alerting.take(result, run_id=f"run-{self.runs}", run_key=run_key)
                await self.alerting.settle()

        self.runs += 1
        self.clock.move(after)
        for result in results:
            result.result.timestamp = self.clock.now()
        asyncio.run(go())

    def timeline(self, number: int) -> list[str]:
        return [event.what for event in self.store.read(lambda db: incident_desk.timeline(db, number))]


def test_a_failure_is_told_and_so_is_its_end(kept: Store) -> None:
    shop = Shop(kept)
    shop.run(make_failure())
    shop.run(make_failure(), after=minutes(5))
    assert shop.receiver.said == [("team", "fired", 1)]
    shop.run(make_result(), after=minutes(5))
    assert shop.receiver.said == [("team", "fired", 1), ("team", "resolved", 1)]
    fired, resolved = (alert for _, alert in shop.receiver.heard)
    assert fired.thread == resolved.thread
    assert (fired.first.expected, fired.first.place) == (
        "a button named Add to cart",
        "checks/checkout.yaml:14:5",
    )
    assert resolved.first.until == NOON + minutes(10)
    assert shop.timeline(1) == ["failed", "fired", "told", "resolved", "told"]


def test_the_same_run_twice_is_told_once(kept: Store) -> None:
    shop = Shop(kept)
    shop.run(make_failure(), run_key="tick-1")
    shop.run(make_failure(), run_key="tick-1", after=minutes(1))
    assert shop.receiver.said == [("team", "fired", 1)]
    assert len(kept.history()) == 1


def test_twelve_checks_broken_by_one_cause_are_one_message(kept: Store) -> None:
    async def diagnose(_result: TargetResult) -> Diagnosis:
        return Diagnosis(causes=(BROKEN,))

    shop = Shop(kept, diagnose=diagnose)

    shop.run(*(make_failure(f"check-{number}") for number in range(12)))
    assert shop.receiver.said == [("team", "fired", 12)]
    alert = shop.receiver.heard[0][1]
    assert alert.cause == BROKEN
    assert alert.title == "Check 0, Check 1 and 10 more checks fail: The theme was changed"
    shop.run(*(make_result(f"check-{number}") for number in range(11)), after=minutes(5))
    shop.run(make_result("check-11"), after=minutes(5))
    assert shop.receiver.said[-1] == ("team", "resolved", 1)


def test_a_diagnosis_that_breaks_delays_nothing(kept: Store) -> None:
    async def diagnose(_result: TargetResult) -> Diagnosis:
        raise RuntimeError("no network")

    shop = Shop(kept, diagnose=diagnose)
    shop.run(make_failure())
    assert shop.receiver.said == [("team", "fired", 1)]


def test_after_a_restart_nothing_is_said_again(kept: Store) -> None:
    shop = Shop(kept)
    shop.run(*(make_failure(f"check-{number}") for number in range(5)))
    shop.receiver.heard.clear()
    shop.clock.move(minutes(10))
    shop.restart()
    shop.run(*(make_failure(f"check-{number}") for number in range(5)))
    assert shop.receiver.said == []


def test_a_restart_with_five_hundred_failing_sends_nothing(kept: Store) -> None:
    async def diagnose(_result: TargetResult) -> Diagnosis:
        return Diagnosis(causes=(BROKEN,))

    shop = Shop(kept, diagnose=diagnose)
    shop.run(*(make_failure(f"check-{number}") for number in range(500)))
    assert shop.receiver.said == [("team", "fired", 500)]
    shop.receiver.heard.clear()
    shop.restart()
    shop.run(after=minutes(10))
    shop.run(*(make_failure(f"check-{number}") for number in range(0, 500, 50)), after=minutes(1))
    assert shop.receiver.said == []


@pytest.mark.parametrize("before", ["PASS", None], ids=["known", "new"])
def test_what_began_while_nobody_looked_is_one_message(kept: Store, before: str | None) -> None:
    shop = Shop(kept)
    if before:
        shop.run(make_result())
    shop.clock.move(minutes(90))
    shop.restart()
    shop.run(make_failure())
    shop.run(make_failure(), after=minutes(1))
    assert shop.receiver.said == [("team", "fired", 1)]


def test_what_began_and_ended_while_nobody_looked_is_no_message(kept: Store) -> None:
    shop = Shop(kept)
    shop.run(make_result())
    shop.clock.move(minutes(90))
    shop.restart()
    shop.run(make_result())
    assert shop.receiver.said == []


def test_what_was_recorded_and_not_told_before_the_end_is_told_by_the_next(kept: Store) -> None:
    shop = Shop(kept)
    shop.clock.move(minutes(1))
    asyncio.run(
        shop.alerting.take(make_failure(at=shop.clock.now()), run_id="last")
    )  # and then it was killed
    shop.clock.move(minutes(90))
    shop.restart()
    shop.run(make_failure())
    assert shop.receiver.said == [("team", "fired", 1)]


def test_a_flapping_check_says_so_once_is_quiet_and_says_once_how_it_ended(kept: Store) -> None:
    shop = Shop(kept)
    for number in range(12):
        shop.run(make_result() if number % 2 else make_failure(), after=minutes(4))
        shop.restart()
    heard = [kind for _, kind, _ in shop.receiver.said]
    assert heard.count("flapping") == 1
    assert heard[heard.index("flapping") :] == ["flapping"]
    for _ in range(10):
        shop.run(make_result(), after=minutes(4))
        shop.restart()
    assert [kind for _, kind, _ in shop.receiver.said][len(heard) :] == ["calm"]


def test_an_alerter_that_cannot_be_reached_is_told_on_the_fallback_until_it_works(kept: Store) -> None:
    shop = Shop(kept)
    shop.receiver.answers["team"] = Sent(ok=False, permanent=True, detail="invalid_auth")
    shop.run(make_failure())
    assert shop.receiver.said == [("console", "fired", 1)]
    assert shop.receiver.heard[0][1].title == (
        "“team” cannot be reached: invalid_auth. Not delivered: Checkout fails: all as promised"
    )
    shop.receiver.answers.clear()
    shop.run(make_failure(), after=minutes(61))  # the reminder is what tells the team
    assert sorted(shop.receiver.said[1:]) == [
        ("console", "reminder", 1),
        ("console", "resolved", 1),
        ("team", "reminder", 1),
    ]
    assert shop.receiver.heard[-1][1].title == "The alerter “team” can be reached again"
    shop.run(make_result(), after=minutes(1))
    assert shop.receiver.said[-1] == ("team", "resolved", 1)


def test_a_check_without_verdicts_is_the_monitors_trouble_and_its_alerters_never_are(kept: Store) -> None:
    shop = Shop(kept)
    shop.run(make_result())
    shop.run(make_result(inconclusive="the browser died"), after=minutes(1))
    shop.run(make_result(inconclusive="the browser died"), after=minutes(121))
    assert shop.receiver.said == [("team", "no_data", 1)]
    shop.run(make_result(), after=minutes(1))
    assert shop.receiver.said[1:] == [("team", "data_back", 1)]


def test_a_check_that_stops_coming_is_noticed_by_time_alone(kept: Store) -> None:
    shop = Shop(kept)
    shop.run(make_result())
    shop.run(after=minutes(119))
    assert shop.receiver.said == []
    shop.run(after=minutes(2))
    assert shop.receiver.said == [("team", "no_data", 1)]


def test_what_never_ran_is_missed_once_it_was_due(kept: Store) -> None:
    kept.write_now(lambda db: incident_desk.expect(db, {"main/nightly@us": "nightly"}, now=NOON))
    shop = Shop(kept, due=lambda _target: NOON + minutes(60))
    shop.run(after=minutes(179))
    assert shop.receiver.said == []
    shop.run(after=minutes(2))
    assert shop.receiver.said == [("team", "no_data", 1)]


def test_a_monitor_without_verdicts_is_one_message_whenever_each_was_due(kept: Store) -> None:
    shop = Shop(kept)
    for number in range(130):  # more than one transaction takes
        shop.run(make_result(f"check-{number}"), make_result(f"check-{number}", store_id="other"))
        shop.clock.move(timedelta(seconds=20))
    shop.run(make_result("late", store_id="other"), after=minutes(70))
    shop.run(after=minutes(7))
    assert shop.receiver.said == [("team", "no_data", 260)]
    ((_, alert),) = shop.receiver.heard
    assert {item.store_id for item in alert.items} == {"main", "other"}


def test_an_acknowledged_incident_is_not_repeated(kept: Store) -> None:
    shop = Shop(kept)
    shop.run(make_failure())
    kept.write_now(lambda db: incident_desk.acknowledge(db, 1, who="ada", now=NOON))
    shop.run(make_failure(), after=minutes(61))
    assert shop.receiver.said == [("team", "fired", 1)]


def test_a_failure_is_held_while_what_it_depends_on_fails(kept: Store) -> None:
    shop = Shop(kept, rules=make_rules(depends_on={"checkout": ("home",)}))
    shop.run(make_failure("home"), make_failure("checkout"))
    assert [alert.first.check_id for _, alert in shop.receiver.heard] == ["home"]
    assert shop.timeline(2) == ["failed", "fired", "held"]
    shop.run(make_result("home"), after=minutes(5))
    assert [(alert.kind, alert.first.check_id) for _, alert in shop.receiver.heard][1:] == [
        ("resolved", "home"),
        ("fired", "checkout"),
    ]


def test_a_heart_beats_only_when_everything_is_told(kept: Store) -> None:
    shop = Shop(kept)
    shop.receiver.answers["team"] = Sent(ok=False, detail="500")
    shop.run(make_failure())
    assert asyncio.run(shop.alerting.drained(shop.clock.now()))
    shop.clock.move(minutes(5))
    assert not asyncio.run(shop.alerting.drained(shop.clock.now()))
    shop.receiver.answers.clear()
    shop.run()
    assert asyncio.run(shop.alerting.drained(shop.clock.now()))


def test_what_is_applied_opens_its_own_channels(kept: Store, capsys: pytest.CaptureFixture[str]) -> None:
    arranged = arrangements(Project())

    async def go() -> None:
        async with Alerting(kept, settings=get_settings()) as alerting:
            await alerting.follow(arranged)
            await alerting.take(make_failure(), run_id="run")
            await alerting.settle()
            assert alerting.counts == {("console", "sent"): 1}

    asyncio.run(go())
    assert "add to cart" in capsys.readouterr().out.lower()


def test_nothing_is_dropped_while_nobody_has_said_whom_to_tell(kept: Store) -> None:
    shop = Shop(kept)

    async def go() -> None:
        async with Alerting(kept, settings=get_settings(), clock=shop.clock) as early:
            await early.take(make_failure(), run_id="run")
            assert (await early.turn()).planned == 0

    asyncio.run(go())
    shop.run()
    assert shop.receiver.said == [("team", "fired", 1)]


def test_the_end_of_a_round_waits_for_nobody(kept: Store) -> None:
    shop = Shop(kept, rules=make_rules(policy=Policy()))
    shop.run(make_failure("cart"), make_failure("search"))
    assert shop.receiver.said == [("team", "fired", 1), ("team", "fired", 1)]


def test_messages_on_their_way_arrive_before_the_end(kept: Store) -> None:
    shop = Shop(kept)

    async def go() -> None:
        async with shop.alerting:
            await shop.alerting.take(make_failure(), run_id="run")
            await shop.alerting.turn()

    asyncio.run(go())
    assert shop.receiver.said == [("team", "fired", 1)]


def test_the_rules_of_a_file() -> None:
    file = AlertersFile.default()
    rules = rules_of(file)
    assert (rules.fallback, rules.timezone, rules.recipients(make_about())) == (
        "console",
        "UTC",
        ("console",),
    )


def make_about() -> Any:
    from support.telling import about

    return about()


def test_an_alerter_that_left_the_file_is_a_dead_end() -> None:
    file = AlertersFile.default()
    delivery = Delivery(
        id=1, key="k", alerter="gone", thread="t", kind="fired", attempts=1, created_at=NOON, alert="", ref={}
    )
    sent = asyncio.run(sender(file, object())(delivery, None))  # type: ignore[arg-type]
    assert (sent.ok, sent.permanent) == (False, True)
