"""A check of tracking in plain English, for `explain`."""

from __future__ import annotations

from nano_sre.kinds._shared.sentence import said
from nano_sre.kinds._shared.tracking.wanted import Plan, SameAs, Wanted


def titles(plan: Plan) -> tuple[str, ...]:
    """A line for each thing that is looked at."""
    accounts = [
        f"{vendor} ({', '.join(map(str, given))})" if given else vendor
        for vendor, given in plan.vendors.items()
    ]
    lines = [
        f"Listen to what tracking tells {', '.join(accounts) or 'all vendors that are known'}; nothing reaches them"
    ]
    lines += [_expected(wanted, plan) for wanted in plan.expect]
    words = ", ".join(word.replace("_", " ") for word in plan.words)
    return (*lines, f"Expect none of these anywhere: {words}") if words else tuple(lines)


def _expected(wanted: Wanted, plan: Plan) -> str:
    who = [str(wanted.vendor)] if wanted.vendor else [*map(str, wanted.only)] or list(plan.vendors)
    times = "at least once" if wanted.times is None else f"a number of times that must {said(wanted.times)}"
    if wanted.times is not None and wanted.times.equals in ("0", "1"):
        times = "never" if wanted.times.equals == "0" else "once"
    place = f" after “{wanted.after}”" if wanted.after else f" at “{wanted.at}”" if wanted.at else ""
    soon = f", {wanted.within} later at most" if wanted.within else ""
    return f"Expect {wanted.event} {times} at {', '.join(who)}{place}{soon}{_saying(wanted)}"


def _saying(wanted: Wanted) -> str:
    lines = [f"{name} to {said(each)}" for name, each in wanted.fields.items()]
    lines += [
        f"{name} at {vendor} to {said(each)}"
        for vendor, fields in wanted.fields_for.items()
        for name, each in fields.items()
    ]
    if isinstance(wanted.event_id, SameAs):
        lines.append(f"event id to be that of {wanted.event_id.same_as}")
    elif wanted.event_id is not None:
        lines.append(f"event id to be {'there' if wanted.event_id == 'required' else 'its own'}")
    if wanted.order_id:
        lines.append("order id to be there")
    return f", its {', '.join(lines)}" if lines else ""
