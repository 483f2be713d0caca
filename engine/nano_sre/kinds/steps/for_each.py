from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Duration, Example, OneOrMany, SavedName, Text, Unfit
from nano_sre.core.ports import Browser, cannot_work
from nano_sre.core.program import StepCall
from nano_sre.core.registry import register
from nano_sre.core.template import ROOTS, Template
from nano_sre.kinds._shared.parts import ACTING


@register("step", "for_each")
class ForEach:
    """Repeats steps for each value of a list; inside them the value is `${size}`, or whatever `value` calls it.

    The list is written out, or comes from the store's `vars`: it is known before anything runs. The report shows
    which value a step was for: “Size S: Press “Add””.
    """

    asserts: ClassVar[bool] = False
    patience: ClassVar[Duration] = ACTING
    modifiers: ClassVar[tuple[str, ...]] = ("name",)
    example: ClassVar[str] = (
        '- for_each: {value: page, in: [/, /collections/all], steps: [open: "${page}", see: {link: Cart}]}'
    )

    value: Annotated[SavedName, Doc("What to call the value inside the steps."), Example("size")]
    in_: Annotated[
        Template | tuple[Text, ...],
        OneOrMany,
        Doc("The values, or a list under `vars` of the store."),
        Example('"${vars.sizes}"'),
    ]
    steps: Annotated[tuple[StepCall, ...], Doc("What to do for each of them.")]

    def __post_init__(self) -> None:
        if self.value in ROOTS:
            raise Unfit(f"“{self.value}” means something else already", "value", hint="choose another name")
        if self.in_ == ():  # a list of the store's comes later, and is judged there
            raise Unfit("“in” is empty: the steps would never run", "in", hint="write at least one value")
        if not self.steps:
            raise Unfit(
                "“steps” is empty: there is nothing to repeat", "steps", hint="write at least one step"
            )

    def title(self) -> str:
        values = str(self.in_) if isinstance(self.in_, Template) else ", ".join(map(str, self.in_))
        return f"For each {self.value} in {values}"

    async def run(self, io: Browser) -> None:
        raise cannot_work(f"The values of {self.value} are not known: {self.in_}.")
