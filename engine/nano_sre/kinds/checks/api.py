from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from nano_sre.core.check import Check, Locate, nothing
from nano_sre.core.diagnostics import Span
from nano_sre.core.fields import Doc, Example, OneOrMany, Text, record
from nano_sre.core.ports import Abort, Answer, failed
from nano_sre.core.probe import ProbeIO, StepNotes
from nano_sre.core.program import Severity
from nano_sre.core.registry import register
from nano_sre.core.result import Finding
from nano_sre.core.values import frozen
from nano_sre.kinds._shared.answers import METHODS, Expected, Keep, broken, json_of, resolved, sentences
from nano_sre.kinds._shared.paths import must_begin_with_a_slash

ASKING = (*METHODS, "graphql")


@record(one_of=ASKING)
class Request:
    """One HTTP request and what its answer must be."""

    get: Annotated[Text | None, Doc("Path to GET, or an address of the store.")] = None
    post: Annotated[Text | None, Doc("Path to POST to.")] = None
    put: Annotated[Text | None, Doc("Path to PUT to.")] = None
    patch: Annotated[Text | None, Doc("Path to PATCH.")] = None
    delete: Annotated[Text | None, Doc("Path to DELETE.")] = None
    head: Annotated[Text | None, Doc("Path to HEAD.")] = None
    graphql: Annotated[
        Text | None,
        Doc("A query for the Admin API, which the store document's `admin` says how to reach."),
        Example('"{ shop { name } }"'),
    ] = None
    variables: Annotated[Mapping[str, Any], Doc("Values of the query's variables.")] = nothing()
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
        return next(m for m in ASKING if getattr(self, m) is not None)

    @property
    def path(self) -> Any:
        return getattr(self, self.method)

    @property
    def title(self) -> str:
        return self.name or self.called

    @property
    def called(self) -> str:
        """What is asked, in sentences: `GET /cart.js`, `the Admin API's scriptTags`."""
        if self.graphql is None:
            return f"{self.method.upper()} {self.path}"
        first = re.search(r"\{\s*(\w+)", str(self.graphql))
        return f"the Admin API's {first[1]}" if first else "the Admin API"


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

    @property
    def asks_admin(self) -> bool:
        """Whether the Admin API is asked, so that the store's token is needed."""
        return any(request.graphql is not None for request in self.requests)

    def titles(self) -> tuple[str, ...]:
        return tuple(line for request in self.requests for line in _lines(request))

    async def run(self, io: ProbeIO) -> None:
        for request, span in zip(self.requests, self.spans, strict=True):
            more: list[Finding] = []
            async with io.step(request.title, verb=request.method, span=span) as notes:
                answer, what = await _asked(request, io)
                notes.note(f"{answer.status} in {answer.took_ms} ms")
                found = broken(answer, request.expect, request.save, io=io, what=what, title=request.title)
                more = found[1:]
                if found:
                    _tell(found[0], notes)
            for each in more:  # a step of the report holds one finding
                async with io.step(f"{request.title}, further", verb="expect", span=span) as notes:
                    _tell(each, notes)


async def _asked(request: Request, io: ProbeIO) -> tuple[Answer, str]:
    """The answer, and what was asked."""
    if request.graphql is not None:
        query, variables = str(io.value(request.graphql)), resolved(request.variables, io.value)
        answer = await io.http.graphql(query, variables=variables)
        _must_understand(answer, request.called)
        return answer, request.called
    path = str(io.value(request.path))
    answer = await io.http.request(
        request.method.upper(),
        path,
        headers={k: str(io.value(v)) for k, v in request.headers.items()},
        json=resolved(request.json, io.value),
        form={k: str(io.value(v)) for k, v in request.form.items()} or None,
    )
    return answer, f"{request.method.upper()} {path}"


def _must_understand(answer: Answer, what: str) -> None:
    """GraphQL says what is wrong with a query in an answer that looks fine. Raises `Abort` (R520)."""
    said = json_of(answer, what)
    errors = said.get("errors") if isinstance(said, Mapping) else None
    if errors:
        first = errors[0] if isinstance(errors, list) and isinstance(errors[0], Mapping) else {}
        why = str(first.get("message") or errors).rstrip(".")
        raise failed("R520", f"The answer of {what} is an error: {why}.", expected="data", actual="errors")


def _lines(request: Request) -> tuple[str, ...]:
    status, *further = sentences(request.expect)
    return (f"{request.title}: {status}", *further)


def _tell(finding: Finding, notes: StepNotes) -> None:
    if not finding.warn:
        raise Abort(finding=finding)
    notes.warn(finding)
