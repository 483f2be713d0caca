"""What only several events together show: sent twice, to two accounts, with one id for two things."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator

from nano_sre.kinds._shared.tracking.case import Case, clip
from nano_sre.kinds._shared.tracking.faults import Fault, Occurrence, fault
from nano_sre.kinds._shared.tracking.seen import bare
from nano_sre.kinds._shared.tracking.truth import Truth

TOGETHER = 2_000  # ms: nearer than this, two equal events may come from one cause
MOST_ACCOUNTS = 10  # that one message names
OF_A_PAGE = ("page_view", "view_item", "view_item_list", "search", "view_cart", "begin_checkout")
"""Events that a page sends when it is loaded; the others follow what the shopper does."""


def duplicates(case: Case, _truth: Truth) -> Iterator[Fault]:
    """One thing told more than once to one account."""
    for same in _groups(case.judged, _content):
        first = same[0]
        if first.event.canonical is None:
            continue
        for cluster in _clusters(same):
            if len(cluster) == 1:
                continue
            extra = len(cluster) - _occasions(case, cluster)
            if extra > 0:
                yield _told_again(case, cluster, extra)
    for same in _groups(case.judged, _order):
        if len(same) > 1:
            order = clip(str(same[0].event.order_id), 40)
            yield _told_again(case, same, len(same) - 1, f" for the order {order}")
    for same in _groups(case.judged, _identity):
        if len(same) > 1 and len({_content(each) for each in same}) == 1:
            yield _told_again(case, same, len(same) - 1, " with one event id")


def _told_again(case: Case, same: list[Occurrence], extra: int, more: str = "") -> Fault:
    times = "twice" if len(same) == 2 else f"{len(same)} times"
    return fault(
        "duplicate_events",
        f"{case.event_name(same[0])} was sent {times}{more}",
        same,
        expected="once" if len(same) - extra == 1 else f"{len(same) - extra} times",
        actual=times,
    )


def _groups(
    events: Iterable[Occurrence], key: Callable[[Occurrence], Hashable | None]
) -> Iterator[list[Occurrence]]:
    found: dict[Hashable, list[Occurrence]] = defaultdict(list)
    for each in events:
        known = key(each)
        if known is not None:
            found[known].append(each)
    yield from found.values()


def _content(about: Occurrence) -> Hashable:
    """What an event says, without what is another one each time it is sent."""
    event = about.event
    items = tuple((item.ids, item.quantity, item.price) for item in event.items)
    page = bare(event.page_url)
    return (event.vendor, event.account, event.name, event.value, event.currency, event.order_id, items, page)


def _order(about: Occurrence) -> Hashable | None:
    event = about.event
    return (
        (event.vendor, event.account, event.name, event.order_id)
        if event.order_id and about.what == "purchase"
        else None
    )


def _identity(about: Occurrence) -> Hashable | None:
    event = about.event
    return (event.vendor, event.account, event.name, event.event_id) if event.event_id else None


def _clusters(same: list[Occurrence]) -> Iterator[list[Occurrence]]:
    """Equal events of one step, or so near to each other that a step between them says nothing."""
    cluster: list[Occurrence] = []
    for each in same:
        if cluster and each.step != cluster[-1].step and each.moment - cluster[-1].moment > TOGETHER:
            yield cluster
            cluster = []
        cluster.append(each)
    if cluster:
        yield cluster


def _occasions(case: Case, cluster: list[Occurrence]) -> int:
    """How often the shopper gave reason for these events: loads of the page, or steps that do the same.

    What happened at the end of one step may be sent in the next, so that one counts, too.
    """
    steps = range(cluster[0].step - 1, cluster[-1].step + 1)
    if cluster[0].what in OF_A_PAGE:
        page = bare(cluster[0].event.page_url)
        return case.pages.times(page, steps) or len({each.step for each in cluster})
    verbs = Counter(
        case.steps[i].verb for i in steps if 0 <= i < len(case.steps) and case.steps[i].state != "skipped"
    )
    return max(1, *verbs.values()) if verbs else 1


def accounts(case: Case, _truth: Truth) -> Iterator[Fault]:
    """Accounts that the check does not name, and one event to two accounts where one is meant."""
    doubled: set[int] = set()
    for same in _groups(case.judged, _same_thing):
        known = {str(each.event.account): each for each in same if each.event.account is not None}
        ours = sum(case.is_ours(each) for each in known.values())
        allowed = case.accounts.get(same[0].vendor, ())
        if len(known) > 1 and (0 < ours < len(known) or not allowed):
            told = sorted(
                (each for each in same if each.event.account is not None), key=lambda each: each.number
            )
            doubled |= {each.number for each in told if not case.is_ours(each)}
            yield fault(
                "two_accounts",
                f"{case.event_name(same[0])} goes to the accounts {_some(known)}",
                told,
                expected=" or ".join(allowed) or "one account",
                actual=_some(known),
            )
    for about in case.judged:
        if not case.is_ours(about):
            account = clip(str(about.event.account), 40)
            wanted = " or ".join(case.accounts[about.vendor])
            yield fault(
                "unknown_ids",
                f"{case.name(about.vendor)} events go to the account {account}",
                [about],
                expected=wanted,
                actual=account,
                hint="Somebody else's account: is it an installation that was left behind?"
                if about.number in doubled
                else None,
            )


def _some(accounts: Iterable[str]) -> str:
    told = [clip(each, 40) for each in accounts]
    more = len(told) - MOST_ACCOUNTS
    return " and ".join(told if more <= 0 else [*told[:MOST_ACCOUNTS], f"{more:,} more"])


def _same_thing(about: Occurrence) -> Hashable | None:
    """What one occasion tells one vendor, whichever account it goes to."""
    if about.event.canonical is None:
        return None
    event = about.event
    page = bare(event.page_url)
    return (event.vendor, event.name, about.step, page, event.order_id)


def event_ids(case: Case, _truth: Truth) -> Iterator[Fault]:
    """One event id for two different events."""
    for same in _groups(case.judged, _identity):
        if len({_content(each) for each in same}) > 1:
            first = same[0]
            yield fault(
                "event_id_not_unique",
                f"{case.event_name(first)} has the event id {clip(str(first.event.event_id), 40)} for different events",
                same,
                expected="an id of its own for each",
                actual=clip(str(first.event.event_id), 60),
            )


def ids_between(case: Case, _truth: Truth) -> Iterator[Fault]:
    """The same event with different ids at different vendors."""
    for rounds in case.paired:
        told = [each for each in rounds if each.event.event_id]
        if len({each.event.event_id for each in told}) > 1:
            yield differing_ids(case, told[0], told)


def differing_ids(case: Case, about: Occurrence, told: list[Occurrence], **more: object) -> Fault:
    """The fault of one event whose id is not that of another vendor's."""
    said = ", ".join(f"{case.name(each.vendor)} {clip(str(each.event.event_id), 40)}" for each in told)
    return fault(
        "event_id_differs_between_pixels",
        f"Pixels tell of {about.what} by different event ids: {said}",
        told,
        expected="the same event id",
        actual=said,
        **more,
    )
