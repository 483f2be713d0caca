from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nano_sre.core.fields import Duration
from nano_sre.core.incident import AlertState, Notice, Observation
from nano_sre.core.policy import FailOf, Policy
from nano_sre.incidents.episode import episode_name
from nano_sre.incidents.machine import QUIET, decide, pass_time

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TARGET = "shop/checkout@desktop/us"
LETTERS: dict[str, Any] = {"P": "pass", "W": "warn", "F": "fail", "?": "inconclusive"}


def minutes(count: float) -> datetime:
    return NOON + timedelta(minutes=count)


class Watched:
    """One target, a policy, and everything that was given out."""

    def __init__(self, **policy: Any) -> None:
        self.policy = Policy(**policy)
        self.state = AlertState(target=TARGET)
        self.told: list[Notice] = []
        self.minute = 0.0

    def see(self, letters: str, *, every: float = 15, failing: int = 0, others: int = 0) -> list[str]:
        """What each result leads to; a letter each, `every` minutes apart."""
        before = len(self.told)
        for letter in letters:
            self.minute += every
            seen = Observation(
                at=minutes(self.minute), seen=LETTERS[letter], others_failing=failing, others=others
            )
            self._take(decide(self.state, seen, policy=self.policy, now=minutes(self.minute)))
        return [each.kind for each in self.told[before:]]

    def wait(self, count: float, **more: Any) -> list[str]:
        before = len(self.told)
        self.minute += count
        self._take(pass_time(self.state, policy=self.policy, now=minutes(self.minute), **more))
        return [each.kind for each in self.told[before:]]

    def _take(self, decided: tuple[AlertState, Iterable[Notice]]) -> None:
        self.state, told = decided
        self.told.extend(told)


@pytest.mark.parametrize(
    ("policy", "results", "told"),
    [
        ({}, "PPP", ""),
        ({}, "PFFP", "fired resolved"),
        ({}, "PWP", ""),
        ({}, "FW", "fired resolved"),
        ({"warnings": "tell"}, "PWWP", "fired resolved"),
        ({"fail_after": 2}, "PFPFP", ""),
        ({"fail_after": 2}, "PFFFP", "fired resolved"),
        ({"fail_after": 2}, "PF?FP", "fired resolved"),
        ({"recover_after": 2}, "FPFPP", "fired resolved"),
        ({"recover_after": 2}, "FP?P", "fired resolved"),
        ({"fail_of": FailOf(failures=3, of=5)}, "FFPP", ""),
        ({"fail_of": FailOf(failures=3, of=5)}, "FPFPFP", "fired resolved"),
        ({"fail_of": FailOf(failures=3, of=5)}, "FPPFPPFPPF", ""),
        ({"fail_of": FailOf(failures=4, of=9), "fail_after": 2}, "FPFF", "fired"),
        ({}, "?F??P", "fired resolved"),
        ({}, "F???F", "fired"),
    ],
)
def test_what_people_are_told(policy: dict[str, Any], results: str, told: str) -> None:
    assert Watched(**policy).see(results) == told.split()


def test_a_pending_failure_that_passes_leaves_nothing_behind() -> None:
    watched = Watched(fail_after=3)
    watched.see("PFF")
    assert watched.state.phase == "pending"
    assert watched.state.episode == episode_name(TARGET, minutes(30))
    watched.see("P")
    assert (watched.state.phase, watched.state.episode, watched.state.failures) == ("ok", None, 0)


def test_the_trouble_began_with_its_first_failure() -> None:
    watched = Watched(fail_of=FailOf(failures=3, of=5))
    watched.see("FPFF")
    (fired,) = watched.told
    assert (fired.since, fired.at, fired.number) == (minutes(15), minutes(60), 1)


def test_notices_of_an_episode_are_numbered_and_carry_its_times() -> None:
    watched = Watched()
    watched.see("FFP")
    fired, resolved = watched.told
    assert [fired.key, resolved.key] == [f"{fired.episode}:1", f"{fired.episode}:2"]
    assert (resolved.since, resolved.until, resolved.failures) == (minutes(15), minutes(45), 2)
    assert watched.state.episode is None


def test_episodes_sort_by_their_beginning_and_are_the_same_when_asked_again() -> None:
    names = [episode_name(TARGET, minutes(each)) for each in range(50)]
    assert names == sorted(names)
    assert {len(name) for name in names} == {26}
    assert episode_name(TARGET, minutes(3)) == names[3]
    assert episode_name("shop/other", minutes(3)) != names[3]
    assert episode_name(TARGET, minutes(3), blind=True) != names[3]


@pytest.mark.parametrize(
    ("devices", "failing", "others", "told"),
    [
        ("any", 0, 2, ["fired"]),
        ("all", 1, 2, []),
        ("all", 2, 2, ["fired"]),
        ("all", 0, 0, ["fired"]),
        (2, 0, 2, []),
        (2, 1, 2, ["fired"]),
        (5, 2, 2, ["fired"]),  # more than there are means all
    ],
)
def test_enough_devices_must_fail(devices: Any, failing: int, others: int, told: list[str]) -> None:
    watched = Watched(devices=devices)
    assert watched.see("F", failing=failing, others=others) == told
    assert watched.see("P", others=others) == ["resolved"] * len(told)


def test_who_waited_for_other_devices_fires_when_they_fail_too() -> None:
    watched = Watched(devices="all")
    assert watched.see("FF", failing=0, others=1) == []
    assert watched.see("F", failing=1, others=1) == ["fired"]
    assert watched.told[0].since == minutes(15)


def test_a_failure_after_warnings_is_told_again_once() -> None:
    watched = Watched(warnings="tell")
    assert watched.see("WWFFWFP") == ["fired", "fired", "resolved"]
    assert [each.number for each in watched.told] == [1, 2, 3]
    assert len({each.episode for each in watched.told}) == 1


def test_late_results_change_nothing() -> None:
    watched = Watched()
    watched.see("PF")
    late = Observation(at=minutes(30), seen="pass")
    for seen in (late, Observation(at=minutes(20), seen="inconclusive")):
        assert decide(watched.state, seen, policy=watched.policy, now=minutes(40)) == (watched.state, ())


def test_a_clock_that_was_ahead_makes_nothing_late_for_hours() -> None:
    watched = Watched(no_data_after=Duration(1_800_000))
    watched.see("PPPP???")
    watched.wait(5)
    assert watched.state.no_data
    watched.minute -= 24 * 60
    assert watched.see("P") == ["data_back"]
    assert watched.see("FP") == ["fired", "resolved"]


# Flapping


def test_a_flapping_check_is_one_message_then_quiet_then_one() -> None:
    watched = Watched(flapping=4)
    assert watched.see("FPFPFPFPFPFP", every=5) == ["fired", "resolved", "fired", "flapping"]
    assert watched.state.flapping
    assert watched.see("PPPPPP", every=5) == ["calm"]
    calm = watched.told[-1]
    assert (calm.since, calm.until) == (minutes(5), minutes(60))
    assert (watched.state.phase, watched.state.flapping, watched.state.episode) == ("ok", False, None)
    assert watched.see("F") == ["fired"]


def test_what_calms_down_failing_still_recovers_later() -> None:
    watched = Watched(flapping=4)
    watched.see("FPFP", every=5)
    assert watched.see("FFFFFFFFF", every=5) == ["calm"]
    assert watched.told[-1].until is None
    assert watched.state.phase == "firing"
    assert watched.see("P", every=5) == ["resolved"]
    assert [each.number for each in watched.told if each.episode == watched.told[-1].episode] == [1, 2, 3, 4]


def test_flapping_below_the_threshold_of_failures_is_told() -> None:
    watched = Watched(flapping=6, fail_after=2)
    assert watched.see("FPFPFPFPFP", every=5) == ["flapping"]
    assert watched.told[0].since == minutes(5)


def test_flapping_of_too_few_devices_is_not_told() -> None:
    watched = Watched(flapping=4, devices="all")
    assert watched.see("FPFPFPFPFP", every=5, failing=0, others=1) == []


def test_turns_that_are_far_apart_are_no_flapping() -> None:
    watched = Watched(flapping=4)
    assert watched.see("FPFPFPFP", every=21) == ["fired", "resolved"] * 4


def test_flapping_can_be_off() -> None:
    assert Watched(flapping="off").see("FPFPFPFP", every=1) == ["fired", "resolved"] * 4


def test_flapping_that_was_switched_off_meanwhile_ends() -> None:
    watched = Watched(flapping=3)
    watched.see("FPF", every=5)
    watched.policy = Policy(flapping="off")
    assert watched.see("P", every=5) == ["calm"]


# The monitor's own trouble


def test_no_verdict_for_long_is_the_monitors_own_trouble() -> None:
    watched = Watched(no_data_after=Duration(3_600_000))
    assert watched.see("P????") == []
    assert watched.see("?") == ["no_data"]
    assert watched.see("??") == []
    assert watched.see("P") == ["data_back"]
    lost, back = watched.told
    assert (lost.since, lost.number, back.number) == (minutes(30), 1, 2)
    assert (back.since, back.until, back.episode) == (minutes(30), minutes(135), lost.episode)


def test_a_failing_target_that_cannot_be_judged_still_fails() -> None:
    watched = Watched(no_data_after=Duration(1_800_000))
    assert watched.see("F????") == ["fired", "no_data"]
    assert watched.state.phase == "firing"
    assert watched.see("F") == ["data_back"]
    assert watched.see("P") == ["resolved"]
    assert len({each.episode for each in watched.told}) == 2


def test_silence_is_told_once() -> None:
    watched = Watched()
    watched.see("P")
    assert watched.wait(119) == []
    assert watched.wait(1) == ["no_data"]
    assert watched.wait(600) == []
    assert watched.told[0].since == minutes(15)
    assert watched.see("F") == ["data_back", "fired"]


def test_silence_is_counted_from_when_a_result_was_due() -> None:
    watched = Watched()
    watched.see("P")
    due = minutes(24 * 60)
    assert watched.wait(25 * 60, due=due) == []
    assert watched.wait(60, due=due) == ["no_data"]


def test_what_never_had_a_result_is_missed_when_one_was_due() -> None:
    watched = Watched()
    assert watched.wait(1000) == []
    assert watched.wait(0, due=minutes(10)) == ["no_data"]


def test_a_restart_says_nothing() -> None:
    watched = Watched()
    watched.see("PF?")
    assert watched.wait(24 * 60, awake_since=minutes(24 * 60)) == []
    assert watched.wait(100, awake_since=minutes(24 * 60)) == ["no_data"]


def test_a_late_verdict_from_before_does_not_end_the_silence() -> None:
    watched = Watched(no_data_after=Duration(1_800_000))
    watched.see("P????")
    late = Observation(at=minutes(20), seen="pass")
    state, told = decide(watched.state, late, policy=watched.policy, now=minutes(80))
    assert (told, state.no_data) == ((), True)


def test_quiet_is_shorter_than_what_counts_as_flapping() -> None:
    watched = Watched(flapping=3)
    watched.see("FPF", every=5)
    assert watched.see("F", every=QUIET.total_seconds() / 60 - 1) == []
    assert watched.see("F", every=1) == ["calm"]
