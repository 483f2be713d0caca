from __future__ import annotations

from typing import ClassVar

from nano_sre.core.registry import register


@register("alerter", "stdout")
class Stdout:
    """Says it on the terminal of the agent."""

    example: ClassVar[str] = "{name: console, stdout: {}}"
