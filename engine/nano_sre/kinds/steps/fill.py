from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Duration, Element, Inline, Text
from nano_sre.core.ports import Browser, Outcome
from nano_sre.core.registry import register
from nano_sre.core.template import Template
from nano_sre.kinds._shared.parts import ACTING, healed


@register("step", "fill")
class Fill:
    """Types text into a form field, in place of what stands there.

    A value that holds a `${secret.…}` is masked in every picture and report.
    """

    asserts: ClassVar[bool] = False
    patience: ClassVar[Duration] = ACTING
    example: ClassVar[str] = '- fill: {field: Email, value: "qa@example.com"}'

    element: Annotated[Element, Doc("The field."), Inline]
    value: Annotated[Text, Doc("The text to type.")]

    def title(self) -> str:
        return f"Fill {self.element}"

    async def run(self, io: Browser) -> Outcome | None:
        secret = isinstance(self.value, Template) and self.value.is_secret
        handle = await io.one(self.element)
        await handle.fill(str(io.value(self.value)), secret=secret)
        return healed(handle, self.element)
