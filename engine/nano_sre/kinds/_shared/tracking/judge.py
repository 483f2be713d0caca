"""The judgement of a visit's tracking: the expectations and every rule, told as findings."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from nano_sre.core.diagnostics import Span
from nano_sre.core.hits import Decoded, Heard, JudgedHit
from nano_sre.core.result import Finding, Sighting, WatchReport
from nano_sre.kinds._shared.tracking import rules_fields, rules_repeats, rules_truth, rules_visit
from nano_sre.kinds._shared.tracking.case import Case, line
from nano_sre.kinds._shared.tracking.expected import Expected, Outcome
from nano_sre.kinds._shared.tracking.faults import KINDS, Fault, Occurrence, fault
from nano_sre.kinds._shared.tracking.truth import Truth
from nano_sre.kinds._shared.tracking.wanted import Plan
from nano_sre.kinds._shared.watching import plural

WORD = "pixels"
MOST_EVIDENCE = 6
Rule = Callable[[Case, Truth], Iterator[Fault]]
RULES: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (
        rules_fields.missing_fields,
        ("missing_value", "missing_currency", "missing_items", "missing_order_id", "missing_event_id"),
    ),
    (rules_fields.missing_event_ids, ("missing_event_id",)),
    (rules_fields.values, ("value_is_text", "zero_value")),
    (rules_fields.tests, ("test_mode_left_on",)),
    (rules_fields.page_urls, ("wrong_page_url",)),
    (rules_fields.personal, ("personal_data",)),
    (rules_fields.unreadable, ("unreadable_hit",)),
    (rules_repeats.duplicates, ("duplicate_events",)),
    (rules_repeats.accounts, ("two_accounts", "unknown_ids")),
    (rules_repeats.event_ids, ("event_id_not_unique",)),
    (rules_repeats.ids_between, ("event_id_differs_between_pixels",)),
    (rules_truth.currencies, ("currency_mismatch",)),
    (rules_truth.amounts, ("value_mismatch",)),
    (rules_truth.products, ("item_id_mismatch", "missing_items", "quantity_mismatch")),
    (rules_visit.signals, ("consent_signal_wrong",)),
    (rules_visit.order, ("wrong_order",)),
    (rules_visit.late, ("late_hit",)),
    (rules_visit.failures, ("hit_failed",)),
    (rules_visit.silent, ("library_loaded_but_no_hit",)),
)
"""Each rule, and the words of the faults it finds: it is asked only when one of them is wanted."""
BY_EVENT = ("missing_event", "unexpected_event", "missing_field", "wrong_field")
"""Faults that are told for each event. The others mostly have one cause, and are told once for a vendor."""
OUR_TROUBLE = "The visit does not show what the check compares with: {}."


def judged(plan: Plan, case: Case) -> WatchReport:
    """What there is to say about the tracking of one visit."""
    truth = Truth(case.seen)
    outcome = Expected(plan, case, truth).judge()
    faults = _settled(case, [*outcome.faults, *_found(plan, case, truth)])
    findings = tuple(_finding(group, plan, case) for group in _grouped(faults))
    codes: dict[int, dict[str, None]] = defaultdict(dict)
    for each in faults:
        for number in each.numbers:
            codes[number][each.code] = None
    trouble = OUR_TROUBLE.format("; ".join(dict.fromkeys(outcome.unjudged))) if outcome.unjudged else None
    return WatchReport(
        watcher=WORD,
        summary=_summary(case, findings),
        sightings=tuple(
            Sighting(text=note, counted=False) for note in dict.fromkeys([*outcome.notes, *truth.notes])
        ),
        findings=findings,
        hits=tuple(_judged(each, codes, case) for each in case.decoded),
        heard=tuple(_heard(case, outcome)),
        other_hosts=case.seen.other_hosts,
        inconclusive=trouble,
    )


def _judged(decoded: Decoded, codes: Mapping[int, Iterable[str]], case: Case) -> JudgedHit:
    number, came = decoded.hit.number, decoded.hit.step
    step = case.step_of.get(number, came)
    return JudgedHit(
        decoded=decoded,
        faults=tuple(codes.get(number, ())),
        step=None if step == came else step,
        moments=case.moments_of.get(number, ()),
    )


def is_complete(plan: Plan, case: Case) -> bool:
    """Whether there is nothing to wait for: what is expected has come."""
    return Expected(plan, case, Truth(case.seen)).satisfied()


def _found(plan: Plan, case: Case, truth: Truth) -> Iterator[Fault]:
    """What the rules find of the faults that are looked for."""
    words = frozenset(plan.words)
    for rule, finds in RULES:
        if not words.isdisjoint(finds):
            yield from (each for each in rule(case, truth) if each.word in words)
    if "events_before_consent" in words:
        asked = case.asks_first or plan.never is not None
        yield from rules_visit.consent(case, cookieless=plan.cookieless, asks_first=asked)
    if "unexpected_event" in words:
        yield from _not_expected(plan, case)
    yield from _unheard(plan, case)


def _not_expected(plan: Plan, case: Case) -> Iterator[Fault]:
    """Events that no expectation speaks of."""
    known = {(wanted.event, vendor) for wanted in plan.expect for vendor in wanted.only or plan.vendors}
    known |= {(wanted.event, str(wanted.vendor)) for wanted in plan.expect}
    for about in case.judged:
        if about.event.canonical is not None and (about.what, about.vendor) not in known:
            yield fault(
                "unexpected_event", f"{case.event_name(about)} was sent, and nothing expects it", [about]
            )


def _unheard(plan: Plan, case: Case) -> Iterator[Fault]:
    """Vendors that the check names and that heard nothing, where no expectation would say so."""
    asked = {vendor for wanted in plan.expect for vendor in (wanted.only or plan.vendors)}
    refused = case.refused(case.asks_first)
    for vendor in plan.vendors:
        excused = case.only_known(vendor) or (case.waits(vendor) and refused)
        if vendor not in asked and not excused and not any(each.vendor == vendor for each in case.decoded):
            yield Fault(
                word="missing_event",
                vendor=vendor,
                what="hit",
                says=f"{case.name(vendor)} heard nothing at all",
                expected="hits",
                actual="none",
                asked=True,
                span=(plan.vendor_spans or {}).get(vendor),
            )


def _settled(case: Case, faults: list[Fault]) -> list[Fault]:
    """Each fault once, without those that another one explains."""
    faults = _silent_vendors(case, faults)
    known: dict[Hashable, Fault] = {}
    for each in sorted(faults, key=lambda f: not f.asked):
        about = frozenset(o.number for o in each.occurrences)
        known.setdefault((each.word, each.vendor, about or (each.what, each.hits, each.says)), each)
    why = _Reasons(known.values())
    kept = [each for each in known.values() if not why.explain(each)]
    order = list(KINDS)
    return sorted(kept, key=lambda f: (min(f.numbers, default=0), order.index(f.word)))


def _silent_vendors(case: Case, faults: list[Fault]) -> list[Fault]:
    """Of a vendor that heard nothing at all, one fault in place of one for every event."""
    heard = {each.vendor for each in case.decoded}
    found: list[Fault] = []
    for vendor in dict.fromkeys(each.vendor for each in faults):
        mine = [each for each in faults if each.vendor == vendor]
        lost = [each for each in mine if each.word == "missing_event"]
        others = [each for each in mine if each.word != "missing_event"]
        if vendor in heard or not lost:
            found += mine
        elif not any(each.word in ("hit_failed", "library_loaded_but_no_hit") for each in others):
            names = ", ".join(dict.fromkeys(each.what for each in lost if each.what != "hit"))
            says = f"{case.name(vendor)} heard nothing at all"
            found += [
                replace(lost[0], says=says, expected=names or "hits", actual="none", evidence=()),
                *others,
            ]
        else:
            found += others
    return found


class _Reasons:
    """All faults by what they are about: whether one of them says why another is there."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self._numbers: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._named: dict[tuple[str, str], set[str]] = defaultdict(set)
        for each in faults:
            about = (each.vendor, each.word)
            self._numbers[about].update(o.number for o in each.occurrences)
            names = (each.what,) if each.word == "hit_failed" else (o.what for o in each.occurrences)
            self._named[about].update(names)

    def explain(self, one: Fault) -> bool:
        """Whether another fault says why this one is there."""
        if one.word == "missing_event":
            return self._name(one, "hit_failed", "unknown_ids", "two_accounts")
        if one.word == "unknown_ids":
            return self._tell(one, "two_accounts")
        if one.word == "unexpected_event" and one.expected != "never":
            return self._tell(one, "duplicate_events", "two_accounts", "wrong_order")
        return one.word == "value_mismatch" and self._tell(one, "currency_mismatch")

    def _tell(self, one: Fault, *words: str) -> bool:
        """Whether one of these faults is about the same events."""
        numbers = {each.number for each in one.occurrences}
        return any(not numbers.isdisjoint(self._numbers.get((one.vendor, word), ())) for word in words)

    def _name(self, one: Fault, *words: str) -> bool:
        """Whether one of these faults is about events of the same name."""
        return any(one.what in self._named.get((one.vendor, word), ()) for word in words)


def _grouped(faults: Iterable[Fault]) -> Iterator[list[Fault]]:
    found: dict[Hashable, list[Fault]] = defaultdict(list)
    for each in faults:
        what = each.what if each.word in BY_EVENT else ""
        found[each.word, each.vendor, what, each.warn].append(each)
    yield from found.values()


def _finding(group: list[Fault], plan: Plan, case: Case) -> Finding:
    first = group[0]
    kind = KINDS[first.word]
    more = len(group) - 1
    times = f" (and {more} more of the same)" if more else ""
    numbers: dict[int, Occurrence] = {o.number: o for each in group for o in each.occurrences}
    said = list(dict.fromkeys(said for each in group for said in each.evidence))
    shown = [line(each) for each in islice(numbers.values(), MOST_EVIDENCE)]
    shown = [*shown, *said][:MOST_EVIDENCE]
    left = len(numbers) + len(said) - len(shown)
    shown += [f"… and {left} more"] if left else []
    return Finding(
        code=first.code,
        summary=f"{first.says}{times}: {kind.so.format(vendor=case.name(first.vendor))}.",
        expected=first.expected,
        actual=first.actual,
        difference=first.difference,
        hint=first.hint or kind.hint,
        evidence=tuple(shown),
        span=next((each.span for each in group if each.span), None) or _span(first, plan),
        warn=first.warn,
    )


def _span(about: Fault, plan: Plan) -> Span | None:
    """The word under `never` that asked for it, or the vendor."""
    return (plan.never_spans or {}).get(about.word) or (plan.vendor_spans or {}).get(about.vendor)


def _heard(case: Case, outcome: Outcome) -> Iterator[Heard]:
    """What was expected, then what else the vendors heard."""
    yield from outcome.heard
    told = {(each.vendor, each.event) for each in outcome.heard}
    counts = Counter((each.vendor, each.what) for each in case.events)
    for (vendor, event), times in counts.items():
        if (vendor, event) not in told:
            yield Heard(vendor=vendor, event=event, times=times)


def _summary(case: Case, findings: tuple[Finding, ...]) -> str:
    hits = [each for each in case.decoded if each.vendor is not None]
    vendors = dict.fromkeys(case.name(str(each.vendor)) for each in hits)
    said = f"{plural(len(hits), 'hit')} to {', '.join(vendors)}" if hits else "no hits"
    if not findings:
        return f"{said}, nothing wrong"
    wrong = plural(len(findings), "thing")
    return f"{said}, {wrong} wrong"
