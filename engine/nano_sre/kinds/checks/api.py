from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from nano_sre.core.check import Check, Locate, nothing
from nano_sre.core.diagnostics import Span
from nano_sre.core.fields import Doc, Duration, Example, OneOrMany, SavedName, Text, record
from nano_sre.core.ports import Answer, Outcome, ProbeIO, failed
from nano_sre.core.program import Severity
from nano_sre.core.registry import register
from nano_sre.kinds._shared.compare import MISSING, Expectation, Limit, conclude, judge
from nano_sre.kinds._shared.sentence import said

METHODS = ("get", "post", "put", "patch", "delete", "head")


@record()
class Expected:
    """What the answer must be."""

    status: Annotated[
        Expectation | None, Doc("The HTTP status; below 400 if nothing is said."), Example("200")
    ] = None
    header: Annotated[Mapping[str, Expectation], Doc("Headers, by name.")] = nothing()
    json: Annotated[
        Mapping[str, Expectation],
        Doc("Values of the JSON answer, by JSONPath (RFC 9535)."),
        Example('{"$.items": {type: list}}'),
    ] = nothing()
    text: Annotated[Expectation | None, Doc("The whole answer as text.")] = None
    took: Annotated[
        Limit | None, Doc("How long the answer may take."), Example("{warn: 800ms, fail: 2s}")
    ] = None


@record()
class Keep:
    """A value of the answer, kept under a name."""

    json: Annotated[str, Doc("A JSONPath; the first match is kept.")]
    as_: Annotated[SavedName, Doc("The name: later requests write it as `${name}`.")]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiProbe:
    """Asks each request in turn; every broken promise is kept, not only the first."""

    requests: tuple[Request, ...]
    spans: tuple[Span | None, ...]

    def titles(self) -> tuple[str, ...]:
        return tuple(line for request in self.requests for line in _sentences(request))

    async def run(self, io: ProbeIO) -> None:
        for request, span in zip(self.requests, self.spans, strict=True):
            path = str(io.value(request.path))
            async with io.step(request.title, verb=request.method, span=span) as notes:
                answer = await io.http.request(
                    request.method.upper(),
                    path,
                    headers={k: str(io.value(v)) for k, v in request.headers.items()},
                    json=_resolved(request.json, io),
                    form={k: str(io.value(v)) for k, v in request.form.items()} or None,
                )
                notes.note(f"{answer.status} in {answer.took_ms} ms")
                for outcome in _judged(request, answer, io, f"{request.method.upper()} {path}"):
                    if outcome is not None and outcome.warning is not None:
                        notes.warn(outcome.warning)
                _save(request, answer, io)


def _sentences(request: Request) -> Iterator[str]:
    expect = request.expect or Expected()
    yield f"{request.title}: expect the status to {said(expect.status) if expect.status else 'be below 400'}"
    for name, wanted in expect.header.items():
        yield f"  expect the header {name} to {said(wanted)}"
    for path, wanted in expect.json.items():
        yield f"  expect {path} to {said(wanted)}"
    if expect.took:
        yield f"  expect the answer within {expect.took.fail or expect.took.warn}"


def _resolved(given: Any, io: ProbeIO) -> Any:
    if isinstance(given, Mapping):
        return {k: _resolved(v, io) for k, v in given.items()}
    if isinstance(given, (list, tuple)):
        return [_resolved(v, io) for v in given]
    return io.value(given)


def _judged(request: Request, answer: Answer, io: ProbeIO, what: str) -> Iterator[Outcome | None]:
    expect = request.expect or Expected()
    locale = io.store.market.locale

    def check(wanted: Expectation, actual: Any, named: str, code: str = "R520") -> Outcome | None:
        return conclude(
            judge(wanted, actual, value=io.value, locale=locale), code=code, what=f"{named} of {what}"
        )

    if expect.status is not None:
        yield check(expect.status, answer.status, "The status")
    elif answer.status >= 400:
        raise failed(
            "R520",
            f"{what} answers with status {answer.status}.",
            expected="below 400",
            actual=str(answer.status),
        )
    for name, wanted in expect.header.items():
        yield check(wanted, answer.headers.get(name.lower(), MISSING), f"The header {name}")
    if expect.text is not None:
        yield check(expect.text, answer.text, "The text")
    if expect.json:
        body = _json(answer, what)
        for path, wanted in expect.json.items():
            yield check(wanted, _first(path, body), path)
    if expect.took is not None:
        yield check(Expectation(at_most=expect.took), Duration(answer.took_ms), "The time", "R522")


def _json(answer: Answer, what: str) -> Any:
    try:
        return json.loads(answer.body)
    except ValueError:
        start = " ".join(answer.text.split())[:80]
        raise failed(
            "R520",
            f"{what} does not answer with JSON.",
            expected="JSON",
            actual=start or "an empty answer",
            evidence=(
                f"content-type: {answer.headers.get('content-type', 'none')}",
                f"status: {answer.status}",
            ),
        ) from None


def _first(path: str, body: Any) -> Any:
    import jsonpath  # noqa: PLC0415 - only a running check needs it

    try:
        found = jsonpath.findall(path, body)
    except jsonpath.JSONPathError as error:
        raise failed("R520", f"“{path}” is not a JSONPath: {error}") from None
    return found[0] if found else MISSING


def _save(request: Request, answer: Answer, io: ProbeIO) -> None:
    for keep in request.save:
        value = _first(keep.json, _json(answer, request.title))
        if value is MISSING:
            summary = f"{request.title}: the answer has nothing at {keep.json} to keep."
            raise failed("R520", summary, expected=f"a value at {keep.json}", actual="nothing")
        io.keep(keep.as_, value)
