"""What a visit shows to those who watch it: pages, errors, requests. Plain data; kinds judge it, runtime collects it.

`step` is the index of the step during which something happened, -1 before the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Record = Literal["vitals", "liquid", "hosts", "console", "requests", "hits", "shop_events", "carts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a watcher needs of a visit.

    `records` is what has to be listened for: nothing is collected that nobody asks for. `loads` is how often every
    page is loaded for a median; each further time is a visit of its own in a fresh context, seen only by those who ask.
    `patience` is how many seconds the last page stays open at most for what a watcher still waits for (`is_waiting`).
    """

    records: frozenset[Record] = frozenset()
    loads: int = 1
    patience: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LiquidError:
    """A message of the template language that ended up in a page. `template` is as the message says it."""

    text: str
    template: str | None = None
    visible: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLoad:
    """One document of the visit's window. `measures` holds LCP, FCP, TTFB and INP in milliseconds, and CLS.

    What could not be measured is missing from `measures`; `about` says for LCP, CLS and INP what on the page it was.
    """

    url: str
    step: int = -1
    measures: Mapping[str, float] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    interactions: int = 0
    reported: bool = False  # whether the page told its measures before it was gone
    liquid: tuple[LiquidError, ...] = ()
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleError:
    """A console error or an uncaught exception, and the script it came from (an address, perhaps with a line)."""

    text: str
    page: str
    source: str = ""
    line: int | None = None
    uncaught: bool = False
    own: bool = True  # from the store's own hosts, or from somebody else's
    step: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedRequest:
    """A resource that a page asked for and did not get. `what` is “image “Size chart””, “script”, “request” …"""

    url: str
    reason: str
    page: str
    what: str = "request"
    own: bool = True
    step: int = -1
