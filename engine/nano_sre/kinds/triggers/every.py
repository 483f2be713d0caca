from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Duration, Example, Unfit
from nano_sre.core.registry import register
from nano_sre.core.trigger import Comes


@register("trigger", "every", short="interval")
class Every:
    """Runs checks at a regular interval.

    The first run is at once; a check that is due on its own account at the same moment runs once.
    """

    comes: ClassVar[Comes] = "timetable"
    example: ClassVar[str] = "every: 30m"

    interval: Annotated[Duration, Doc("How often."), Example("30m")]

    def __post_init__(self) -> None:
        if self.interval < 1_000:
            raise Unfit(
                f"every {self.interval} is too often",
                "interval",
                hint="write at least 1s: a visit takes longer than that",
            )
