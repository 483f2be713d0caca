"""What alerters make of an answer: sent, to be tried again, or wrong for good."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from nano_sre.core.alert import Reply, Sent

PASSING = frozenset({408, 425, 429})  # refusals that say “later”
LONGEST_WAIT = 6 * 3_600.0
LONGEST_WORDS = 200


def sent(
    reply: Reply, *, at: datetime, ref: Mapping[str, str] | None = None, words: str | None = None
) -> Sent:
    """An answer by its status: 2xx is sent; 429, 408 and 5xx may pass; what else it is will not.

    `words` are the service's own, where they are no plain text; `at` is now, for dates in `Retry-After`.
    """
    if 200 <= reply.status < 300:
        return Sent(ok=True, detail=f"HTTP {reply.status}", ref=ref)
    said = " ".join((reply.text if words is None else words).split())[:LONGEST_WORDS]
    detail = f"HTTP {reply.status}: {said}" if said else f"HTTP {reply.status}"
    passing = reply.status >= 500 or reply.status in PASSING
    return Sent(ok=False, detail=detail, permanent=not passing, retry_after=retry_after(reply, at=at))


def retry_after(reply: Reply, *, at: datetime) -> float | None:
    """How many seconds the service asks us to wait: its header, in seconds or as a date, or `retry_after` in JSON."""
    header = reply.headers.get("retry-after", "").strip()
    waits = (_number(header), _until(header, at), _number(body(reply).get("retry_after")))
    wait = next((each for each in waits if each is not None), None)
    return None if wait is None else min(max(wait, 0.0), LONGEST_WAIT)


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _until(header: str, at: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - at).total_seconds()


def body(reply: Reply) -> dict[str, Any]:
    """The answer as a JSON object; an empty one when it is none."""
    try:
        read = json.loads(reply.text)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
