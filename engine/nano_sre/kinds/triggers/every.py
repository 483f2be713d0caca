from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Duration, Example
from nano_sre.core.registry import register


@register("trigger", "every", short="every")
class Every:
    """Runs again and again, after the same length of time."""

    example: ClassVar[str] = "{name: heartbeat, every: 30m, run: all}"

    every: Annotated[Duration, Doc("How often."), Example("30m")]
