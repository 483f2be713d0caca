"""A page gone wild: its recorded visit read, judged and reported, four thousand hits against one thousand."""

from __future__ import annotations

from collections.abc import Callable

from bench.measure import Figure, cpu_of, interleaved, median, milliseconds
from nano_sre.kinds._shared.tracking.recording import read, written
from nano_sre.report.html import render_html
from nano_sre.report.json_report import report_document
from nano_sre.report.text import summary_lines
from nano_sre.runtime.replaying import replay, usual_program
from support.floods import WAYS, flood

FEW, TIMES = 1_000, 4
MOST_GROWTH = 1.3


def measure(*, quick: bool = False) -> list[Figure]:
    """The judgement as `nano-sre pixels replay` makes it, and the report of it, of every kind of flood."""
    found = [_grown(kind, *((FEW // 4, 1) if quick else (FEW, 3))) for kind in WAYS]
    return sorted(found, key=lambda each: each.ratio, reverse=True)


def _grown(kind: str, few: int, rounds: int) -> Figure:
    small, large = _work(kind, few), _work(kind, few * TIMES)
    small()  # what is made once is made
    taken = interleaved(rounds, small=lambda: cpu_of(small), large=lambda: cpu_of(large))
    one, several = median(taken["small"]), median(taken["large"])
    return Figure(
        what=f"{few * TIMES:,} hits: {kind}",
        ours=milliseconds(several),
        peer=f"{TIMES} times the {milliseconds(one)} of {few:,}",
        ratio=several / (TIMES * one),
        goal=MOST_GROWTH,
    )


def _work(kind: str, hits: int) -> Callable[[], None]:
    lines = list(written(flood(kind, hits).recording()))

    def judge_and_report() -> None:
        seen = read(lines).seen
        report = replay([usual_program(seen)], seen, sources={})
        summary_lines(report, color=False, width=100)
        report_document(report)
        render_html(report, read=lambda _path: None)

    return judge_and_report
