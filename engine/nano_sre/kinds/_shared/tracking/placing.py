"""When each event happened and during which step: hits come later than what they tell of, often in the next step.

The event's own time says it best, then the store's own event that it answers, then the page it tells of; where none
of them says anything, it happened when it came.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from nano_sre.core.hits import ShopEvent, TrackedEvent
from nano_sre.core.result import StepReport
from nano_sre.kinds._shared.tracking.answering import answers
from nano_sre.kinds._shared.tracking.faults import Occurrence
from nano_sre.kinds._shared.tracking.pages import Pages
from nano_sre.kinds._shared.tracking.seen import Seen, bare

CLOCKS_DIFFER = 250  # ms by which a vendor's time may lie outside the visit and still be meant
SECOND = 1_000  # ms: vendors who send whole seconds leave open when in that second it was
SOON_AFTER = 5_000  # ms after a page was left in which what happened on it is still sent


class Placing:
    """Places the events of one visit."""

    def __init__(self, seen: Seen) -> None:
        self.steps = seen.steps
        self.pages = Pages(seen.loads)
        self._done = [i for i, step in enumerate(seen.steps) if step.state not in ("skipped", "not_reached")]
        self.shop_events = tuple(self._published(each) for each in seen.shop_events)
        self._began = seen.began_ms

    def placed(self, events: Sequence[TrackedEvent]) -> list[Occurrence]:
        """The events in the order in which they happened; `number` counts them as they came."""
        known = _began(events) if self._began is None else {}
        answered = answers(events, self.shop_events, pages=self.pages)
        made = [
            self._place(each, number, known.get(each.vendor, self._began), answered.get(number))
            for number, each in enumerate(events)
        ]
        return sorted(made, key=lambda each: (each.moment, each.sent, each.number))

    def _place(
        self, event: TrackedEvent, number: int, began: int | None, answered: ShopEvent | None
    ) -> Occurrence:
        sent, arrived = event.hit.at_ms, event.hit.step
        moment = self._own_time(event, began)
        if moment is not None:
            step = self.step_at(moment, arrived)
        elif answered is not None:
            moment, step = min(sent, answered.at_ms), min(arrived, answered.step)
        else:
            step = self._left_page(event, arrived)
            moment = sent if step == arrived else min(sent, _end(self.steps[step]))
        return Occurrence(event=event, number=number, moment=moment, sent=sent, step=step, answers=answered)

    def step_at(self, moment: int, latest: int) -> int:
        """The step during which something happened, -1 before the first; `latest` may still be at work."""
        step = max((i for i in self._done if self.steps[i].started_ms <= moment), default=-1)
        still = step == max(self._done, default=-1) and (step < 0 or moment >= _end(self.steps[step]))
        return latest if still and latest > step else min(step, latest)

    def _published(self, event: ShopEvent) -> ShopEvent:
        """The store's own event in the step during which it was published, not that in which we heard of it."""
        return replace(event, step=self.step_at(event.at_ms, event.step)) if event.at_ms else event

    def _own_time(self, event: TrackedEvent, began: int | None) -> int | None:
        """When it happened by the vendor's own time, in ms of the visit; None where that says nothing."""
        if event.happened_ms is None or began is None:
            return None
        sent, arrived = event.hit.at_ms, event.hit.step
        told = event.happened_ms - began
        if not -CLOCKS_DIFFER <= told <= sent + CLOCKS_DIFFER:
            return None
        told = max(0, min(told, sent))
        latest = min(told + SECOND - 1, sent)
        whole = event.happened_ms % SECOND == 0
        return None if whole and self.step_at(told, arrived) != self.step_at(latest, arrived) else told

    def _left_page(self, event: TrackedEvent, arrived: int) -> int:
        """The last step on the page that the event tells of, where a step has left that page since."""
        at = self.pages.last(_page_of(event), by=arrived)
        if at is None or at + 1 == len(self.pages.steps):
            return arrived
        came, left = self.pages.steps[at : at + 2]
        if 0 < left < len(self.steps) and self.steps[left].verb == "open":
            left = max(came, left - 1)  # who types an address does nothing more on the page before
        if not 0 <= left < min(arrived, len(self.steps)):
            return arrived
        return left if event.hit.at_ms - _end(self.steps[left]) <= SOON_AFTER else arrived


def _end(step: StepReport) -> int:
    return step.started_ms + step.duration_ms


def _page_of(event: TrackedEvent) -> str:
    """The page by the event's own word, else by the Referer where that is a whole address."""
    referer = event.hit.page
    return bare(event.page_url or (referer if referer.count("/") > 3 or "?" in referer else ""))


def _began(events: Iterable[TrackedEvent]) -> Mapping[str, int]:
    """When the visit began, in ms since 1970, by each vendor's clock: nothing is sent before it happens.

    For recordings that do not say it themselves.
    """
    found: dict[str, int] = {}
    for each in events:
        if each.happened_ms is not None:
            told = each.happened_ms - each.hit.at_ms
            found[each.vendor] = max(told, found.get(each.vendor, told))
    return found
