from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from nano_sre.core.fields import Doc, Duration, Example, Unfit
from nano_sre.core.registry import register
from nano_sre.core.result import Finding, Measure, StepReport, WatchReport
from nano_sre.core.template import Template
from nano_sre.core.watch import Needs
from nano_sre.core.watcher import WatchedVisit
from nano_sre.kinds._shared.compare import Expectation, Limit
from nano_sre.kinds._shared.speed import (
    Sample,
    in_seconds,
    measured,
    must_be_loads,
    speed_needs,
    unmeasured,
)
from nano_sre.kinds._shared.watching import judged

METRICS = ("LCP", "CLS", "TTFB", "INP", "FCP")
NAMES = {
    "LCP": "The largest thing of {page} was drawn after {value}",
    "CLS": "What {page} shows jumps about: its layout shift is {value}",
    "TTFB": "The first byte of {page} came after {value}",
    "INP": "A press on {page} was answered only after {value}",
    "FCP": "Nothing of {page} was drawn for {value}",
}
ABOUT = {"LCP": "the largest was", "CLS": "what moved most was", "INP": "what was pressed was"}
WHY_NOT = {
    "INP": "nobody pressed anything",
    "LCP": "nothing was drawn before the visit went on",
    "FCP": "nothing was drawn before the visit went on",
    "TTFB": "the page did not say",
    "CLS": "the page did not say",
}
# Where Google draws the line between good, needs improvement and poor.
USUAL = {
    "LCP": Limit(warn="2.5s", fail="4s"),
    "CLS": Limit(warn="0.1", fail="0.25"),
    "TTFB": Limit(warn="800ms", fail="1.8s"),
    "INP": Limit(warn="200ms", fail="500ms"),
}


@register("watcher", "vitals", short="limits")
class Vitals:
    """How fast pages are for a shopper, and whether they jump about: Google's Core Web Vitals, page by page.

    Measured in the browser as Google does, without a slowed network. `vitals: default` takes Google's own limits; as
    soon as one metric is named, only those named are judged. A single load is noise: with `visit` each page is loaded
    three times, each time as a new shopper, and the median counts; with `during` what is too slow is measured again.
    """

    example: ClassVar[str] = "vitals: {LCP: {warn: 2.5s, fail: 4s}, CLS: {warn: 0.1, fail: 0.25}}"

    limits: Annotated[
        Literal["default"] | None,
        Doc("`default`: LCP 2.5s and 4s, CLS 0.1 and 0.25, TTFB 800ms and 1.8s, INP 200ms and 500ms."),
    ] = None
    LCP: Annotated[
        Limit | None,
        Doc("Largest Contentful Paint: when the largest picture or text was there."),
        Example("{warn: 2.5s, fail: 4s}"),
    ] = None
    CLS: Annotated[
        Limit | None,
        Doc("Cumulative Layout Shift: how much the page jumps about by itself."),
        Example("{warn: 0.1, fail: 0.25}"),
    ] = None
    TTFB: Annotated[
        Limit | None,
        Doc("Time to First Byte: how long the server took."),
        Example("{warn: 800ms, fail: 1.8s}"),
    ] = None
    INP: Annotated[
        Limit | None,
        Doc("Interaction to Next Paint: how long the page took to answer a press."),
        Example("{warn: 200ms, fail: 500ms}"),
    ] = None
    FCP: Annotated[
        Limit | None,
        Doc("First Contentful Paint: when anything at all was there."),
        Example("{warn: 1.8s, fail: 3s}"),
    ] = None
    loads: Annotated[
        int | None,
        Doc("How often each page is loaded, for the median: 3 with `visit`, 1 with `during`."),
    ] = None

    def __post_init__(self) -> None:
        if self.limits is not None and any(getattr(self, metric) for metric in METRICS):
            raise Unfit(
                "“limits: default” and limits of your own are said together",
                "limits",
                hint="keep one of the two: the default is LCP, CLS, TTFB and INP as Google judges them",
            )
        must_be_loads(self.loads)
        for metric in METRICS:
            _must_fit(metric, getattr(self, metric))

    @property
    def judged(self) -> Mapping[str, Limit]:
        """The metrics that count, each with its limit."""
        own = {metric: limit for metric in METRICS if (limit := getattr(self, metric)) is not None}
        return own or USUAL

    def needs(self, *, own: bool) -> Needs:
        return speed_needs(self.loads, own=own)

    def titles(self) -> tuple[str, ...]:
        words = (f"{metric} {_in_words(limit)}" for metric, limit in self.judged.items())
        often = f" (the median of {self.loads} loads)" if self.loads and self.loads > 1 else ""
        return (f"Measure how fast each page is{often}: " + "; ".join(words),)

    def start(self, visit: WatchedVisit) -> Measuring:
        return Measuring(self, visit)


def _must_fit(metric: str, limit: Limit | None) -> None:
    """Refuses limits that could not be compared, or a warning that could never be given."""
    said = [
        (word, getattr(limit, word)) for word in ("warn", "fail") if getattr(limit, word, None) is not None
    ]
    sizes = {word: _size(metric, given, word) for word, given in said if not isinstance(given, Template)}
    if len(sizes) == 2 and sizes["warn"] >= sizes["fail"]:
        raise Unfit(
            f"{metric} would fail before it warns",
            metric,
            "warn",
            hint="the warning comes first: write the smaller value under “warn”",
        )


def _size(metric: str, given: Any, word: str) -> float:
    try:
        return float(given) if metric == "CLS" else float(Duration.parse(str(given)))
    except ValueError:
        form = "a number such as 0.1" if metric == "CLS" else "a duration such as 800ms or 2.5s"
        bare = metric != "CLS" and str(given).replace(".", "", 1).isdigit()
        hint = f"write the unit: {given}ms or {given}s" if bare else None
        raise Unfit(f"“{given}” is not {form}", metric, word, hint=hint) from None


def _in_words(limit: Limit) -> str:
    said = [
        f"{given} is {word}"
        for word, given in (("a warning", limit.warn), ("a failure", limit.fail))
        if given
    ]
    return "more than " + ", ".join(said)


@dataclass(slots=True)
class Measuring:
    """The vitals of one visit, with those of the visits before it that were made for the median."""

    vitals: Vitals
    visit: WatchedVisit

    async def after(self, step: StepReport) -> None:
        """Pages measure themselves; nothing is asked of them while a shopper is at work."""

    async def verdict(self) -> WatchReport:
        blind = unmeasured(self.visit, "vitals")
        if blind is not None:
            return blind
        pages = measured(self.visit, self.vitals.judged)
        rows = [
            self._row(page, metric, limit, samples[metric])
            for page, samples in pages.items()
            for metric, limit in self.vitals.judged.items()
        ]
        measures = tuple(measure for measure, _ in rows)
        findings = tuple(finding for _, finding in rows if finding is not None)
        if all(measure.state == "absent" for measure in measures):
            why = ", ".join(dict.fromkeys(f"{each.name}: {each.value}" for each in measures))
            return WatchReport(
                watcher="vitals",
                summary="Nothing could be measured.",
                measures=measures,
                inconclusive=f"Nothing of what the check limits could be measured ({why}).",
            )
        return WatchReport(watcher="vitals", summary=_summary(measures), measures=measures, findings=findings)

    def _row(self, page: str, metric: str, limit: Limit, sample: Sample) -> tuple[Measure, Finding | None]:
        words = _limit_words(limit, self.visit)
        if not sample.numbers:
            why = WHY_NOT[metric]
            return Measure(name=metric, page=page, value=why, limit=words, state="absent"), None
        number = sample.number
        actual: Any = round(number, 3) if metric == "CLS" else Duration(round(number))
        verdict = judged(Expectation(at_most=limit), actual, self.visit)
        value = shown(metric, number)
        measure = Measure(
            name=metric,
            page=page,
            value=value,
            limit=words,
            state=verdict.status,
            number=round(number, 4),
            unit="" if metric == "CLS" else "ms",
        )
        if verdict.ok:
            return measure, None
        loads = f"{sample.loads}: {', '.join(shown(metric, each) for each in sample.numbers)}"
        finding = Finding(
            code="R530",
            summary=NAMES[metric].format(page=page, value=value) + f" ({metric}).",
            expected=verdict.expected,
            actual=value,
            difference=verdict.difference,
            evidence=(
                *((loads,) if len(sample.numbers) > 1 else ()),
                *((f"{ABOUT[metric]} {sample.about}",) if sample.about else ()),
            ),
            warn=verdict.status == "warn",
        )
        return measure, finding


def shown(metric: str, number: float) -> str:
    """A measure for people: `1.24 s`, `85 ms`, `0.03`."""
    if metric == "CLS":
        return f"{number:.3f}".rstrip("0").rstrip(".") or "0"
    return in_seconds(number)


def _limit_words(limit: Limit, visit: WatchedVisit) -> str:
    said = [(word, visit.value(getattr(limit, word))) for word in ("warn", "fail")]
    return ", ".join(f"{word} above {value}" for word, value in said if value is not None)


def _summary(measures: tuple[Measure, ...]) -> str:
    """The slowest page of each metric."""
    worst: dict[str, Measure] = {}
    for each in measures:
        if each.number is not None and each.number >= (
            worst[each.name].number or 0 if each.name in worst else 0
        ):
            worst[each.name] = each
    pages = len({each.page for each in measures})
    said = ", ".join(f"{name} {each.value}" for name, each in worst.items())
    return f"{said} (the slowest of {pages} pages)" if pages > 1 else said
