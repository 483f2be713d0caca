from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.fields import Cron, Doc, Example
from nano_sre.core.registry import register
from nano_sre.core.trigger import Comes


@register("trigger", "cron", short="line")
class CronTrigger:
    """Runs checks at fixed times, in the time zone that stands beside it.

    A time that the change to summer time skips comes right after it; one that comes twice counts once.
    """

    comes: ClassVar[Comes] = "timetable"
    example: ClassVar[str] = 'cron: "0 3 * * *"'

    line: Annotated[
        Cron,
        Doc("Minute, hour, day of the month, month, day of the week; `*` for every one."),
        Example('"0 3 * * *"'),
    ]
