from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Example, OneOrMany
from nano_sre.core.registry import register
from nano_sre.core.result import Finding, Sighting, StepReport, WatchReport
from nano_sre.core.watch import ConsoleError, Needs
from nano_sre.core.watcher import WatchedVisit
from nano_sre.kinds._shared.compare import Expectation
from nano_sre.kinds._shared.sentence import said
from nano_sre.kinds._shared.watching import (
    NONE_AT_ALL,
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

_CLASS = re.compile(r"^(?:Uncaught )?[A-Z]\w*Error: ")


@register("watcher", "console")
class Console:
    """Errors of scripts: what the browser's console shows, and exceptions that nothing caught.

    The same error is counted once for each page. Failed requests are not counted here (`requests` looks at them).
    """

    example: ClassVar[str] = "console: {errors: {at_most: 0}, ignore: [chat.example]}"

    errors: Annotated[
        Expectation | None,
        Doc("How many different errors each page may show; none if nothing is said."),
        Example("{at_most: 0}"),
    ] = None
    ignore: Annotated[
        tuple[str, ...],
        OneOrMany,
        Doc("Errors to leave out: a part of their text, or of the address of the script they come from."),
        Example("[chat.example, ResizeObserver]"),
    ] = ()

    @property
    def expectation(self) -> Expectation:
        return self.errors or NONE_AT_ALL

    def needs(self, *, own: bool) -> Needs:
        return Needs(records=frozenset({"console"}))

    def titles(self) -> tuple[str, ...]:
        left_out = f" (without {', '.join(self.ignore)})" if self.ignore else ""
        return (f"Expect the console errors of each page{left_out} to {said(self.expectation)}",)

    def start(self, visit: WatchedVisit) -> Listening:
        return Listening(self, visit)


@dataclass(slots=True)
class Listening:
    """The console of one visit."""

    console: Console
    visit: WatchedVisit

    async def after(self, step: StepReport) -> None:
        """The console is heard all the time."""

    async def verdict(self) -> WatchReport:
        seen = list(self.visit.console)
        counted = [each for each in seen if not is_ignored((each.text, each.source), self.console.ignore)]
        pages: dict[str, list[ConsoleError]] = {page_of(load.url): [] for load in self.visit.loads}
        pages |= by_page(counted, lambda each: page_of(each.page))
        counts = {page: len({_key(each) for each in errors}) for page, errors in pages.items()}
        findings = [
            finding for page, count in counts.items() if (finding := self._judged(page, count, pages[page]))
        ]
        return WatchReport(
            watcher="console",
            summary=in_words(counts, "console error", none="no console errors"),
            sightings=told_once(_sighting(each, counted=each in counted) for each in seen),
            findings=tuple(findings),
        )

    def _judged(self, page: str, count: int, errors: list[ConsoleError]) -> Finding | None:
        verdict = judged(self.console.expectation, count, self.visit)
        if verdict.ok:
            return None
        lines = list(dict.fromkeys(_line(each) for each in errors))
        return too_many(
            verdict,
            lines,
            code="R531",
            noun="error",
            summary=_sentence(page, count, errors),
            hint=_hint(errors),
        )


def _sentence(page: str, count: int, errors: list[ConsoleError]) -> str:
    if not errors:
        return f"The console of {page} shows no errors."
    if count == 1:
        return f"On {page} a script fails: {_message(errors[0])}."
    return f"On {page} scripts fail with {plural(count, 'error')}, first: {_message(errors[0])}."


def _key(error: ConsoleError) -> tuple[str, str, int | None]:
    return error.text, error.source, error.line


def _message(error: ConsoleError) -> str:
    """What went wrong, short enough for a sentence and without the programmers' word for it."""
    text = _CLASS.sub("", error.text)
    return (text if len(text) <= 140 else text[:139] + "…").rstrip(".")


def _line(error: ConsoleError) -> str:
    place = error.source + (f":{error.line}" if error.source and error.line else "")
    kind = "uncaught" if error.uncaught else "logged"
    whose = "" if error.own else ", a third party"
    return f"{kind}: {error.text}" + (f" (from {place}{whose})" if place else "")


def _hint(errors: list[ConsoleError]) -> str | None:
    if errors and not any(each.own for each in errors):
        return "All of it comes from scripts of others; hosts that you accept can be written under “ignore”."
    return None


def _sighting(error: ConsoleError, *, counted: bool) -> Sighting:
    return Sighting(text=_line(error), step=step_of(error.step), page=page_of(error.page), counted=counted)
