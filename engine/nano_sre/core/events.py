"""What a run tells whoever watches it, as it goes."""

from __future__ import annotations

from collections.abc import Callable

from nano_sre.core.result import StepReport, TargetResult
from nano_sre.core.values import frozen


@frozen
class RunStarted:
    run_id: str
    targets: int
    visits: int


@frozen
class AttemptStarted:
    """A visit (or API program) begins; `targets` share it. `attempt` counts from 1."""

    targets: tuple[str, ...]
    attempt: int


@frozen
class StepFinished:
    targets: tuple[str, ...]
    step: StepReport


@frozen
class TargetFinished:
    result: TargetResult


@frozen
class Notice:
    """Something about the monitor itself: the browser died and was started again."""

    text: str


Event = RunStarted | AttemptStarted | StepFinished | TargetFinished | Notice
Listener = Callable[[Event], None]


def nobody(_event: Event) -> None:
    """The listener of runs that nobody watches."""
