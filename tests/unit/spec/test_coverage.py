"""Warnings about what nobody would ever run, and whose failure nobody would hear of."""

from __future__ import annotations

import pytest

from nano_sre.spec.coverage import unwatched
from support.arrangements import ALERTERS, TRIGGERS
from support.projects import STORE, journey, sound, store

TIMED = journey(named="timed", more="every: 15m\nseverity: P0\n")
IDLE = journey(named="idle", more="tags: [rare]\n")


def warnings(*, alerters: str = "", triggers: str = "", **more: str) -> list[str]:
    files = {"store": STORE, "timed": TIMED, "idle": IDLE, **more}
    files |= {name: text for name, text in (("alerters", alerters), ("triggers", triggers)) if text}
    return unwatched(sound(**files))


def run(choice: str) -> str:
    return TRIGGERS.replace("all", choice)


def test_a_folder_without_the_files() -> None:
    idle, untold = warnings()
    assert idle.startswith(
        "nothing runs idle by itself: no “every” or “cron” in it and no triggers.yaml beside"
    )
    assert untold.startswith("nobody is told when a check fails, but the terminal of the agent")


@pytest.mark.parametrize("choice", ["all", "{tags: [rare]}", '{checks: "id*"}', "{stores: summit}"])
def test_a_trigger_that_takes_it_runs_it(choice: str) -> None:
    assert warnings(alerters=ALERTERS, triggers=run(choice)) == []


def test_a_trigger_that_takes_others_does_not() -> None:
    (idle,) = warnings(alerters=ALERTERS, triggers=run("{checks: timed}"))
    assert "nothing runs idle by itself" in idle
    assert "no trigger takes it" in idle


def test_of_a_check_that_is_run_on_one_store_the_other_is_named() -> None:
    both = journey(named="idle", more="stores: all\n")
    two = {"idle": both, "timed": TIMED.replace("every", "stores: all\nevery"), "other": store("other")}
    (idle,) = warnings(alerters=ALERTERS, triggers=run("{stores: summit}"), **two)
    assert "nothing runs other/idle@desktop/us by itself" in idle


@pytest.mark.parametrize(
    ("route", "heard"),
    [
        ("{send_to: console}", True),
        ("{for: {severity: [P0, P1]}, send_to: console}", True),
        ("{for: {kinds: journey, stores: summit}, send_to: console}", True),
        ("{for: {severity: P0}, send_to: console}", False),
        ("{for: {checks: timed}, send_to: console}", False),
        ("{for: {causes: store-locked}, send_to: console}", False),
    ],
)
def test_a_failure_that_no_route_fits(route: str, heard: bool) -> None:
    alerters = ALERTERS[: ALERTERS.index("routes")] + f"routes:\n  - {route}\n"
    told = warnings(alerters=alerters, triggers=TRIGGERS)
    assert (told == []) is heard
    assert heard or "nobody is told of a failure of" in told[0]
    assert heard or "idle" in told[0]


def test_a_paused_check_needs_nobody() -> None:
    paused = journey(named="idle", more="enabled: false\nseverity: P3\n")
    alerters = ALERTERS.replace("  - {send_to: console}\n", "")
    assert warnings(alerters=alerters, triggers=run("{checks: timed}"), idle=paused) == []
