from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from nano_sre.core.check import nothing
from nano_sre.core.fields import Doc, Duration, Example, Money, SavedName
from nano_sre.core.forms import Form
from nano_sre.core.ports import Browser, Outcome, ScriptError, cannot_work, failed
from nano_sre.core.registry import register
from nano_sre.kinds._shared.answers import resolved
from nano_sre.kinds._shared.compare import MISSING, Expectation, conclude, judge
from nano_sre.kinds._shared.parts import ACTING
from nano_sre.kinds._shared.readings import shown

_STATEMENTS = re.compile(
    r"\breturn\b|;\s*\S|^\s*(const|let|var|if|for|while|try|throw|switch|await\s+\w+\s*=)\b"
)


class Script(Form):
    """JavaScript: taken as it is written, no `${…}` of ours in it."""

    __slots__ = ()
    like_text = True
    verbatim: ClassVar[bool] = True
    pattern: ClassVar[str] = r"\S"
    form: ClassVar[str] = "JavaScript"


@register("step", "javascript", short="code")
class JavaScript:
    """Runs JavaScript in the page: the way out, for what no other step can do. Reviewers are told of each one.

    The code is one expression, or statements that end with `return`; `await` may be used. Nothing is put into its
    text: what it needs from outside it finds in `inputs`.
    """

    asserts: ClassVar[bool] = False
    patience: ClassVar[Duration] = ACTING
    example: ClassVar[str] = "- javascript: {code: document.images.length, expect: {at_least: 1}}"
    flagged: ClassVar[str] = "JavaScript of the check's author"

    code: Annotated[Script, Doc("The JavaScript."), Example("sessionStorage.getItem(inputs.key)")]
    inputs: Annotated[
        Mapping[str, Any], Doc("Values it finds as `inputs.name`."), Example('{price: "${price}"}')
    ] = nothing()
    expect: Annotated[Expectation | None, Doc("What the result must be.")] = None
    as_: Annotated[SavedName | None, Doc("The name to keep the result under.")] = None

    def title(self) -> str:
        line = " ".join(self.code.split())
        return f"Run JavaScript: {line[:57]}…" if len(line) > 60 else f"Run JavaScript: {line}"

    async def run(self, io: Browser) -> Outcome | None:
        result = await self._result(io)
        if self.as_ is not None:
            if result is None:
                raise failed("R541", f"The script gives nothing that could be kept as {self.as_}.")
            io.keep(self.as_, result)
        if self.expect is not None:
            actual = MISSING if result is None else result
            verdict = judge(self.expect, actual, value=io.value, locale=io.store.market.locale)
            outcome = conclude(verdict, code="R541", what="The result of the script")
            if outcome is not None:
                return outcome
        return (
            None
            if result is None
            else Outcome(note=f"it gives {shown(result, io.store.market.locale)[:200]}")
        )

    async def _result(self, io: Browser) -> Any:
        function = _function(self.code)
        try:
            return await io.js(function, _plain(resolved(self.inputs, io.value)))
        except ScriptError as error:
            if str(error).startswith("SyntaxError"):
                raise cannot_work(f"The script cannot be read by a browser: {error}.") from None
            raise failed("R541", f"The script ended with an error: {error}.") from None


def _function(code: str) -> str:
    """The code as ``async (inputs) => …``."""
    body = code.strip().rstrip(";")
    return f"async (inputs) => {{ {body}\n}}" if _STATEMENTS.search(body) else f"async (inputs) => ({body}\n)"


def _plain(value: Any) -> Any:
    """Values as JavaScript takes them: amounts and numbers as numbers."""
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, Money):
        return float(value.amount)
    return float(value) if isinstance(value, Decimal) else value
