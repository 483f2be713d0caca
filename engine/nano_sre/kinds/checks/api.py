from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal

from nano_sre.core.check import Check, Locate, nothing
from nano_sre.core.diagnostics import Span
from nano_sre.core.fields import Doc, Duration, Example, OneOrMany, SavedName, Text, record
from nano_sre.core.ports import Abort, Answer, ProbeIO, StepNotes, cannot_work, failed
from nano_sre.core.program import Severity
from nano_sre.core.registry import register
from nano_sre.core.result import Finding
from nano_sre.core.values import frozen
from nano_sre.kinds._shared.compare import MISSING, Expectation, Limit, Verdict, conclude, judge
from nano_sre.kinds._shared.jsonpaths import must_be_path
from nano_sre.kinds._shared.sentence import said

METHODS = ("get", "post", "put", "patch", "delete", "head")
_PLAIN_NAME = re.compile(r"\['([A-Za-z_]\w*)'\]")


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

    def __post_init__(self) -> None:
        for path in self.json:
            must_be_path(path, "json", path, key=True)


@record()
class Keep:
    """A value of the answer, kept under a name."""

    json: Annotated[str, Doc("A JSONPath; the first match is kept.")]
    as_: Annotated[SavedName, Doc("The name: later requests write it as `${name}`.")]

    def __post_init__(self) -> None:
        must_be_path(self.json, "json")


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


@frozen
class ApiProbe:
    """Asks each request in turn; every broken promise is kept, not only the first."""

    requests: tuple[Request, ...]
    spans: tuple[Span | None, ...]

    def titles(self) -> tuple[str, ...]:
        return tuple(line for request in self.requests for line in _sentences(request))

    async def run(self, io: ProbeIO) -> None:
        for request, span in zip(self.requests, self.spans, strict=True):
            path = str(io.value(request.path))
            more: list[Finding] = []
            async with io.step(request.title, verb=request.method, span=span) as notes:
                answer = await io.http.request(
                    request.method.upper(),
                    path,
                    headers={k: str(io.value(v)) for k, v in request.headers.items()},
                    json=_resolved(request.json, io),
                    form={k: str(io.value(v)) for k, v in request.form.items()} or None,
                )
                notes.note(f"{answer.status} in {answer.took_ms} ms")
                found = _broken(request, answer, io, f"{request.method.upper()} {path}")
                more = found[1:]
                if found:
                    _tell(found[0], notes)
            for each in more:  # a step of the report holds one finding
                async with io.step(f"{request.title}, further", verb="expect", span=span) as notes:
                    _tell(each, notes)


def _tell(finding: Finding, notes: StepNotes) -> None:
    if not finding.warn:
        raise Abort(finding=finding)
    notes.warn(finding)


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


def _broken(request: Request, answer: Answer, io: ProbeIO, what: str) -> list[Finding]:
    """Everything that is not as it should be, failures before warnings; and the values to keep are kept."""
    found: list[Finding] = []
    for judged in (_judged(request, answer, io, what), _save(request, answer, io, what)):
        try:
            for each in judged:
                found.append(each)  # noqa: PERF402 -- what came before an `Abort` has to stay
        except Abort as abort:
            if abort.finding is None:
                raise
            found.append(abort.finding)
    said: dict[str, Finding] = {}
    for finding in sorted(found, key=lambda finding: finding.warn):
        said.setdefault(finding.summary, finding)
    return list(said.values())


def _judged(request: Request, answer: Answer, io: ProbeIO, what: str) -> Iterator[Finding]:
    expect = request.expect or Expected()

    def check(wanted: Expectation, actual: Any, named: str, code: str = "R520") -> Iterator[Finding]:
        verdict = judge(wanted, actual, value=io.value, locale=io.store.market.locale)
        if named == "The status":
            verdict = replace(verdict, difference=None)  # how much more is 404 than 200?
        yield from _concluded(verdict, code=code, what=f"{named} of {what}")

    if expect.status is not None:
        yield from check(expect.status, answer.status, "The status")
    elif answer.status >= 400:
        summary = f"{what} answers with status {answer.status}."
        yield Finding(code="R520", summary=summary, expected="below 400", actual=str(answer.status))
    for name, wanted in expect.header.items():
        yield from check(wanted, answer.headers.get(name.lower(), MISSING), f"The header {name}")
    if expect.text is not None:
        yield from check(expect.text, answer.text, "The text")
    if expect.took is not None:
        yield from check(Expectation(at_most=expect.took), Duration(answer.took_ms), "The time", "R522")
    body = _json(answer, what) if expect.json else None
    for path, wanted in expect.json.items():
        values = (
            (where, found) for where, value in _all(path, body) for found in check(wanted, value, where)
        )
        worst = min((found for _, found in values), key=lambda finding: finding.warn, default=None)
        if worst is not None:
            yield worst


def _concluded(verdict: Verdict, *, code: str, what: str) -> Iterator[Finding]:
    try:
        outcome = conclude(verdict, code=code, what=what)
    except Abort as abort:
        if abort.finding is None:
            raise
        yield abort.finding
    else:
        if outcome is not None and outcome.warning is not None:
            yield outcome.warning


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


def _all(path: str, body: Any) -> list[tuple[str, Any]]:
    """Every match with where it is; `MISSING` when there is none."""
    import jsonpath  # noqa: PLC0415 - only a running check needs it

    try:
        found = [(str(match.path), match.obj) for match in jsonpath.finditer(path, body)]
    except jsonpath.JSONPathError as error:
        raise cannot_work(f"“{path}” is not a JSONPath: {error}") from None
    if len(found) < 2:
        return [(path, found[0][1] if found else MISSING)]
    return [(_PLAIN_NAME.sub(r".\1", where), value) for where, value in found]


def _save(request: Request, answer: Answer, io: ProbeIO, what: str) -> Iterator[Finding]:
    for keep in request.save:
        (_, value), *_ = _all(keep.json, _json(answer, what))
        if value is MISSING:
            summary = f"{request.title}: the answer has nothing at {keep.json} to keep."
            yield Finding(code="R520", summary=summary, expected=f"a value at {keep.json}", actual="nothing")
        else:
            io.keep(keep.as_, value)
