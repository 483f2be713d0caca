from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Inline
from nano_sre.core.registry import register
from nano_sre.core.result import Finding, Sighting, StepReport, WatchReport
from nano_sre.core.watch import LiquidError, Needs
from nano_sre.core.watcher import WatchedVisit
from nano_sre.kinds._shared.compare import Expectation
from nano_sre.kinds._shared.sentence import said
from nano_sre.kinds._shared.watching import in_words, judged, page_of, plural, step_of, told_once, too_many


@register("watcher", "liquid_errors", short="expectation")
class LiquidErrors:
    """Messages of the theme's template language that went out with the page, such as `Liquid error: …`.

    They are found wherever they stand: in the text that shoppers see, or hidden in an attribute, a script or a comment.
    """

    example: ClassVar[str] = "liquid_errors: {at_most: 0}"

    expectation: Annotated[Expectation, Inline, Doc("How many different messages each page may have.")]

    def needs(self, *, own: bool) -> Needs:
        return Needs(records=frozenset({"liquid"}))

    def titles(self) -> tuple[str, ...]:
        return (f"Expect the Liquid errors of each page to {said(self.expectation)}",)

    def start(self, visit: WatchedVisit) -> Reading:
        return Reading(self, visit)


@dataclass(slots=True)
class Reading:
    """The pages of one visit, read for messages."""

    liquid: LiquidErrors
    visit: WatchedVisit

    async def after(self, step: StepReport) -> None:
        """Pages are read as they are left."""

    async def verdict(self) -> WatchReport:
        pages: dict[str, dict[str, LiquidError]] = {}
        seen: list[Sighting] = []
        for load in self.visit.loads:
            page = pages.setdefault(page_of(load.url), {})
            page |= {each.text: each for each in load.liquid}
            seen += [
                Sighting(text=_line(e), step=step_of(load.step), page=page_of(load.url)) for e in load.liquid
            ]
        if not any(load.reported for load in self.visit.loads):
            why = "No page could be read."
            return WatchReport(watcher="liquid_errors", summary=why, inconclusive=why)
        counts = {page: len(found) for page, found in pages.items()}
        findings = [f for page, found in pages.items() if (f := self._judged(page, list(found.values())))]
        return WatchReport(
            watcher="liquid_errors",
            summary=in_words(counts, "Liquid error", none="no Liquid errors"),
            sightings=told_once(seen),
            findings=tuple(findings),
        )

    def _judged(self, page: str, found: list[LiquidError]) -> Finding | None:
        verdict = judged(self.liquid.expectation, len(found), self.visit)
        if verdict.ok:
            return None
        first = f": “{found[0].text.rstrip('.')}”" if found else ""
        how = "shows" if any(each.visible for each in found) or not found else "hides"
        summary = f"The page {page} {how} {plural(len(found), 'Liquid error')}{first}."
        return too_many(
            verdict, [_line(each) for each in found], code="R533", noun="Liquid error", summary=summary
        )


def _line(error: LiquidError) -> str:
    where = f", from the template {error.template}" if error.template else ""
    return f"“{error.text}” ({'shoppers see it' if error.visible else 'hidden in the page'}{where})"
