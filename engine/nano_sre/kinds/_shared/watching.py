"""What watchers share: counts judged page by page, and how pages are named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlsplit

from nano_sre.core.result import Finding, Sighting
from nano_sre.core.watcher import WatchedVisit
from nano_sre.kinds._shared.compare import Expectation, Limit, Verdict, judge

T = TypeVar("T")

NONE_AT_ALL = Expectation(at_most=Limit(fail="0"))
MOST_EVIDENCE = 8
_TOKEN = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9_~]{18,}")
_CHECKOUT = re.compile(r"(.*/(?:checkouts/(?:[a-z]{1,3}/)?|orders/))[\w~-]{16,}(?=/|$)")


def page_of(url: str) -> str:
    """A page as reports name it: its path without what is another one for every shopper, such as a checkout's token."""
    path = urlsplit(url).path or "/"
    found = _CHECKOUT.match(path)
    if found is not None:  # its tokens may look like a product's handle, with hyphens
        path = f"{found[1]}…{path[found.end() :]}"
    return "/".join("…" if _TOKEN.fullmatch(part) else part for part in path.split("/"))


def address_on(page: str, url: str) -> str:
    """An address as reports name it: without the host where it is the page's own."""
    there, parts = urlsplit(page), urlsplit(url)
    if parts.netloc != there.netloc:
        return url
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def by_page(things: Iterable[T], page: Callable[[T], str]) -> dict[str, list[T]]:
    """Things by the page they were seen on, in the order of the visit."""
    found: dict[str, list[T]] = {}
    for each in things:
        found.setdefault(page(each), []).append(each)
    return found


def judged(expectation: Expectation, actual: Any, visit: WatchedVisit) -> Verdict:
    """A value judged by the one assertion grammar."""
    return judge(expectation, actual, value=visit.value, locale=visit.store.market.locale)


def too_many(
    verdict: Verdict, lines: Sequence[str], *, code: str, noun: str, summary: str, hint: str | None = None
) -> Finding:
    """The finding of a count that is not as it should be; `lines` say what was counted, `noun` names one of it."""
    more = len(lines) - MOST_EVIDENCE
    evidence = (*lines[:MOST_EVIDENCE], *([f"… and {more} more"] if more > 0 else []))
    return Finding(
        code=code,
        summary=summary,
        expected=f"{verdict.expected} {noun}s",
        actual=plural(int(verdict.actual), noun) if verdict.actual.isdigit() else verdict.actual,
        hint=hint,
        evidence=evidence,
        warn=verdict.status == "warn",
    )


def is_ignored(texts: Iterable[str], ignore: Sequence[str]) -> bool:
    """Whether one of the texts (a message, an address) holds one of the words to ignore; capitals do not matter."""
    folded = [text.casefold() for text in texts]
    return any(word.casefold() in text for word in ignore for text in folded)


def told_once(sightings: Iterable[Sighting]) -> tuple[Sighting, ...]:
    """The same thing on the same page and step, once, with how often it was seen."""
    seen: dict[tuple[Any, ...], int] = {}
    for each in sightings:
        key = (each.text, each.step, each.page, each.counted)
        seen[key] = seen.get(key, 0) + 1
    return tuple(
        Sighting(
            text=text if times == 1 else f"{text} ({times} times)", step=step, page=page, counted=counted
        )
        for (text, step, page, counted), times in seen.items()
    )


def step_of(index: int) -> int | None:
    """A step's index as a sighting says it."""
    return index if index >= 0 else None


def plural(count: int, one: str) -> str:
    return f"{count} {one}" if count == 1 else f"{count} {one}s"


def in_words(counts: Mapping[str, int], noun: str, *, none: str) -> str:
    """“2 errors on /cart, 1 error on /”."""
    said = [f"{plural(count, noun)} on {page}" for page, count in counts.items() if count]
    return ", ".join(said) or none
