"""An HTTP answer against what a check expects of it: for API checks, and for requests in a page's session."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any, Protocol
from zoneinfo import ZoneInfo

from nano_sre.core.check import nothing
from nano_sre.core.fields import Doc, Duration, Example, SavedName, Size, record
from nano_sre.core.forms import Day
from nano_sre.core.ports import Abort, Answer, cannot_work, failed
from nano_sre.core.program import StoreFacts
from nano_sre.core.result import Finding
from nano_sre.kinds._shared.assertions import limit_must_be_of, must_be_of
from nano_sre.kinds._shared.compare import MISSING, Expectation, Limit, Verdict, conclude, judge
from nano_sre.kinds._shared.jsonpaths import must_be_path
from nano_sre.kinds._shared.sentence import said

METHODS = ("get", "post", "put", "patch", "delete", "head")
_PLAIN_NAME = re.compile(r"\['([A-Za-z_]\w*)'\]")


class Asking(Protocol):
    """What judging an answer needs of whoever asked."""

    @property
    def store(self) -> StoreFacts: ...

    def value(self, given: Any) -> Any: ...

    def keep(self, name: str, value: Any) -> None: ...


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
    size: Annotated[
        Limit | None, Doc("How large the answer may be."), Example("{warn: 300 KB, fail: 1 MB}")
    ] = None
    took: Annotated[
        Limit | None, Doc("How long the answer may take."), Example("{warn: 800ms, fail: 2s}")
    ] = None
    warn_until: Annotated[
        Day | None,
        Doc(
            "Until this day, in the store's time zone, whatever is wrong is a warning: for a date that is set."
        ),
        Example("2027-03-01"),
    ] = None

    def __post_init__(self) -> None:
        for path in self.json:
            must_be_path(path, "json", path, key=True)
        if self.status is not None:
            must_be_of(None, self.status, "status")
        if self.took is not None:
            limit_must_be_of(Duration, self.took, "took")
        if self.size is not None:
            limit_must_be_of(Size, self.size, "size")


@record()
class Keep:
    """A value of the answer, kept under a name."""

    json: Annotated[str, Doc("A JSONPath; the first match is kept.")]
    as_: Annotated[SavedName, Doc("The name: later requests write it as `${name}`.")]

    def __post_init__(self) -> None:
        must_be_path(self.json, "json")


def sentences(expect: Expected | None) -> Iterator[str]:
    """What is expected of an answer, in plain English, for `explain`; the status first."""
    expect = expect or Expected()
    yield f"expect the status to {said(expect.status) if expect.status else 'be below 400'}"
    for name, wanted in expect.header.items():
        yield f"  expect the header {name} to {said(wanted)}"
    for path, wanted in expect.json.items():
        yield f"  expect {path} to {said(wanted)}"
    if expect.size:
        yield f"  expect the answer to be at most {expect.size.worst}"
    if expect.took:
        yield f"  expect the answer within {expect.took.worst}"
    if expect.warn_until:
        yield f"  until {expect.warn_until}, whatever is wrong is a warning"


def resolved(given: Any, value: Callable[[Any], Any]) -> Any:
    """Plain data with every `${…}` in it, however deep, in its value's place."""
    if isinstance(given, Mapping):
        return {k: resolved(v, value) for k, v in given.items()}
    if isinstance(given, (list, tuple)):
        return [resolved(v, value) for v in given]
    return value(given)


def broken(
    answer: Answer, expect: Expected | None, save: tuple[Keep, ...], *, io: Asking, what: str, title: str
) -> list[Finding]:
    """Everything that is not as it should be, failures before warnings; and the values to keep are kept.

    `what` names the request in sentences (`GET /cart.js`), `title` in those about values to keep.
    """
    found: list[Finding] = []
    for judged in (_judged(expect or Expected(), answer, io, what), _save(save, answer, io, what, title)):
        try:
            for each in judged:
                found.append(each)  # noqa: PERF402 -- what came before an `Abort` has to stay
        except Abort as abort:
            if abort.finding is None:
                raise
            found.append(abort.finding)
    if expect is not None and expect.warn_until is not None:
        found = [_until(expect.warn_until, each, io) for each in found]
    said: dict[str, Finding] = {}
    for finding in sorted(found, key=lambda finding: finding.warn):
        said.setdefault(finding.summary, finding)
    return list(said.values())


def _until(day: Day, finding: Finding, io: Asking) -> Finding:
    """The finding: a warning as long as the day has not come."""
    left = (date.fromisoformat(day) - datetime.now(ZoneInfo(io.store.timezone)).date()).days
    if left <= 0:
        return replace(finding, hint=f"Until {day} it was a warning.")
    days = "1 day is left" if left == 1 else f"{left} days are left"
    return replace(finding, warn=True, hint=f"Until {day} this is a warning: {days}.")


def _judged(expect: Expected, answer: Answer, io: Asking, what: str) -> Iterator[Finding]:
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
    if expect.size is not None:
        yield from check(Expectation(at_most=expect.size), Size(len(answer.body)), "The size")
    body = json_of(answer, what) if expect.json else None
    for path, wanted in expect.json.items():
        values = (
            (where, found) for where, value in matches(path, body) for found in check(wanted, value, where)
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


def json_of(answer: Answer, what: str) -> Any:
    """The answer as JSON. Raises `Abort` (R520) when it is something else."""
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


def matches(path: str, body: Any) -> list[tuple[str, Any]]:
    """Every match with where it is; `MISSING` when there is none."""
    import jsonpath  # noqa: PLC0415 - only a running check needs it

    try:
        found = [(str(match.path), match.obj) for match in jsonpath.finditer(path, body)]
    except jsonpath.JSONPathError as error:
        raise cannot_work(f"“{path}” is not a JSONPath: {error}") from None
    if len(found) < 2:
        return [(path, found[0][1] if found else MISSING)]
    return [(_PLAIN_NAME.sub(r".\1", where), value) for where, value in found]


def _save(save: tuple[Keep, ...], answer: Answer, io: Asking, what: str, title: str) -> Iterator[Finding]:
    for keep in save:
        (_, value), *_ = matches(keep.json, json_of(answer, what))
        if value is MISSING:
            summary = f"{title}: the answer has nothing at {keep.json} to keep."
            yield Finding(code="R520", summary=summary, expected=f"a value at {keep.json}", actual="nothing")
        else:
            io.keep(keep.as_, value)
