from __future__ import annotations

from typing import ClassVar

from nano_sre.core.registry import register
from nano_sre.core.trigger import Comes


@register("trigger", "manual")
class Manual:
    """Runs checks when somebody asks for it, and at no other time."""

    comes: ClassVar[Comes] = "hand"
    example: ClassVar[str] = "manual: {}"
