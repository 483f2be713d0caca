"""Judging a recorded visit again: offline, by today's rules, with the verdict that it had live."""

from __future__ import annotations

from dataclasses import replace

from nano_sre.core.diagnostics import Span
from nano_sre.core.ports import Abort
from nano_sre.core.result import WatchReport
from nano_sre.kinds._shared.tracking.case import Case
from nano_sre.kinds._shared.tracking.decode import Vendors
from nano_sre.kinds._shared.tracking.judge import WORD, judged
from nano_sre.kinds._shared.tracking.seen import Seen
from nano_sre.kinds._shared.tracking.wanted import Plan


def replayed(plan: Plan, seen: Seen, *, vendors: Vendors, span: Span | None = None) -> WatchReport:
    """What the check says of a visit; `span` is where the check is written."""
    try:
        accounts = {
            name: tuple(str(seen.value(each)) for each in given) for name, given in plan.vendors.items()
        }
        report = judged(plan, Case(seen, vendors=vendors, accounts=accounts))
    except Abort as abort:
        why = abort.inconclusive or str(abort)
        return WatchReport(watcher=WORD, summary=why, inconclusive=why)
    return replace(report, findings=tuple(replace(each, span=each.span or span) for each in report.findings))
