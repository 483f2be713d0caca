from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Duration, Element, Inline, Text
from nano_sre.core.ports import Abort, Browser, Outcome, failed
from nano_sre.core.registry import register
from nano_sre.kinds._shared.parts import ACTING, healed

RADIOS = """(name) => {
  const fold = (text) => (text || '').replace(/\\s+/g, ' ').trim().toLowerCase();
  const titles = (group) => [group.getAttribute('aria-label'), group.querySelector('legend')?.textContent,
    ...(group.getAttribute('aria-labelledby') || '').split(' ').map((id) => document.getElementById(id)?.textContent)];
  return [...document.querySelectorAll('fieldset,[role=radiogroup],[role=group]')].some((group) =>
    group.querySelector('input[type=radio],[role=radio]') &&
    titles(group).some((each) => fold(each).includes(fold(name))));
}"""


@register("step", "choose")
class Choose:
    """Chooses an option of a drop-down list, by the text a shopper reads."""

    asserts: ClassVar[bool] = False
    patience: ClassVar[Duration] = ACTING
    example: ClassVar[str] = "- choose: {field: Sort by, option: Price}"

    element: Annotated[Element, Doc("The list."), Inline]
    option: Annotated[Text, Doc("The option's text, or else its value.")]

    def title(self) -> str:
        return f"Choose “{self.option}” in {self.element}"

    async def run(self, io: Browser) -> Outcome | None:
        option = str(io.value(self.option))
        try:
            handle = await io.one(self.element)
            await handle.choose(option)
        except Abort as abort:
            if abort.finding is None or not await self._is_radios(io):
                raise
            raise failed(
                "R502",
                f"{self.element} is not a drop-down list: it is a group of radio buttons.",
                expected="a drop-down list",
                actual="radio buttons",
                hint=f"Write `choose_variant` for an option of a product, else `tick: {option}`.",
            ) from None
        return healed(handle, self.element)

    async def _is_radios(self, io: Browser) -> bool:
        if self.element.how not in {"any_name", "field"}:
            return False
        return bool(await io.js(RADIOS, str(io.value(self.element.what))))
