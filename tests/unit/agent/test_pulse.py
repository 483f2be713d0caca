from __future__ import annotations

from datetime import timedelta

from nano_sre.agent.pulse import Pulse
from support.results import make_result
from support.telling import NOON, minutes


def test_results_are_counted_by_their_verdict() -> None:
    pulse = Pulse(started=NOON)
    for each in (
        make_result(),
        make_result(),
        make_result(status="FAIL"),
        make_result(status="WARN", inconclusive="the browser died"),
    ):
        pulse.saw(each)
    assert pulse.results == {"pass": 2, "fail": 1, "inconclusive": 1}


def test_a_trouble_is_said_when_it_begins_when_it_changes_and_when_it_ends() -> None:
    said: list[str] = []
    pulse = Pulse(started=NOON, say=said.append)
    for sentence in (None, "The disk is full.", "The disk is full.", "The disk is gone.", None, None):
        pulse.trouble("writing", sentence)
    assert said == ["The disk is full.", "The disk is gone.", "Over: The disk is gone."]


def test_late_is_what_was_due_while_somebody_looked() -> None:
    pulse = Pulse(started=NOON)
    pulse.began(NOON, NOON + minutes(6), looked_at=NOON)
    assert pulse.lag == minutes(6)
    assert pulse.troubles == {"schedule": "Checks begin 6 minutes late."}
    pulse.began(NOON + minutes(7), NOON + minutes(7), looked_at=NOON + minutes(6))
    assert (pulse.lag, pulse.troubles) == (timedelta(), {})


def test_what_an_earlier_process_missed_is_not_late_nor_what_is_new() -> None:
    pulse = Pulse(started=NOON)
    pulse.began(NOON - minutes(600), NOON, looked_at=None)
    pulse.began(NOON - minutes(600), NOON + minutes(1), looked_at=NOON + minutes(1))
    assert (pulse.lag, pulse.troubles) == (timedelta(), {})
