from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from nano_sre.core.check import Check, Locate, nothing
from nano_sre.core.diagnostics import Span
from nano_sre.core.fields import Doc, OneOrMany, Text, record
from nano_sre.core.ports import Abort
from nano_sre.core.probe import ProbeIO, StepNotes
from nano_sre.core.program import Severity
from nano_sre.core.registry import register
from nano_sre.core.result import Finding
from nano_sre.core.values import frozen
from nano_sre.kinds._shared.answers import METHODS, Expected, Keep, broken, resolved, sentences
from nano_sre.kinds._shared.paths import must_begin_with_a_slash


@record(one_of=METHODS)
class Request:
    """One HTTP request and what its answer must be."""

    get: Annotated[Text | None, Doc("Path to GET, or an address of the store.")] = None
    post: Annotated[Text | None, Doc("Path to POST to.")] = None
    put: Annotated[Text | None, Doc("Path to PUT to.")] = None
    patch: Annotated[Text | None, Doc("Path to PATCH.")] = None
    delete: Annotated[Text | None, Doc("Path to DELETE.")] = None
    head: Annotated[Text | None, Doc("Path to HEAD.")] = None
    name: Annotated[str | None, Doc("A name for reports.")] = None
    headers: Annotated[Mapping[str, Text], Doc("Headers to send.")] = nothing()
    json: Annotated[Any, Doc("A body to send as JSON.")] = None
    form: Annotated[Mapping[str, Text], Doc("A body to send as a form.")] = nothing()
    expect: Annotated[Expected | None, Doc("What the answer must be.")] = None
    save: Annotated[tuple[Keep, ...], OneOrMany, Doc("Values to keep for later requests.")] = ()

    def __post_init__(self) -> None:
        for method in METHODS:
            must_begin_with_a_slash(getattr(self, method), method)

    @property
    def method(self) -> str:
        return next(m for m in METHODS if getattr(self, m) is not None)

    @property
    def path(self) -> Any:
        return getattr(self, self.method)

    @property
    def title(self) -> str:
        return self.name or f"{self.method.upper()} {self.path}"


@register("check", "api")
class ApiCheck(Check):
    """HTTP requests to the store, and what their answers must be.

    The requests of one check share cookies, so a cart filled by the first is there for the second.
    """

    session: ClassVar[Literal["browser", "api", "none"]] = "api"
    example: ClassVar[str] = """\
version: 1
kind: api
id: cart-api
name: Cart API answers
requests:
  - get: /cart.js
    expect: {status: 200, json: {"$.items": {type: list}}, took: {warn: 800ms, fail: 2s}}
"""

    severity: Annotated[Severity, Doc("How bad a failure is: P0 (all hands) to P3 (some day).")] = "P1"
    requests: Annotated[tuple[Request, ...], Doc("The requests, one after another.")]

    def __post_init__(self) -> None:
        Check.__post_init__(self)
        if not self.requests:
            raise ValueError("“requests” is empty: the check would pass whatever the store does")

    def compile(self, at: Locate) -> ApiProbe:
        return ApiProbe(
            requests=self.requests, spans=tuple(at("requests", i) for i in range(len(self.requests)))
        )


@frozen
class ApiProbe:
    """Asks each request in turn; every broken promise is kept, not only the first."""

    requests: tuple[Request, ...]
    spans: tuple[Span | None, ...]

    def titles(self) -> tuple[str, ...]:
        return tuple(line for request in self.requests for line in _lines(request))

    async def run(self, io: ProbeIO) -> None:
        for request, span in zip(self.requests, self.spans, strict=True):
            path = str(io.value(request.path))
            more: list[Finding] = []
            async with io.step(request.title, verb=request.method, span=span) as notes:
                answer = await io.http.request(
                    request.method.upper(),
                    path,
                    headers={k: str(io.value(v)) for k, v in request.headers.items()},
                    json=resolved(request.json, io.value),
                    form={k: str(io.value(v)) for k, v in request.form.items()} or None,
                )
                notes.note(f"{answer.status} in {answer.took_ms} ms")
                what = f"{request.method.upper()} {path}"
                found = broken(answer, request.expect, request.save, io=io, what=what, title=request.title)
                more = found[1:]
                if found:
                    _tell(found[0], notes)
            for each in more:  # a step of the report holds one finding
                async with io.step(f"{request.title}, further", verb="expect", span=span) as notes:
                    _tell(each, notes)


def _lines(request: Request) -> tuple[str, ...]:
    status, *further = sentences(request.expect)
    return (f"{request.title}: {status}", *further)


def _tell(finding: Finding, notes: StepNotes) -> None:
    if not finding.warn:
        raise Abort(finding=finding)
    notes.warn(finding)
