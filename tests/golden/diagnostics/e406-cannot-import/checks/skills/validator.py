from __future__ import annotations

from nano_sre.core.result import Skill


class Validator(Skill):
    """A skill of this folder."""
