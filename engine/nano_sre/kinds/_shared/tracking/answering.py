"""Which of the store's own events each vendor's event answers."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from operator import attrgetter

from nano_sre.core.hits import ShopEvent, TrackedEvent
from nano_sre.core.values import frozen_row
from nano_sre.kinds._shared.tracking.seen import bare
from nano_sre.kinds._shared.tracking.truth import SHOP_NAMES, Line, is_same, shop_lines

SOON = 1_000  # ms that a vendor may hear of something before the store itself tells of it
LONGEST = 30_000  # ms after the store's word in which a vendor's is still an answer to it
MOVED = 10_000  # ms by which an answer may have been overtaken by the store's next word of the same kind
MOST = 50  # words of the store, and answers to one of them, that are told apart
AT_ONCE = 2_000  # ms between two copies of one event; a page that is opened again later tells anew


def answers(
    events: Sequence[TrackedEvent], shop_events: Sequence[ShopEvent], *, pages: Container[str]
) -> Mapping[int, ShopEvent]:
    """The store's event that each event answers, by the event's index; `pages` are the addresses that were opened.

    A vendor answers every word of the store once. What it says again is a copy, or has a cause of which the store said
    nothing.
    """
    groups: dict[tuple[str, str | None, str], list[int]] = defaultdict(list)
    for number, each in enumerate(events):
        if each.canonical is not None:
            groups[each.vendor, each.account, each.canonical].append(number)
    by_name: dict[str, list[ShopEvent]] = defaultdict(list)
    for said in sorted(shop_events, key=lambda e: e.at_ms):
        by_name[SHOP_NAMES.get(said.name, "")].append(said)
    words = {what: [_Word.of(each) for each in shops] for what, shops in by_name.items()}
    found: dict[int, ShopEvent] = {}
    for (_, _, what), numbers in groups.items():
        shops = by_name.get(what, [])
        for at, several in _shared(
            words.get(what, ()), {number: events[number] for number in numbers}, pages
        ).items():
            first = events[several[0]]
            soon = first.hit.at_ms + AT_ONCE
            same = (n for n in several[1:] if _is_copy(events[n], first) and events[n].hit.at_ms <= soon)
            found |= dict.fromkeys((several[0], *same), shops[at])
    return found


def _shared(
    words: Sequence[_Word], events: Mapping[int, TrackedEvent], pages: Container[str]
) -> Mapping[int, list[int]]:
    """The events of one vendor and name that answer each of the store's, as they came."""
    fitting = {number: _fitting(each, words, pages) for number, each in events.items()}
    made: dict[int, list[int]] = defaultdict(list)
    for number in sorted((n for n in events if fitting[n]), key=lambda n: (events[n].hit.at_ms, n)):
        made[fitting[number][-1]].append(number)
    later = -1
    met = {each for several in fitting.values() for each in several}
    for at in sorted(met, reverse=True):  # one that came late may look like the answer to the next
        several = made.get(later, ())
        if at not in made and 1 < len(several) <= MOST:
            last = events[several[-1]]
            moved = [
                number
                for number in several[:-1]
                if at in fitting[number]
                and events[number].hit.at_ms - words[at].at_ms <= MOVED
                and not _is_copy(events[number], last)
            ]
            if moved:
                made[at], made[later] = moved, [number for number in several if number not in moved]
        later = at if at in made else later
    return made


@frozen_row
class _Word:
    """One of the store's own events as it is compared."""

    at_ms: int
    id: str
    page: str
    lines: tuple[Line, ...]

    @staticmethod
    def of(event: ShopEvent) -> _Word:
        return _Word(event.at_ms, event.id, bare(event.page), tuple(shop_lines(event.data)))


def _fitting(event: TrackedEvent, words: Sequence[_Word], pages: Container[str]) -> Sequence[int]:
    """Those of the store's events that it may answer, by their indices: of too many, the last."""
    sent, page = event.hit.at_ms, bare(event.page_url)
    end = bisect_right(words, sent + SOON, key=attrgetter("at_ms"))
    found = [i for i in range(max(0, end - MOST), end) if sent - words[i].at_ms <= LONGEST]
    if page in pages:
        found = [i for i in found if words[i].page in ("", page)]
    by_id = [i for i in found if words[i].id and words[i].id == event.event_id]
    return by_id or [i for i in found if _is_about(event, words[i])] or found


def _is_about(event: TrackedEvent, word: _Word) -> bool:
    """Whether both tell of one product."""
    return any(is_same(item, line) for item in event.items for line in word.lines)


def _is_copy(one: TrackedEvent, other: TrackedEvent) -> bool:
    """Whether two events say of themselves that they are one."""
    return (one.event_id is not None and one.event_id == other.event_id) or (
        one.order_id is not None and one.order_id == other.order_id
    )
