from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from nano_sre.core.fields import Doc
from nano_sre.core.registry import register
from nano_sre.core.result import Finding, Measure, StepReport, WatchReport, utc_now
from nano_sre.core.usual import WARM_UP, Usual, following, recalled
from nano_sre.core.watch import Needs
from nano_sre.core.watcher import Baseline, WatchedVisit
from nano_sre.kinds._shared.moments import moment
from nano_sre.kinds._shared.speed import (
    Sample,
    in_seconds,
    measured,
    must_be_loads,
    speed_needs,
    unjudged,
    unmeasured,
)
from nano_sre.kinds._shared.watching import plural

METRICS = ("LCP", "INP", "TTFB")  # the first that is slower names the trouble of a page
CAUSES = {
    "LCP": "pictures, fonts, apps and theme changes",
    "INP": "scripts of apps and of the theme",
    "TTFB": "Shopify's status page, app proxies and the Liquid of the template",
}


@register("watcher", "slower_than_usual", short="verdict")
class SlowerThanUsual:
    """Pages that have become slower than they usually are, whatever the limits say.

    The first 30 runs learn how long each page usually takes (LCP, INP and TTFB, of each device by itself) and how much
    that varies; from then on slow visits are told when they are too many to be chance. What is slow is never learned:
    it is told until it is fast again, or until somebody accepts it with `nano-sre baseline accept`. A page that gets
    slower little by little is told apart, as a warning. `test` remembers nothing, so it does not judge this.
    """

    example: ClassVar[str] = "slower_than_usual: warn"

    verdict: Annotated[
        Literal["warn", "fail", "off"],
        Doc("Whether a page that is slower than usual is a warning or a failure; `off` does not look."),
    ]
    loads: Annotated[
        int | None,
        Doc("How often each page is loaded, for the median: 3 with `visit`, 1 with `during`."),
    ] = None

    def __post_init__(self) -> None:
        must_be_loads(self.loads)

    @property
    def idle(self) -> bool:
        """Whether it is switched off."""
        return self.verdict == "off"

    def needs(self, *, own: bool) -> Needs:
        return speed_needs(self.loads, own=own)

    def titles(self) -> tuple[str, ...]:
        word = {"warn": "Warn", "fail": "Fail"}.get(self.verdict)
        return (f"{word} when a page is slower than it usually is",) if word else ()

    def start(self, visit: WatchedVisit) -> Comparing:
        return Comparing(self, visit)


@dataclass(slots=True)
class Comparing:
    """The speed of one visit's pages against what it usually is."""

    kind: SlowerThanUsual
    visit: WatchedVisit

    async def after(self, step: StepReport) -> None:
        """Pages measure themselves."""

    async def verdict(self) -> WatchReport:
        word = "slower_than_usual"
        blind = unmeasured(self.visit, word)
        if blind is not None:
            return blind
        pages = {
            page: {
                metric: sample for metric, sample in samples.items() if sample.numbers and sample.number > 0
            }
            for page, samples in measured(self.visit, METRICS).items()
        }
        if not any(pages.values()):
            return unjudged(word, "Nothing could be measured that can be slower than usual.")
        baseline = self.visit.baseline
        if baseline is None:
            said = "not judged: nothing is remembered here"
            return WatchReport(watcher=word, summary=said, measures=tuple(_rows(pages, said)))
        measures: list[Measure] = []
        findings: list[Finding] = []
        for page, samples in pages.items():
            usual = {metric: _learned(baseline, f"{metric} {page}", each) for metric, each in samples.items()}
            measures += [self._measure(page, metric, samples[metric], each) for metric, each in usual.items()]
            findings += self._findings(page, samples, usual)
        return WatchReport(
            watcher=word,
            summary=_summary(measures, findings),
            measures=tuple(measures),
            findings=tuple(findings),
        )

    def _measure(self, page: str, metric: str, sample: Sample, usual: Usual) -> Measure:
        if usual.state == "learning":
            return _row(
                page, metric, sample, f"learning: {len(usual.window)} of {WARM_UP} runs", state="absent"
            )
        state: Literal["ok", "warn", "fail"] = "ok"
        if usual.state in ("jump", "trend"):
            state = "warn" if self._warns(usual) else "fail"
        value = f"{in_seconds(sample.number)}, usually {in_seconds(usual.before)}"
        return _row(
            page, metric, sample, value, state=state, limit=f"{self.kind.verdict} when slower than usual"
        )

    def _warns(self, usual: Usual) -> bool:
        return self.kind.verdict == "warn" or usual.state == "trend"

    def _findings(
        self, page: str, samples: Mapping[str, Sample], usual: Mapping[str, Usual]
    ) -> Iterator[Finding]:
        """One for each page: its metrics are slow together."""
        slow = {metric: each for metric, each in usual.items() if each.state in ("jump", "trend")}
        if not slow:
            return
        first = next((metric for metric, each in slow.items() if each.state == "jump"), next(iter(slow)))
        others = [
            f"also {_said(metric, page, each, self.visit)}"
            for metric, each in slow.items()
            if metric != first
        ]
        told, sample = slow[first], samples[first]
        loads = f" (the median of {sample.loads})" if len(sample.numbers) > 1 else ""
        assert self.visit.baseline is not None
        yield Finding(
            code="R535" if told.state == "jump" else "R536",
            summary=f"{_said(first, page, told, self.visit)}.",
            expected=f"about {in_seconds(told.before)}, give or take {_percent(told.spread)}",
            actual=in_seconds(told.now),
            difference=_how(told.slower).partition(" ")[2],
            hint=(
                f"Look at {CAUSES['TTFB' if 'TTFB' in slow else first]}. If it is to stay like this: "
                f'nano-sre baseline accept {self.visit.baseline.target} --because "…"'
            ),
            evidence=(f"this visit: {in_seconds(sample.number)}{loads}", *others),
            warn=self._warns(told),
        )


def _learned(baseline: Baseline, about: str, sample: Sample) -> Usual:
    usual = following(recalled(baseline.read(about)), sample.number, utc_now())
    baseline.keep(usual.as_json(), about)
    return usual


def _said(metric: str, page: str, usual: Usual, visit: WatchedVisit) -> str:
    before, now = in_seconds(usual.before), in_seconds(usual.now)
    since = moment(usual.begun, visit.store.timezone, now=utc_now())
    if usual.state == "trend":
        return (
            f"{metric} of {page} gets slower little by little: {before} before, {now} now, "
            f"{_percent(usual.slower)} more since {since}"
        )
    how = _how(usual.slower)
    return f"{metric} of {page} is usually {before}; the last {usual.streak} visits {how}, since {since}"


def _how(slower: float) -> str:
    return f"were {_percent(slower)} slower" if slower < 1 else f"took {slower + 1:.1f} times as long"


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def _rows(pages: Mapping[str, Mapping[str, Sample]], value: str) -> Iterator[Measure]:
    for page, samples in pages.items():
        for metric, sample in samples.items():
            yield _row(page, metric, sample, value, state="absent")


def _row(
    page: str,
    metric: str,
    sample: Sample,
    value: str,
    *,
    state: Literal["ok", "warn", "fail", "absent"],
    limit: str = "",
) -> Measure:
    return Measure(
        name=f"{metric} against usual",
        page=page,
        value=value,
        limit=limit,
        state=state,
        number=round(sample.number, 1),
        unit="ms",
        metric=metric,
    )


def _summary(measures: list[Measure], findings: list[Finding]) -> str:
    if findings:
        return findings[0].summary
    learning = [each for each in measures if each.state == "absent"]
    if len(learning) == len(measures):
        return f"Still learning what is usual: {learning[0].value.removeprefix('learning: ')}, no verdict yet"
    more = f"; {plural(len(learning), 'number')} still being learned" if learning else ""
    return f"as fast as usual{more}"
