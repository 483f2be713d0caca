"""The events that a check expects, held against those that vendors heard of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nano_sre.core.diagnostics import Span
from nano_sre.core.fields import Money
from nano_sre.core.hits import Heard, State
from nano_sre.kinds._shared.compare import MISSING, Expectation, Limit, Verdict, judge
from nano_sre.kinds._shared.sentence import said
from nano_sre.kinds._shared.tracking import rules_fields, rules_repeats, rules_truth, rules_visit
from nano_sre.kinds._shared.tracking.case import Case, clip, is_close, is_text, number_of, own_sum
from nano_sre.kinds._shared.tracking.faults import Fault, Occurrence, fault
from nano_sre.kinds._shared.tracking.seen import bare
from nano_sre.kinds._shared.tracking.truth import SHOP_NAMES, Amount, Truth
from nano_sre.kinds._shared.tracking.wanted import TRUTHS, Plan, SameAs, Wanted

NEAR_THE_STEP = 5_000  # ms after a step in which what it caused is sent
AT_LEAST_ONCE = Expectation(at_least=Limit(fail="1"))
# What the store tells of on its own pages; of a checkout, its silence proves nothing.
OF_THE_PAGES = frozenset(SHOP_NAMES.values()) - frozenset(rules_visit.STAGES)


@dataclass(slots=True)
class Outcome:
    """What came of the expectations. `unjudged` says what nobody could tell, `notes` what was rightly left out."""

    faults: list[Fault] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    unjudged: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Window:
    """The time in which an expectation counts, in ms of the visit; `limit` is when a hit has to be there."""

    start: int = -1
    step: int | None = None
    end: int | None = None
    limit: int | None = None


class Expected:
    """Judges the `expect` of one check in one visit."""

    def __init__(self, plan: Plan, case: Case, truth: Truth) -> None:
        self.plan, self.case, self.truth = plan, case, truth
        self.outcome = Outcome()

    def judge(self) -> Outcome:
        """Every expectation at every vendor."""
        for index, wanted in enumerate(self.plan.expect):
            spans = self.plan.expect_spans
            self._judge(wanted, spans[index] if spans else None)
        return self.outcome

    def satisfied(self) -> bool:
        """Whether every event that is expected at all has come."""
        for wanted in self.plan.expect:
            window = self._window(wanted)
            for vendor in self._vendors(wanted) if window else ():
                assert window is not None
                if not self._excused(vendor) and not self._counts(
                    wanted, self._inside(wanted, vendor, window)
                ):
                    return False
        return True

    def _judge(self, wanted: Wanted, span: Span | None) -> None:
        window = self._window(wanted)
        if window is None:
            step = wanted.after or wanted.at
            self.outcome.notes.append(f"{wanted.event} is not judged: the step “{step}” was left out")
            return
        for vendor in self._vendors(wanted):
            found = self._inside(wanted, vendor, window)
            if self._excused(vendor):
                self._heard(vendor, wanted, len(found), "nothing, without consent", "ok")
                continue
            faults = [
                replace(each, span=span, asked=True) for each in self._faults(wanted, vendor, found, window)
            ]
            state: State = "fail" if any(not f.warn for f in faults) else "warn" if faults else "ok"
            self._heard(vendor, wanted, len(found), _times(wanted.times), state)
            self.outcome.faults += faults

    def _heard(self, vendor: str, wanted: Wanted, times: int, expected: str, state: State) -> None:
        self.outcome.heard.append(
            Heard(vendor=vendor, event=wanted.event, times=times, expected=expected, state=state)
        )

    def _vendors(self, wanted: Wanted) -> Sequence[str]:
        if wanted.vendor is not None:
            return (wanted.vendor,)
        asked = tuple(map(str, wanted.only)) or tuple(self.plan.vendors)
        return [vendor for vendor in asked if wanted.only or self.case.sends(vendor, wanted.event)]

    def _excused(self, vendor: str) -> bool:
        """Whether the vendor rightly hears nothing: the shopper did not agree."""
        return self.case.waits(vendor) and self.case.refused(
            self.case.asks_first or "events_before_consent" in (self.plan.never or ())
        )

    def _window(self, wanted: Wanted) -> _Window | None:
        """None when the step was left out."""
        name = wanted.after or wanted.at
        if name is None:
            return _Window()
        index = self._step(name)
        if index is None or self.case.steps[index].state in ("skipped", "not_reached"):
            return None
        ended = self.case.step_end(index)
        within = None if wanted.within is None else int(wanted.within)
        window = _Window(
            start=self.case.steps[index].started_ms, limit=None if within is None else ended + within
        )
        if wanted.at is not None:
            window.step, window.end = index, ended + max(within or 0, NEAR_THE_STEP)
        return window

    def _step(self, wanted: str) -> int | None:
        """The step of this name, or page, or verb."""
        folded = " ".join(wanted.split()).casefold()
        titles = [each.title.rpartition(": ")[2].casefold() for each in self.case.steps]
        for index, title in enumerate(titles):
            if folded in (title, self.case.steps[index].title.casefold()):
                return index
        for index, (name, path) in enumerate(self.plan.pages):
            if folded in (name.casefold(), path.casefold()) and index < len(titles):
                return index
        return next((i for i, each in enumerate(self.case.steps) if each.verb == wanted), None)

    def _inside(self, wanted: Wanted, vendor: str, window: _Window) -> list[Occurrence]:
        found = [
            each
            for each in self.case.judged_of(vendor)
            if (each.event.name if wanted.vendor else each.what) == wanted.event
            and self.case.is_ours(each)
            and each.moment >= window.start
        ]
        if window.end is None or window.step is None:
            return found
        here = [each for each in found if each.step == window.step]
        return here or [
            e for e in found if e.moment <= window.end and not self._is_of_a_later_page(e, window.step)
        ]

    def _is_of_a_later_page(self, about: Occurrence, step: int) -> bool:
        """Whether the event tells of a page that a later step opened."""
        page = bare(about.event.page_url)
        return bool(page) and self.case.pages.comes_after(page, step)

    def _counts(self, wanted: Wanted, found: Sequence[Occurrence]) -> bool:
        return self._count(wanted, found).ok

    def _count(self, wanted: Wanted, found: Sequence[Occurrence]) -> Verdict:
        return judge(wanted.times or AT_LEAST_ONCE, len(found), value=self.case.value)

    def _faults(
        self, wanted: Wanted, vendor: str, found: list[Occurrence], window: _Window
    ) -> Iterator[Fault]:
        verdict = self._count(wanted, found)
        if not verdict.ok:
            yield from self._miscounted(wanted, vendor, found, verdict)
        for about in found:
            if window.limit is not None and about.sent > window.limit:
                index = self._step(str(wanted.after or wanted.at))
                assert index is not None
                ended = self.case.step_end(index)
                yield rules_visit.too_late(self.case, about, about.sent - ended, window.limit - ended)
            if wanted.vendor is None:
                yield from (
                    rules_fields.missing(self.case, name, [about])
                    for name in rules_fields.lacking(self.case, about)
                )
            yield from self._ids(wanted, about)
            for name, expectation in wanted.fields_of(vendor).items():
                yield from self._field(about, name, expectation)

    def _miscounted(
        self, wanted: Wanted, vendor: str, found: list[Occurrence], verdict: Verdict
    ) -> Iterator[Fault]:
        owner = self.case.name(vendor)
        asked = wanted.times or AT_LEAST_ONCE
        more = range(len(found) + 1, len(found) + 101)
        few = any(judge(asked, count, value=self.case.value).ok for count in more)
        if few and not found and self.case.only_known(vendor):
            return  # it does not know this shopper
        times = "never" if not found else "once" if len(found) == 1 else f"{len(found)} times"
        word = "missing_event" if few else "unexpected_event"
        yield Fault(
            word=word,
            vendor=vendor,
            what=wanted.event,
            says=f"{owner} heard of {wanted.event} {times}"
            if found
            else f"{owner} never heard of {wanted.event}",
            occurrences=tuple(found),
            expected=_times(wanted.times),
            actual=times,
            evidence=() if found else tuple(self._elsewhere(wanted, vendor)),
            warn=verdict.status == "warn",
        )

    def _elsewhere(self, wanted: Wanted, vendor: str) -> Iterator[str]:
        """Where the event may have gone, for one that is missing."""
        others = [each for each in self.case.judged_of(vendor) if each.what == wanted.event]
        for each in others[:3]:
            where = "to another account" if not self.case.is_ours(each) else "at another time"
            yield f"it was sent {where}: {clip(str(each.event.account), 40)}, at {each.sent / 1000:.1f} s"
        heard = list(dict.fromkeys(each.event.name for each in self.case.judged_of(vendor)))
        yield (
            f"it heard of {', '.join(clip(name, 40) for name in heard[:10])}"
            if heard
            else "it heard nothing at all"
        )
        yield from self._who_heard(wanted, vendor)

    def _who_heard(self, wanted: Wanted, vendor: str) -> Iterator[str]:
        """Whether others heard of what a vendor did not hear of: it tells a lost pixel from a lost event."""
        came = self.truth.came_to(wanted.event)
        if came is not None:
            yield f"the store itself told of it at {came.at_ms / 1000:.1f} s"
        elif wanted.event in OF_THE_PAGES and self.case.seen.shop_events:
            yield "the store itself did not tell of it"
        others = [v for v in self.plan.vendors if v != vendor and self.case.sends(v, wanted.event)]
        told = [self.case.name(each) for each in others if self.case.heard(each, wanted.event)]
        if told:
            yield f"{' and '.join(told)} heard of it"
        elif others:
            yield "no other vendor heard of it"

    def _ids(self, wanted: Wanted, about: Occurrence) -> Iterator[Fault]:
        if wanted.order_id and not about.event.order_id:
            yield rules_fields.missing(self.case, "order_id", [about])
        if wanted.event_id is None:
            return
        if not about.event.event_id:
            yield rules_fields.missing(self.case, "event_id", [about])
            return
        if isinstance(wanted.event_id, SameAs):
            other = str(wanted.event_id.same_as)
            their = next((each for each in self.case.pair_of(about) if each.vendor == other), None)
            if their is not None and their.event.event_id != about.event.event_id:
                yield rules_repeats.differing_ids(self.case, about, [about, their])
        if wanted.event_id == "unique":
            same = self.case.by_id[about.vendor, about.event.account, about.event.event_id]
            if len(same) > 1 and about.number == same[0].number:
                yield fault(
                    "event_id_not_unique",
                    f"{self.case.event_name(about)} has the event id {clip(about.event.event_id, 40)} of another event",
                    same,
                    expected="an id of its own",
                    actual=clip(about.event.event_id, 60),
                )

    def _field(self, about: Occurrence, name: str, wanted: Expectation) -> Iterator[Fault]:
        if isinstance(wanted.equals, str) and wanted.equals in TRUTHS.get(name, ()):
            yield from self._as_seen(about, name, wanted.equals)
            return
        actual = self._actual(about, name)
        verdict = judge(wanted, actual, value=self.case.value, locale=self.case.seen.store.market.locale)
        if verdict.ok:
            return
        if actual is MISSING or (name == "items" and not actual):
            yield rules_fields.missing(self.case, name, [about], warn=verdict.status == "warn")
            return
        difference = verdict.difference
        if isinstance(actual, Money) and actual.amount:
            units = Money(actual.amount / 100, actual.currency)
            if judge(wanted, units, value=self.case.value, locale=self.case.seen.store.market.locale).ok:
                difference = f"{difference}: a hundred times as much, so it is in cents"
        words = {"value": "value_mismatch", "currency": "currency_mismatch"}
        word = "value_is_text" if name == "value" and is_text(about.event) else words.get(name, "wrong_field")
        yield fault(
            word,
            f"{self.case.event_name(about)} has the {name} {clip(verdict.actual, 80)}",
            [about],
            expected=verdict.expected,
            actual=verdict.actual,
            difference=difference,
            warn=verdict.status == "warn",
        )

    def _actual(self, about: Occurrence, name: str) -> Any:
        event = about.event
        if name == "value":
            number = number_of(event.value)
            currency = (event.currency or self.case.seen.store.market.currency).upper()
            if number is None:
                return MISSING if not event.value else event.value
            return Money(round(number, 6).normalize(), currency)
        if name == "items":
            return [
                {"ids": list(i.ids), "name": i.name, "price": i.price, "quantity": i.quantity}
                for i in event.items
            ]
        if name in ("currency", "order_id", "event_id", "page_url", "account"):
            found = getattr(event, name)
            return MISSING if found is None else found
        return event.fields.get(name, MISSING)

    def _as_seen(self, about: Occurrence, name: str, source: str) -> Iterator[Fault]:
        """A field that must be what the shopper sees."""
        if not rules_fields.has(about.event, name):
            yield rules_fields.missing(self.case, name, [about])
        elif name == "value":
            yield from self._value_as_seen(about, source)
        elif name == "items":
            lines = self.truth.lines_of(about, source)
            if not lines:
                self._nobody_knows(about, name, source)
            yield from rules_truth.wrong_products(self.case, about, lines)
        else:
            wanted = self.truth.currency(about)
            if str(about.event.currency).upper() != wanted.text:
                yield rules_truth.wrong_currency(self.case, about, wanted)

    def _value_as_seen(self, about: Occurrence, source: str) -> Iterator[Fault]:
        value = number_of(about.event.value)
        if value is None:
            text = clip(str(about.event.value), 40)
            yield fault(
                "value_is_text",
                f"{self.case.event_name(about)} has the value “{text}”",
                [about],
                expected="a number such as 99.00",
                actual=f"“{text}”",
            )
            return
        known = self._amounts(about, source)
        if not known:
            self._nobody_knows(about, "value", source)
        elif not any(is_close(value, each.amount) for each in known):
            yield rules_truth.wrong_value(self.case, about, value, known)

    def _amounts(self, about: Occurrence, source: str) -> list[Amount]:
        if source == "items":
            total = own_sum(about.event)
            return [] if total is None else [Amount("the sum of its own products", total)]
        return self.truth.amounts_of(about, source)

    def _nobody_knows(self, about: Occurrence, name: str, source: str) -> None:
        words = {
            "cart": "the cart",
            "product": "the product",
            "items": "the prices of its products",
            "shop": "what the store itself says",
        }
        self.outcome.unjudged.append(f"{words[source]}, for the {name} of {about.what}")


def _times(wanted: Expectation | None) -> str:
    if wanted is None:
        return "at least once"
    if wanted.equals is not None:
        return {"0": "never", "1": "once"}.get(str(wanted.equals), f"{wanted.equals} times")
    return f"{said(wanted).removeprefix('be ')} times"
