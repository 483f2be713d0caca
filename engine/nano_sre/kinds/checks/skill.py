from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from nano_sre.core.check import BrowserCheck, Locate, nothing
from nano_sre.core.fields import Doc, Example
from nano_sre.core.program import SkillCall
from nano_sre.core.registry import register


@register("check", "skill")
class SkillCheck(BrowserCheck):
    """A check written in Python, for what YAML cannot say.

    The class is a `Skill`: it has `name()` and `async run(context)` and returns a `SkillResult`, which goes down
    the same road as every other result.
    """

    example: ClassVar[str] = """\
version: 1
kind: skill
id: checkout-validator
name: Checkout answers a Python skill
skill: skills.checkout_validator:CheckoutValidator
with: {product: complete-snowboard}
"""

    skill: Annotated[
        str, Doc("`module:Class`, importable from the folder of the checks."), Example("skills.mine:Mine")
    ]
    with_: Annotated[Mapping[str, Any], Doc('What the skill finds in `context["with"]`.')] = nothing()

    def compile(self, at: Locate) -> SkillCall:
        return SkillCall(skill=self.skill, given=self.with_)
