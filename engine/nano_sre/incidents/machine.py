"""What becomes of a target when it is seen again, and when time passes. Pure: state in, state and notices out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from nano_sre.core.incident import MONITOR, AlertState, Notice, NoticeKind, Observation
from nano_sre.core.policy import Policy
from nano_sre.incidents.episode import episode_name

Decision = tuple[AlertState, tuple[Notice, ...]]

WINDOW = timedelta(hours=1)
"""Turns within this time count for flapping."""
QUIET = timedelta(minutes=30)
"""Without a turn for so long, what was flapping is stable."""
AHEAD = timedelta(minutes=5)
"""A verdict from further in the future was dated by a clock that went wrong: later ones are not late for it."""
REMEMBERED = 20  # judged results, the most that `fail_of` may ask for


def decide(state: AlertState, seen: Observation, *, policy: Policy, now: datetime) -> Decision:
    """What a result changes. One that is not newer than the last judged one changes nothing.

    Notices are dated `now`. The same state and result give the same notices, keys included, however often asked.
    """
    if state.judged_at is not None and seen.at <= state.judged_at <= now + AHEAD:
        return state, ()
    if seen.seen == "inconclusive":
        since = state.blind_since or seen.at
        return _blind(replace(state, blind_since=since), elapsed=seen.at - since, policy=policy, now=now)
    state, back = _sees_again(state, seen, now=now)
    failing = seen.seen == "fail" or (seen.seen == "warn" and policy.warnings == "tell")
    state = _counted(state, seen.at, failing=failing)
    if state.flapping:
        state, told = _while_flapping(state, seen, policy=policy, now=now)
    elif _flaps(state, seen, policy):
        state, told = _begin_to_flap(_begun(state, seen), seen, now=now)
    elif failing:
        state, told = _failing(_begun(state, seen), seen, policy=policy, now=now)
    else:
        state, told = _passing(state, seen, policy=policy, now=now)
    return state, (*back, *told)


def pass_time(
    state: AlertState,
    *,
    policy: Policy,
    now: datetime,
    due: datetime | None = None,
    awake_since: datetime | None = None,
) -> Decision:
    """What changes because nothing came: a target without a verdict for `policy.no_data_after`.

    `due` is when the first result after the last verdict was meant to come (a nightly check is silent all day); by
    default at once. Time before `awake_since`, when this process began to run checks, counts for nothing: a restart
    says nothing. Of the monitor's own targets nobody expects results.
    """
    if state.target.startswith(f"{MONITOR}/"):
        return state, ()
    known = [moment for moment in (due, state.judged_at) if moment is not None]
    since = state.blind_since or max(known, default=None)
    if since is None or state.no_data:
        return state, ()
    elapsed = now - max(since, awake_since or since)
    if elapsed < timedelta(milliseconds=policy.no_data_after):
        return state, ()
    return _blind(replace(state, blind_since=since), elapsed=elapsed, policy=policy, now=now)


# The monitor's own trouble


def _blind(state: AlertState, *, elapsed: timedelta, policy: Policy, now: datetime) -> Decision:
    since = state.blind_since
    if state.no_data or since is None or elapsed < timedelta(milliseconds=policy.no_data_after):
        return state, ()
    episode = episode_name(state.target, since, blind=True)
    told = Notice(kind="no_data", target=state.target, episode=episode, number=1, at=now, since=since)
    return replace(state, no_data=True, blind_episode=episode), (told,)


def _sees_again(state: AlertState, seen: Observation, *, now: datetime) -> Decision:
    """A verdict ends blindness, unless it is a late one from before."""
    since, episode = state.blind_since, state.blind_episode
    if since is None or seen.at < since <= now + AHEAD:
        return state, ()
    told: tuple[Notice, ...] = ()
    if episode is not None:
        back = Notice(
            kind="data_back",
            target=state.target,
            episode=episode,
            number=2,
            at=now,
            since=since,
            until=seen.at,
        )
        told = (back,)
    return replace(state, blind_since=None, no_data=False, blind_episode=None), told


# The store's


def _counted(state: AlertState, at: datetime, *, failing: bool) -> AlertState:
    before = state.recent[-1] if state.recent else False
    turns = tuple(min(turn, at) for turn in state.turns if turn > at - WINDOW) or state.turns[-1:]
    return replace(
        state,
        judged_at=at,
        recent=(*state.recent, failing)[-REMEMBERED:],
        turns=turns if failing == before else (*turns, at),
        failures=state.failures if not failing else state.failures + 1 if before else 1,
        passes=0 if failing else state.passes + 1,
    )


def _begun(state: AlertState, seen: Observation) -> AlertState:
    """The state with an episode, a new one when there is none."""
    if state.episode is not None:
        return state
    return replace(
        state,
        episode=episode_name(state.target, seen.at),
        number=0,
        failing_since=seen.at,
        warned=seen.seen == "warn",
    )


def _failing(state: AlertState, seen: Observation, *, policy: Policy, now: datetime) -> Decision:
    worse = state.warned and seen.seen == "fail"
    state = replace(state, warned=state.warned and not worse)
    if state.phase in ("firing", "recovering"):
        state = replace(state, phase="firing")
        return _noticed(state, "fired", at=now) if worse else (state, ())
    if not (_often_enough(state, policy) and _enough_devices(seen, policy)):
        return replace(state, phase="pending"), ()
    return _noticed(replace(state, phase="firing", fired_at=seen.at), "fired", at=now)


def _passing(state: AlertState, seen: Observation, *, policy: Policy, now: datetime) -> Decision:
    if state.phase == "pending":
        counts = policy.fail_of is not None and any(state.recent[-policy.fail_of.of :])
        return (state, ()) if counts else (state.over(), ())
    if state.phase == "ok":
        return state, ()
    if state.passes < policy.recover_after:
        return replace(state, phase="recovering"), ()
    state, told = _noticed(state, "resolved", at=now, until=seen.at)
    return state.over(), told


def _often_enough(state: AlertState, policy: Policy) -> bool:
    """Whether so many failures are an incident. Beside `fail_of`, a `fail_after` of 1 says nothing."""
    wanted = policy.fail_of
    if wanted is None:
        return state.failures >= policy.fail_after
    if sum(state.recent[-wanted.of :]) >= wanted.failures:
        return True
    return 1 < policy.fail_after <= state.failures


def _enough_devices(seen: Observation, policy: Policy) -> bool:
    """A number that the check has not devices for means all of them: else nobody would ever be told."""
    devices = seen.others + 1
    if isinstance(policy.devices, int):
        wanted = min(policy.devices, devices)
    else:
        wanted = devices if policy.devices == "all" else 1
    return seen.others_failing + 1 >= wanted


# Flapping


def _flaps(state: AlertState, seen: Observation, policy: Policy) -> bool:
    """Whether it turned too often, and it is something people are told of: open, or failing on enough devices."""
    if policy.flapping == "off":
        return False
    turns = sum(1 for turn in state.turns if turn > seen.at - WINDOW)
    told_of = state.phase in ("firing", "recovering") or (state.passes == 0 and _enough_devices(seen, policy))
    return turns >= policy.flapping and told_of


def _begin_to_flap(state: AlertState, seen: Observation, *, now: datetime) -> Decision:
    state = replace(
        state,
        flapping=True,
        phase="recovering" if state.passes else "firing",
        fired_at=state.fired_at or seen.at,
        failing_since=min(state.failing_since or seen.at, state.turns[0]),
        warned=state.warned and seen.seen != "fail",
    )
    return _noticed(state, "flapping", at=now)


def _while_flapping(state: AlertState, seen: Observation, *, policy: Policy, now: datetime) -> Decision:
    """Quiet until it is stable, then one message that says which way it went."""
    failing = state.passes == 0
    state = replace(
        state,
        phase="firing" if failing else "recovering",
        warned=state.warned and seen.seen != "fail",
    )
    turned = state.turns[-1] if state.turns else seen.at
    stable = policy.flapping == "off" or seen.at - turned >= QUIET
    enough = state.failures >= policy.fail_after if failing else state.passes >= policy.recover_after
    if not (stable and enough):
        return state, ()
    if failing:
        state, told = _noticed(state, "calm", at=now)
        return replace(state, flapping=False, turns=()), told
    state, told = _noticed(state, "calm", at=now, until=turned)
    return replace(state.over(), turns=()), told


def _noticed(state: AlertState, kind: NoticeKind, *, at: datetime, until: datetime | None = None) -> Decision:
    assert state.episode is not None
    state = replace(state, number=state.number + 1)
    notice = Notice(
        kind=kind,
        target=state.target,
        episode=state.episode or "",
        number=state.number,
        at=at,
        since=state.failing_since,
        until=until,
        failures=state.failures,
    )
    return state, (notice,)
