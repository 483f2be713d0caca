"""From a draft to the alert that every channel is given: its items, its title, and how to silence it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from nano_sre.alerts.rules import Rules, is_own
from nano_sre.alerts.written import restored
from nano_sre.core.alert import Alert, AlertItem, AlertKind
from nano_sre.core.diagnosis import Cause
from nano_sre.core.outbox import About, Draft, Payload

LONGEST_TITLE = 200


def compose(draft: Draft, payloads: Mapping[int, Payload], rules: Rules, *, now: datetime) -> Alert:
    """The message of a draft. `payloads` holds what was written down with the notices in `draft.shown`."""
    ended = draft.ended or {}
    shown = [(each, payloads[each]) for each in draft.shown]
    items = tuple(replace(restored(AlertItem, p["item"]), until=ended.get(number)) for number, p in shown)
    causes = _causes(shown)
    first = next((each for each in items if each.incident is not None), None)
    return Alert(
        key=draft.key,
        thread=draft.thread,
        kind=draft.kind,
        severity=min(each.severity for each in items),
        title=title(draft.kind, items, causes, still=len(draft.still_failing)),
        items=items,
        at=now,
        cause=causes[0] if causes else None,
        also_possible=causes[1:],
        still_failing=draft.still_failing,
        remark=draft.remark,
        link=f"{rules.link.rstrip('/')}/incidents/{first.incident}" if rules.link and first else None,
        silence=f"nano-sre incidents snooze {first.incident} --for 2h" if first and not draft.ended else None,
        environment=rules.environment,
    )


def _causes(shown: Sequence[tuple[int, Payload]]) -> tuple[Cause, ...]:
    """The likely causes of the first item that has any; they are the same where one message lists several."""
    known = next((p["causes"] for _, p in shown if p.get("causes")), ())
    return tuple(restored(Cause, each) for each in known)


def title(kind: AlertKind, items: Sequence[AlertItem], causes: Sequence[Cause], *, still: int = 0) -> str:
    """One line that says it all: what, where, and what became of it."""
    what = _what(items)
    several = len(_checks(items)) > 1
    words = {
        "fired": f"{what}: {_why(items, causes)}",
        "reminder": f"{what} since {_longest(items)}: {_why(items, causes)}",
        "resolved": f"{_names(items)} {'work' if several else 'works'} again",
        "partly_resolved": f"{_names(items)} {'work' if several else 'works'} again, {still} still failing",
        "was_down": f"{_names(items)} failed{_for(items)} and {'work' if several else 'works'} again",
        "flapping": f"{_names(items)} {'keep' if several else 'keeps'} changing between failing and passing",
        "calm": f"{_names(items)} stopped changing and {'still fails' if still else 'passes'}",
        "no_data": f"{_names(items)} could not be judged since {_longest(items)}",
        "still_no_data": f"{_names(items)} cannot be judged since {_longest(items)}",
        "data_back": f"{_names(items)} can be judged again",
        "test": "A test of this alerter",
    }
    if is_own(About(target=items[0].target, check_id="", store_id="")):
        words |= {"fired": items[0].summary, "reminder": f"Still: {items[0].summary}"}
        words["resolved"] = words["was_down"] = f"{items[0].name} can be reached again"
    line = " ".join(words[kind].split())
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1] + "…"


def _what(items: Sequence[AlertItem]) -> str:
    """`Buy a snowboard fails on desktop and iphone`, `Buy a snowboard, Cart API and 3 more checks fail`."""
    names = _checks(items)
    if len(names) > 1:
        return f"{_names(items)} fail"
    return f"{names[0]} fails{_places(items)}"


def _checks(items: Sequence[AlertItem]) -> list[str]:
    return list(dict.fromkeys(each.name for each in items))


def _names(items: Sequence[AlertItem]) -> str:
    """Whom it is about: two checks by name, the others by their number. The store stands before it."""
    names = _checks(items)
    if len(names) == 1:
        return names[0]
    if len(names) == 2:
        return f"{names[0]} and {names[1]}"
    more = len(names) - 2
    return f"{names[0]}, {names[1]} and {more} more {'check' if more == 1 else 'checks'}"


def _places(items: Sequence[AlertItem]) -> str:
    """Where one check fails, when that is more than one place."""
    if len(items) == 1:
        return ""
    devices = list(dict.fromkeys(each.device for each in items if each.device))
    same_place = len({(each.store_id, each.market) for each in items}) == 1
    if same_place and len(devices) == len(items) and len(devices) <= 3:
        return f" on {', '.join(devices[:-1])} and {devices[-1]}"
    return f" on {len(items)} targets"


def _why(items: Sequence[AlertItem], causes: Sequence[Cause]) -> str:
    return causes[0].title if causes and len(items) > 1 else items[0].summary


def _longest(items: Sequence[AlertItem]) -> str:
    since = min((each.since for each in items if each.since), default=None)
    return "a while" if since is None else f"{since:%Y-%m-%d %H:%M} UTC"


def _for(items: Sequence[AlertItem]) -> str:
    spans = [each.until - each.since for each in items if each.since and each.until]
    return f" for {_length(max(spans))}" if spans else ""


def _length(span: timedelta) -> str:
    minutes = max(1, round(span.total_seconds() / 60))
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours and rest else f"{hours} h" if hours else f"{minutes} min"
