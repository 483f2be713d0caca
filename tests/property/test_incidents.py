"""Whatever a check does, for however long: what people are told of it makes sense."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from nano_sre.core.fields import Duration
from nano_sre.core.incident import AlertState, Notice, Observation
from nano_sre.core.policy import FailOf, Policy
from nano_sre.incidents.machine import AHEAD, QUIET, decide, pass_time

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TARGETS = ("shop/checkout@desktop/us", "shop/checkout@iphone/us")
ENDS = {"resolved", "data_back"}
POLICIES = st.builds(
    Policy,
    fail_after=st.integers(1, 3),
    fail_of=st.none() | st.builds(FailOf, failures=st.integers(1, 3), of=st.integers(3, 6)),
    recover_after=st.integers(1, 3),
    devices=st.sampled_from(["any", "all", 2]),
    warnings=st.sampled_from(["ignore", "tell"]),
    no_data_after=st.sampled_from([Duration(600_000), Duration(7_200_000)]),
    flapping=st.sampled_from(["off", 3, 6]),
)
SEEN = st.sampled_from(["pass", "fail", "fail", "pass", "warn", "inconclusive"])


class IncidentModel(RuleBasedStateMachine):
    """Two devices of a check, seen again and again while the clock moves.

    Every notice passes through `given_out`: what comes after the machine is added to the model by overriding it.
    """

    @initialize(policy=POLICIES)
    def begin(self, policy: Policy) -> None:
        self.policy = policy
        self.now = NOON
        self.clock_changes = 0
        self.awake_since = NOON
        self.states = {target: AlertState(target=target) for target in TARGETS}
        self.told: dict[str, list[Notice]] = defaultdict(list)
        self.last_seen: dict[str, Observation] = {}

    def given_out(self, notices: Iterable[Notice]) -> None:
        for notice in notices:
            self.told[notice.target].append(notice)

    def result(self, target: str, seen: str, *, at: datetime) -> tuple[Notice, ...]:
        others = [state for name, state in self.states.items() if name != target]
        failing = sum(1 for state in others if state.recent[-1:] == (True,))
        observation = Observation(at=at, seen=seen, others=len(others), others_failing=failing)  # type: ignore[arg-type]
        before = self.states[target]
        after, notices = decide(before, observation, policy=self.policy, now=self.now)
        assert decide(before, observation, policy=self.policy, now=self.now) == (after, notices)
        assert decide(after, observation, policy=self.policy, now=self.now)[1] == () or seen == "inconclusive"
        self.states[target] = after
        self.check(before, observation, notices)
        self.given_out(notices)
        return notices

    def check(self, before: AlertState, seen: Observation, notices: tuple[Notice, ...]) -> None:
        kinds = [notice.kind for notice in notices]
        failing = seen.seen == "fail" or (seen.seen == "warn" and self.policy.warnings == "tell")
        if seen.seen == "inconclusive":
            assert set(kinds) <= {"no_data"}
            judged = {"blind_since": None, "blind_episode": None, "no_data": False}
            after = self.states[before.target]
            assert replace(after, **judged) == replace(before, **judged), "neither for nor against"
        if "fired" in kinds:
            assert failing
            assert before.phase in ("ok", "pending") or before.warned
            if self.policy.devices == "all" and before.phase in ("ok", "pending"):
                assert seen.others_failing == seen.others
        if "resolved" in kinds:
            assert not failing
        if "calm" in kinds and self.policy.flapping != "off":
            turns = before.turns if failing == before.recent[-1] else (*before.turns, seen.at)
            assert seen.at - turns[-1] >= QUIET
        if before.flapping:
            assert not {"fired", "resolved", "flapping"} & set(kinds)

    @rule(of=st.sampled_from(TARGETS), seen=SEEN, wait=st.integers(1, 40))
    def see(self, of: str, seen: str, wait: int) -> None:
        self.now += timedelta(minutes=wait)
        self.result(of, seen, at=self.now)

    @rule(of=st.sampled_from(TARGETS), first=st.booleans(), count=st.integers(3, 12))
    def alternate(self, of: str, first: bool, count: int) -> None:
        for number in range(count):
            self.see(of, "fail" if (number % 2 == 0) == first else "pass", 4)

    @rule(of=st.sampled_from(TARGETS), seen=st.sampled_from(["pass", "fail", "inconclusive"]))
    def stay(self, of: str, seen: str) -> None:
        """An hour of the same: what is decided then stands, and whatever flapped is calm."""
        for _ in range(6):
            self.see(of, seen, 11)
        state = self.states[of]
        assert seen == "inconclusive" or not state.flapping
        assert seen != "pass" or state.phase == "ok"
        assert seen != "fail" or state.phase == "firing" or self.policy.devices != "any"

    @rule(of=st.sampled_from(TARGETS), seen=SEEN, late=st.integers(0, 600))
    def see_something_late(self, of: str, seen: str, late: int) -> None:
        at = self.now - timedelta(minutes=late)
        judged, before = self.states[of].judged_at, self.states[of]
        notices = self.result(of, seen, at=at)
        if judged is not None and at <= judged <= self.now + AHEAD:
            assert (notices, self.states[of]) == ((), before)

    @rule(wait=st.integers(1, 300))
    def let_time_pass(self, wait: int) -> None:
        self.now += timedelta(minutes=wait)
        for target in TARGETS:
            state, notices = pass_time(
                self.states[target], policy=self.policy, now=self.now, awake_since=self.awake_since
            )
            assert {each.kind for each in notices} <= {"no_data"}
            self.states[target] = state
            self.given_out(notices)

    @rule(of=st.sampled_from(TARGETS), back=st.integers(10, 3_000))
    def set_the_clock_back(self, of: str, back: int) -> None:
        """What is seen afterwards counts all the same, at the latest after a few minutes."""
        self.clock_changes += 1
        self.now -= timedelta(minutes=back, microseconds=self.clock_changes)  # no moment comes twice
        self.awake_since = min(self.awake_since, self.now)
        self.see(of, "pass", 1)
        self.see(of, "pass", int(AHEAD / timedelta(minutes=1)) + 1)
        assert self.states[of].judged_at == self.now
        assert not self.states[of].no_data

    @rule(down=st.integers(0, 5_000))
    def restart(self, down: int) -> None:
        self.now += timedelta(minutes=down)
        self.awake_since = self.now
        for state in self.states.values():
            assert pass_time(state, policy=self.policy, now=self.now, awake_since=self.now) == (state, ())

    @precondition(lambda self: hasattr(self, "told"))
    @invariant()
    def every_episode_is_told_in_order(self) -> None:
        for target, notices in self.told.items():
            state = self.states[target]
            episodes: dict[str, list[Notice]] = defaultdict(list)
            for notice in notices:
                episodes[notice.episode].append(notice)
            for episode, told in episodes.items():
                assert [each.number for each in told] == list(range(1, len(told) + 1))
                self.told_once(told, still_open=episode in (state.episode, state.blind_episode))
        assert len({n.key for told in self.told.values() for n in told}) == sum(map(len, self.told.values()))

    def told_once(self, told: list[Notice], *, still_open: bool) -> None:
        kinds = [each.kind for each in told]
        assert kinds[0] in ("fired", "flapping", "no_data")
        assert kinds.count("fired") <= (2 if self.policy.warnings == "tell" else 1)
        over = told[-1].kind in ENDS or (told[-1].kind == "calm" and told[-1].until is not None)
        assert over is not still_open, "it is told when it ends, and only then"
        assert not ENDS & set(kinds[:-1])
        assert kinds.count("calm") in (kinds.count("flapping"), kinds.count("flapping") - 1)
        assert not set(kinds) - {"no_data", "data_back"} or not {"no_data", "data_back"} & set(kinds)

    @precondition(lambda self: hasattr(self, "told"))
    @invariant()
    def nobody_is_flooded(self) -> None:
        if self.policy.flapping == "off" or self.clock_changes:
            return
        # One for each turn, and one for a failure that had waited for other devices.
        most = self.policy.flapping * (2 if self.policy.warnings == "tell" else 1)
        for notices in self.told.values():
            moments = [each.at for each in notices if each.kind in ("fired", "resolved")]
            for number, moment in enumerate(moments):
                assert sum(1 for each in moments[number:] if each - moment < QUIET) <= most

    @precondition(lambda self: hasattr(self, "told"))
    @invariant()
    def what_is_open_was_told(self) -> None:
        for target, state in self.states.items():
            last = next((n for n in reversed(self.told[target]) if n.episode == state.episode), None)
            assert (last is not None) is (state.phase in ("firing", "recovering"))
            assert (state.episode is None) is (state.phase == "ok")


TestIncidents = IncidentModel.TestCase
TestIncidents.settings = settings(max_examples=80, stateful_step_count=30, deadline=None)
