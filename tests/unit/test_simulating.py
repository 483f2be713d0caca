from __future__ import annotations

from dataclasses import replace

import pytest

from nano_sre.alerting.simulating import simulate
from nano_sre.core.fields import Duration
from nano_sre.core.forms import Name
from nano_sre.core.incident import Seen
from nano_sre.core.outbox import PastMessage, Verdict
from nano_sre.core.policy import Maintenance, Moment, Policy
from support.telling import NOON, make_rules, minutes

RULES = make_rules(policy=Policy(group_wait=Duration(20_000), remind_every=Duration(3_600_000)))


def verdict(minute: float, seen: Seen = "fail", check: str = "cart", device: str = "desktop") -> Verdict:
    return Verdict(
        target=f"main/{check}@{device}",
        check_id=check,
        kind="journey",
        at=NOON + minutes(minute),
        seen=seen,
        summary=f"{check} is broken",
    )


def kinds(messages: list[PastMessage]) -> list[tuple[float, str]]:
    return [(round((each.at - NOON).total_seconds() / 60, 2), each.kind) for each in messages]


def test_time_passes_between_verdicts_and_after_the_last() -> None:
    sent = simulate([verdict(0), verdict(200)], RULES, until=NOON + minutes(260))
    assert kinds(sent) == [(0.33, "fired"), *((hour * 60 + 0.33, "reminder") for hour in (1, 2, 3, 4))]
    assert sent[0].title == "cart fails: cart is broken"


def test_another_policy_tells_less() -> None:
    past = [verdict(0), verdict(5, "pass"), verdict(10), verdict(15), verdict(20, "pass")]
    assert kinds(simulate(past, RULES, until=NOON + minutes(30))) == [
        (0.33, "fired"), (5, "resolved"), (10.33, "fired"), (20, "resolved"),
    ]  # fmt: skip
    patient = replace(RULES, policy=Policy(fail_after=2, group_wait=Duration(0)))
    assert kinds(simulate(past, patient, until=NOON + minutes(30))) == [(15, "fired"), (20, "resolved")]


@pytest.mark.parametrize(("devices", "first"), [("any", 0.0), ("all", 1.0)])
def test_devices_of_a_check_are_counted_together(devices: str, first: float) -> None:
    rules = make_rules(policy=Policy(devices=devices, group_wait=Duration(0)))  # type: ignore[arg-type]
    past = [
        verdict(-2, "pass"),
        verdict(-1, "pass", device="iphone"),
        verdict(0),
        verdict(1, device="iphone"),
    ]
    assert kinds(simulate(past, rules, until=NOON + minutes(2)))[0] == (first, "fired")


def test_the_causes_of_the_time_group_what_belonged_together() -> None:
    past = [verdict(0), verdict(0.1, check="search")]
    causes = {each.target: [(each.at, "theme-broken")] for each in past}
    assert len(simulate(past, RULES, causes=causes, until=NOON + minutes(1))) == 1
    assert len(simulate(past, RULES, until=NOON + minutes(1))) == 2


def test_a_maintenance_holds_the_past_too() -> None:
    window = Maintenance(name=Name("sale"), from_=Moment("2026-03-02 11:50"), to=Moment("2026-03-02 12:30"))
    sent = simulate(
        [verdict(0), verdict(10, "pass")], replace(RULES, maintenance=(window,)), until=NOON + minutes(60)
    )
    assert kinds(sent) == [(30, "was_down")]
