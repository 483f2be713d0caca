"""What is wrong with one event by itself: what it lacks, how it is written, what should not be in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from nano_sre.core.hits import TrackedEvent
from nano_sre.kinds._shared.tracking.case import VALUED, Case, clip, is_text, number_of, own_sum
from nano_sre.kinds._shared.tracking.faults import Fault, Occurrence, fault
from nano_sre.kinds._shared.tracking.truth import Truth

MISSING = {
    "value": ("missing_value", "no value"),
    "currency": ("missing_currency", "no currency"),
    "items": ("missing_items", "no products"),
    "order_id": ("missing_order_id", "no order number"),
    "event_id": ("missing_event_id", "no event id"),
}
_SANDBOX = re.compile(r"/(wpm|web-pixels?)@|/web-pixel-[^/]*@|^(about|blob|data):", re.IGNORECASE)
_MAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@((?:[a-z0-9-]{1,63}\.){1,6})([a-z]{2,24})(?![\w@-])", re.IGNORECASE | re.ASCII
)
_FILES = frozenset(
    [
        "png",
        "jpg",
        "jpeg",
        "gif",
        "svg",
        "webp",
        "avif",
        "css",
        "js",
        "mjs",
        "json",
        "map",
        "ico",
        "woff",
        "ttf",
        "mp4",
        "html",
        "htm",
        "php",
        "min",
    ]
)
LONGEST = 20_000


def lacking(case: Case, about: Occurrence) -> Iterator[str]:
    """What the vendor needs of this event and did not get: our words for facts, or parameters of its own."""
    vendor = case.vendors.get(about.vendor)
    needed = vendor.required.get(about.what, ()) if vendor else ()
    names = [name for name in needed if not has(about.event, name)]
    if "items" in names:  # a parameter that describes the products is not missed for itself
        names = [name for name in names if name in MISSING]
    yield from names


def has(event: TrackedEvent, name: str) -> bool:
    """Whether an event holds a fact or a parameter."""
    if name == "items":
        return any(item.ids or item.name for item in event.items)
    if name in ("value", "currency", "order_id", "event_id", "account", "page_url"):
        return bool(getattr(event, name))
    return bool(event.fields.get(name))


def missing(case: Case, name: str, about: list[Occurrence], **more: object) -> Fault:
    """The fault of events that lack something."""
    word, said = MISSING.get(name, ("missing_field", f"no “{name}”"))
    return fault(
        word,
        f"{case.event_name(about[0])} has {said}",
        about,
        expected=said.removeprefix("no "),
        actual="nothing",
        **more,
    )


def missing_fields(case: Case, _truth: Truth) -> Iterator[Fault]:
    """What vendors need, in every event they got."""
    for about in case.judged:
        if about.event.canonical is not None:
            for name in lacking(case, about):
                yield missing(case, name, [about])


def missing_event_ids(case: Case, _truth: Truth) -> Iterator[Fault]:
    """Events without an id at vendors that know events by their ids."""
    for about in case.judged:
        vendor = case.vendors.get(about.vendor)
        if about.what in VALUED and vendor and vendor.event_id and not about.event.event_id:
            yield missing(case, "event_id", [about])


def values(case: Case, truth: Truth) -> Iterator[Fault]:
    """Values that are words or nothing."""
    for about in case.judged:
        event = about.event
        if event.canonical is None or event.value is None:
            continue
        if is_text(event):
            why = "as text" if number_of(event.value) is not None else "which is no plain number"
            yield fault(
                "value_is_text",
                f"{case.event_name(about)} has the value “{clip(event.value, 40)}”, {why}",
                [about],
                expected="a number such as 99.00",
                actual=f"“{clip(event.value, 40)}”",
            )
        elif number_of(event.value) == 0 and about.what in VALUED and _is_worth_something(about, truth):
            yield fault(
                "zero_value",
                f"{case.event_name(about)} has the value 0",
                [about],
                expected="what it is worth",
                actual="0",
            )


def _is_worth_something(about: Occurrence, truth: Truth) -> bool:
    amounts = truth.amounts(about)
    if amounts:
        return all(each.amount > 0 for each in amounts)
    own = own_sum(about.event)
    return own is None or own > 0


def tests(case: Case, _truth: Truth) -> Iterator[Fault]:
    """Hits that were sent as tests, not by us."""
    for about in case.judged:
        if about.event.test and about.event.hit.fate != "marked":
            yield fault("test_mode_left_on", f"{case.event_name(about)} is sent in test mode", [about])


def page_urls(case: Case, _truth: Truth) -> Iterator[Fault]:
    """Hits that tell of a sandbox in place of the page."""
    for about in case.judged:
        url = about.event.page_url
        if url and _SANDBOX.search(url[:LONGEST]):
            yield fault(
                "wrong_page_url",
                f"{case.event_name(about)} names the pixel's sandbox in place of the page",
                [about],
                expected="the address of the page",
                actual=clip(url, 100),
            )


def personal(case: Case, _truth: Truth) -> Iterator[Fault]:
    """Mail addresses in what was sent. Who only hears of known shoppers is told them on purpose."""
    for about in case.judged:
        if case.only_known(about.vendor) or (not case.waits(about.vendor) and about.vendor == "shopify"):
            continue
        found = next(_mails(about.event), None)
        if found is not None:
            where, mail = found
            yield fault(
                "personal_data", f"{case.event_name(about)} holds the mail address {mail} in {where}", [about]
            )


def _mails(event: TrackedEvent) -> Iterator[tuple[str, str]]:
    places: Iterable[tuple[str, str]] = (
        ("the page's address", event.page_url or ""),
        *((f"“{clip(key, 40)}”", value) for key, value in list(event.fields.items())[:500]),
        ("its own address", event.hit.url),
    )
    for where, text in places:
        mail = find_mail(text)
        if mail is not None:
            yield where, mail


def find_mail(text: str) -> str | None:
    """The first mail address in a text, masked; None when there is none."""
    text = text[:LONGEST]
    if "@" not in text and "%" not in text:
        return None
    for _ in range(3):  # an address in an address is quoted twice
        for found in _MAIL.finditer(text):
            if found[2].lower() not in _FILES and re.search("[a-z]", found[1], re.IGNORECASE):
                return f"{found[0][0]}…@{found[1]}{found[2]}"
        unquoted = unquote(text)
        if unquoted == text:
            return None
        text = unquoted
    return None


def unreadable(case: Case, _truth: Truth) -> Iterator[Fault]:
    """Hits that nobody can read."""
    for each in case.decoded:
        if each.vendor is None or not each.trouble or (case.accounts and each.vendor not in case.accounts):
            continue
        if 0 <= len(each.hit.body) < each.hit.length:
            continue  # the sink kept a part of it: that is ours
        yield Fault(
            word="unreadable_hit",
            vendor=each.vendor,
            what="hit",
            says=f"A hit to {case.name(each.vendor)} cannot be read: {clip(each.trouble[0], 160).rstrip('.')}",
            hits=(each.hit.number,),
            evidence=(
                f"hit {each.hit.number}: {each.hit.method} {clip(each.hit.url.partition('?')[0], 120)}",
            ),
        )
