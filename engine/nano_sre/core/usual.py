"""What a number usually is, and whether it has become slower: one time (milliseconds) of one page, run after run.

Times are judged on a logarithmic scale against the median of a long window and its spread. Small excesses add up
(a CUSUM) until they are too many to be chance; what is suspicious is never learned, and a slowdown stays told until
it is gone or a person accepts it. Pure: `following` makes the next state from a value, and nothing else happens.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from functools import cached_property
from statistics import median
from typing import Any, Literal, get_args

from nano_sre.core.values import frozen

WARM_UP = 30  # runs until there is a verdict
WINDOW = 200  # runs that say what is usual
LATE = 25  # runs that wait before they are learned: a change must not teach the window that judges it
MOST_WAITING = 75
ALLOWANCE, ALARM, CLIP = (
    0.75,
    7.0,
    2.5,
)  # in spreads: what counts as excess, how much is too much, most of one run
CALM = ALARM / 2
LEAST_EFFECT = 0.08  # a slowdown nobody would act on
LEAST_SPREAD, LEAST_SPREAD_MS = 0.03, 8.0  # times come in steps; a page that never varies is not more exact
GRADUAL = 40  # runs: what took longer to show did not happen from one run to the next
CREEP, CREPT_BACK = 0.15, 0.10

Trouble = Literal["", "jump", "trend"]


@frozen
class Usual:
    """All that is remembered of one number. Values are milliseconds, oldest first; times are UTC ISO-8601 texts.

    `window` says what is usual, `waiting` holds what came since and is not learned yet; the last `streak` of them are
    suspicious, the first at `since`. `anchor` is what was usual when it was learned or accepted, at `anchored`.
    """

    window: tuple[float, ...] = ()
    waiting: tuple[float, ...] = ()
    excess: float = 0.0
    streak: int = 0
    since: str = ""
    trouble: Trouble = ""
    crept: bool = False
    anchor: float = 0.0
    anchored: str = ""
    last: float = 0.0
    last_at: str = ""
    runs: int = 0
    accepted: str = ""  # who accepted a slowdown, when and why

    @property
    def learned(self) -> bool:
        """Whether there are runs enough for a verdict."""
        return len(self.window) >= WARM_UP

    @cached_property
    def centre(self) -> float:
        """What is usual, in milliseconds; 0 before the first run."""
        return median(self.window) if self.window else 0.0

    @cached_property
    def spread(self) -> float:
        """How far one run is usually from the centre, as a share of it."""
        logs = [math.log(value) for value in self.window]
        middle = median(logs) if logs else 0.0
        robust = 1.4826 * median([abs(each - middle) for each in logs]) if logs else 0.0
        return max(robust, LEAST_SPREAD, LEAST_SPREAD_MS / self.centre if self.centre else 0.0)

    @property
    def suspects(self) -> tuple[float, ...]:
        """The suspicious values, as far as they are kept."""
        return self.waiting[-self.streak :] if self.streak else ()

    @property
    def state(self) -> Literal["learning", "fine", "suspicious", "jump", "trend"]:
        """Where it stands. `jump`: slower since a moment; `trend`: slower little by little."""
        if self.trouble:
            return self.trouble
        if not self.learned:
            return "learning"
        if self.crept:
            return "trend"
        return "suspicious" if self.streak else "fine"

    @property
    def before(self) -> float:
        """What slowness is compared with: the usual value, or for what crept up the one it began from."""
        return self.anchor if self.crept and not self.trouble else self.centre

    @property
    def now(self) -> float:
        """What it is now: the median of what is suspicious, or what is usual."""
        return median(self.suspects) if self.suspects else self.centre

    @property
    def begun(self) -> str:
        """When the slowness began."""
        return self.since if self.trouble else self.anchored if self.crept else self.since

    @property
    def slower(self) -> float:
        """How much slower it is now than before, as a share: 0.22 is 22 %."""
        return self.now / self.before - 1 if self.before else 0.0

    def as_json(self) -> dict[str, Any]:
        """Plain data, from which `recalled` makes the same again."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}


def recalled(data: Mapping[str, Any]) -> Usual:
    """What `as_json` wrote; a fresh one for nothing, and for what somebody damaged by hand."""
    names = {f.name: f.default for f in fields(Usual)}
    try:
        made = Usual(**{name: _like(default, data[name]) for name, default in names.items() if name in data})
    except (TypeError, ValueError):
        return Usual()
    times = all(0 < value < math.inf for value in (*made.window, *made.waiting))
    counts = 0 <= made.excess <= ALARM and made.streak >= 0 and (made.anchor > 0 or not made.learned)
    return made if times and counts and made.trouble in get_args(Trouble) else Usual()


def following(usual: Usual, value: float, at: datetime) -> Usual:
    """The state after a run that took `value` milliseconds."""
    value, when = _rounded(value), at.isoformat(timespec="seconds")
    seen = replace(usual, last=value, last_at=when, runs=usual.runs + 1)
    if not usual.learned:
        window = (*usual.window, value)
        made = replace(seen, window=window)
        return replace(made, anchor=_rounded(made.centre), anchored=when) if made.learned else made
    return _crept(_learned(_judged(_suspected(seen, value, when))))


def accepted(usual: Usual, at: datetime, *, words: str) -> Usual:
    """What is slow now is usual from now on; `words` say who accepted it and why.

    The spread stays known: the window is moved to where the values are now, so there is no new time of learning.
    """
    made = replace(usual, crept=False, accepted=words)
    if usual.trouble:
        ratio = usual.now / usual.centre
        window = (*(_rounded(each * ratio) for each in usual.window), *usual.suspects)[-WINDOW:]
        made = replace(made, window=window, waiting=(), excess=0.0, streak=0, since="", trouble="")
    return replace(made, anchor=_rounded(made.centre), anchored=at.isoformat(timespec="seconds"))


def _suspected(usual: Usual, value: float, when: str) -> Usual:
    distance = (math.log(value) - math.log(usual.centre)) / usual.spread
    step = min(max(distance, -CLIP), CLIP) - ALLOWANCE
    excess = min(max(usual.excess + step, 0.0), ALARM)
    made = replace(usual, waiting=(*usual.waiting, value)[-MOST_WAITING:], excess=round(excess, 4))
    if not excess:
        return made
    return replace(made, streak=usual.streak + 1, since=usual.since if usual.streak else when)


def _judged(usual: Usual) -> Usual:
    if usual.trouble:
        return _recovered(usual) if usual.excess <= CALM else usual
    if not usual.excess:
        return replace(usual, streak=0, since="")
    if usual.excess >= ALARM and usual.slower >= LEAST_EFFECT:
        return replace(usual, trouble="trend" if usual.streak > GRADUAL else "jump")
    return usual


def _recovered(usual: Usual) -> Usual:
    """It is fast again: what was slow meanwhile is forgotten."""
    waiting = usual.waiting[: max(0, len(usual.waiting) - usual.streak)]
    return replace(usual, waiting=waiting, excess=0.0, streak=0, since="", trouble="")


def _learned(usual: Usual) -> Usual:
    """What has waited long enough, while nothing is suspicious, becomes part of what is usual."""
    ripe = len(usual.waiting) - LATE
    if usual.streak or ripe <= 0:
        return usual
    window = (*usual.window, *usual.waiting[:ripe])[-WINDOW:]
    return replace(usual, window=window, waiting=usual.waiting[ripe:])


def _crept(usual: Usual) -> Usual:
    """What is usual may creep up by steps too small to be noticed; it is held against what it once was."""
    rise = usual.centre / usual.anchor - 1
    anchor = min(usual.anchor, _rounded(usual.centre))
    return replace(usual, anchor=anchor, crept=rise >= (CREPT_BACK if usual.crept else CREEP))


def _rounded(value: float) -> float:
    return round(max(value, 0.1), 1 if value < 1000 else 0)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _like(default: Any, given: Any) -> Any:
    """A value of the same type as the default; raises `TypeError` or `ValueError` if it is none."""
    if isinstance(default, tuple):
        return tuple(float(each) for each in given)
    return type(default)(given)
