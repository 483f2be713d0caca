from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar

from nano_sre.core.check import nothing
from nano_sre.core.fields import Doc, Duration, Example, OneOrMany, Text
from nano_sre.core.ports import Abort, Browser, Outcome
from nano_sre.core.registry import register
from nano_sre.core.result import Finding
from nano_sre.kinds._shared.answers import METHODS, Expected, Keep, broken, resolved, sentences
from nano_sre.kinds._shared.parts import NOWHERE, SHOPPING
from nano_sre.kinds._shared.paths import must_begin_with_a_slash


@register("step", "request", short="get")
class Request:
    """Sends an HTTP request of its own in the shopper's session: with the cookies, and so with the cart, of the page.

    It asks the store and nobody else. An answer of status 400 or above fails, unless `expect` says otherwise.
    """

    asserts: ClassVar[bool] = True
    patience: ClassVar[Duration] = SHOPPING
    modifiers: ClassVar[tuple[str, ...]] = NOWHERE
    example: ClassVar[str] = '- request: {get: /cart.js, expect: {json: {"$.item_count": 1}}}'
    exactly_one: ClassVar[tuple[str, ...]] = METHODS

    get: Annotated[Text | None, Doc("Path to GET."), Example("/cart.js")] = None
    post: Annotated[Text | None, Doc("Path to POST to.")] = None
    put: Annotated[Text | None, Doc("Path to PUT to.")] = None
    patch: Annotated[Text | None, Doc("Path to PATCH.")] = None
    delete: Annotated[Text | None, Doc("Path to DELETE.")] = None
    head: Annotated[Text | None, Doc("Path to HEAD.")] = None
    headers: Annotated[Mapping[str, Text], Doc("Headers to send.")] = nothing()
    json: Annotated[Any, Doc("A body to send as JSON."), Example("{updates: {}}")] = None
    form: Annotated[Mapping[str, Text], Doc("A body to send as a form.")] = nothing()
    expect: Annotated[Expected | None, Doc("What the answer must be.")] = None
    save: Annotated[tuple[Keep, ...], OneOrMany, Doc("Values of the answer to keep for later steps.")] = ()

    def __post_init__(self) -> None:
        for method in METHODS:
            must_begin_with_a_slash(getattr(self, method), method)
        if self.json is not None and self.form:
            raise ValueError("“form” and “json” are both the body of the request: keep one of them")

    @property
    def _method(self) -> str:
        return next(method for method in METHODS if getattr(self, method) is not None)

    def title(self) -> str:
        return f"Request {self._method.upper()} {getattr(self, self._method)}"

    def details(self) -> tuple[str, ...]:
        """What is expected, for `explain`."""
        return tuple(line.strip() for line in sentences(self.expect))

    async def run(self, io: Browser) -> Outcome | None:
        path = str(io.value(getattr(self, self._method)))
        answer = await io.fetch(
            path,
            method=self._method.upper(),
            json=resolved(self.json, io.value),
            form={k: str(io.value(v)) for k, v in self.form.items()} or None,
            headers={k: str(io.value(v)) for k, v in self.headers.items()},
        )
        what = f"{self._method.upper()} {path}"
        found = broken(answer, self.expect, self.save, io=io, what=what, title=self.title())
        note = f"{answer.status} in {answer.took_ms} ms"
        if not found:
            return Outcome(note=note)
        worst, *others = found
        if not worst.warn:
            raise Abort(finding=_with_others(worst, others))
        return Outcome(note=note, warning=_with_others(worst, others))


def _with_others(finding: Finding, others: list[Finding]) -> Finding:
    """One finding a step: what else is wrong stands in its evidence."""
    return replace(finding, evidence=(*finding.evidence, *(f"also: {each.summary}" for each in others)))
