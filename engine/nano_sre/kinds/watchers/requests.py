from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from nano_sre.core.fields import Doc, Example, OneOrMany
from nano_sre.core.registry import register
from nano_sre.core.result import Finding, Measure, Sighting, StepReport, WatchReport
from nano_sre.core.watch import FailedRequest, Needs
from nano_sre.core.watcher import WatchedVisit
from nano_sre.kinds._shared.compare import Expectation
from nano_sre.kinds._shared.sentence import said
from nano_sre.kinds._shared.watching import (
    NONE_AT_ALL,
    address_on,
    by_page,
    in_words,
    is_ignored,
    judged,
    page_of,
    plural,
    step_of,
    told_once,
    too_many,
)

KNOWN_HOSTS = "third_parties"


@register("watcher", "requests")
class Requests:
    """What pages ask for and do not get: pictures, scripts, styles and data; and hosts they never asked before.

    What the browser itself cancels when the shopper goes on is no failure, nor are hits to tracking vendors, which a
    visit of ours never delivers. The same address is counted once for each page.
    """

    example: ClassVar[str] = "requests: {failed: {at_most: 0}, new_third_parties: warn}"

    failed: Annotated[
        Expectation | None,
        Doc("How many different requests of each page may fail; none if nothing is said."),
        Example("{at_most: 0}"),
    ] = None
    ignore: Annotated[
        tuple[str, ...],
        OneOrMany,
        Doc("Requests to leave out: a part of their address."),
        Example("[reviews.example]"),
    ] = ()
    new_third_parties: Annotated[
        Literal["warn"] | None,
        Doc(
            "`warn` tells of a host that pages never asked before. The first run learns the hosts there are; a new one "
            "is told once and known from then on. `test` remembers nothing, so it does not judge this."
        ),
    ] = None

    @property
    def expectation(self) -> Expectation:
        return self.failed or NONE_AT_ALL

    def needs(self, *, own: bool) -> Needs:
        hosts = {"hosts"} if self.new_third_parties else set()
        return Needs(records=frozenset({"requests", *hosts}))  # type: ignore[arg-type]

    def titles(self) -> tuple[str, ...]:
        left_out = f" (without {', '.join(self.ignore)})" if self.ignore else ""
        new = "Warn of third parties that are new"
        first = f"Expect the failed requests of each page{left_out} to {said(self.expectation)}"
        return (first, new) if self.new_third_parties else (first,)

    def start(self, visit: WatchedVisit) -> Listening:
        return Listening(self, visit)


@dataclass(slots=True)
class Listening:
    """The requests of one visit."""

    requests: Requests
    visit: WatchedVisit

    async def after(self, step: StepReport) -> None:
        """Requests are heard all the time."""

    async def verdict(self) -> WatchReport:
        seen = list(self.visit.failed_requests)
        counted = [each for each in seen if not is_ignored((each.url,), self.requests.ignore)]
        pages: dict[str, list[FailedRequest]] = {page_of(load.url): [] for load in self.visit.loads}
        pages |= by_page(counted, lambda each: page_of(each.page))
        counts = {page: len({each.url for each in failed}) for page, failed in pages.items()}
        findings = [f for page, count in counts.items() if (f := self._judged(page, count, pages[page]))]
        new, rows = self._third_parties()
        return WatchReport(
            watcher="requests",
            summary=in_words(counts, "failed request", none="no failed requests"),
            measures=rows,
            sightings=told_once(_sighting(each, counted=each in counted) for each in seen),
            findings=(*findings, *new),
        )

    def _judged(self, page: str, count: int, failed: list[FailedRequest]) -> Finding | None:
        verdict = judged(self.requests.expectation, count, self.visit)
        if verdict.ok:
            return None
        lines = list(dict.fromkeys(_line(each) for each in failed))
        first = f": {_named(failed[0])} ({failed[0].reason})" if failed else ""
        summary = f"On {page} {plural(count, 'request')} failed{first}."
        return too_many(verdict, lines, code="R532", noun="failed request", summary=summary)

    def _third_parties(self) -> tuple[list[Finding], tuple[Measure, ...]]:
        """Findings about hosts that are new, and what there is to say about those that are known."""
        if self.requests.new_third_parties is None:
            return [], ()
        hosts = sorted({host for load in self.visit.loads for host in load.hosts})
        baseline = self.visit.baseline
        if baseline is None:
            return [], (_row("not judged: nothing is remembered here", state="absent"),)
        known = baseline.read().get(KNOWN_HOSTS)
        baseline.keep({KNOWN_HOSTS: sorted({*hosts, *(known or ())})})
        if known is None:
            return [], (_row(f"learned just now: {_listed(hosts)}", state="absent"),)
        found = list(self._new(hosts, known))
        return found, (_row(_listed([h for h in hosts if h not in known]), state="warn" if found else "ok"),)

    def _new(self, hosts: list[str], known: list[str]) -> Iterator[Finding]:
        new = [host for host in hosts if host not in known]
        if new:
            is_new = "A third party is new" if len(new) == 1 else f"{len(new)} third parties are new"
            yield Finding(
                code="R534",
                summary=f"{is_new}: {', '.join(new)}.",
                expected="hosts that were there before",
                actual=", ".join(new),
                hint="Who added it? A host that is new is told once; from now on it is known.",
                warn=True,
            )


def _row(value: str, *, state: Literal["ok", "warn", "absent"]) -> Measure:
    return Measure(name="New third parties", page="", value=value, limit="warn of any", state=state)


def _listed(hosts: list[str]) -> str:
    more = f" and {len(hosts) - 6} more" if len(hosts) > 6 else ""
    return f"{', '.join(hosts[:6])}{more}" if hosts else "none"


def _named(request: FailedRequest) -> str:
    return f"{request.what} {address_on(request.page, request.url)}"


def _line(request: FailedRequest) -> str:
    return f"{_named(request)}: {request.reason}{'' if request.own else ' (a third party)'}"


def _sighting(request: FailedRequest, *, counted: bool) -> Sighting:
    return Sighting(
        text=_line(request), step=step_of(request.step), page=page_of(request.page), counted=counted
    )
