"""A browser's own recording of a visit (HAR) as something that can be judged: its pages, and the hits in it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from nano_sre.core.forms import Currency, Locale
from nano_sre.core.hits import Hit
from nano_sre.core.program import Market
from nano_sre.core.result import StepReport
from nano_sre.core.watch import FailedRequest, PageLoad
from nano_sre.kinds._shared.tracking.decode import Vendors
from nano_sre.kinds._shared.tracking.recording import BrokenRecording
from nano_sre.kinds._shared.tracking.seen import Seen, StoreSeen

UNKNOWN_MARKET = Market(currency=Currency(""), locale=Locale("en-US"))
"""Of a shop that nobody described: no currency can be wrong there."""


def is_har(document: Any) -> bool:
    """Whether JSON looks like a HAR."""
    return isinstance(document, Mapping) and isinstance(document.get("log"), Mapping)


def seen_in_har(document: Mapping[str, Any], *, decoder: Vendors, store: StoreSeen | None = None) -> Seen:
    """The pages and hits of a HAR; `store` is the shop where it is known. Raises `BrokenRecording`."""
    log = document["log"]
    entries = [each for each in _list(log.get("entries")) if isinstance(each, Mapping)]
    if not entries:
        raise BrokenRecording("the HAR holds no requests")
    began = min(_moment(each) for each in entries)
    pages = [each for each in _list(log.get("pages")) if isinstance(each, Mapping)]
    steps, loads = _pages(pages, entries, began)
    hits: list[Hit] = []
    failed: list[FailedRequest] = []
    for each in sorted(entries, key=_moment):
        at = int(_moment(each) - began)
        step = max((i for i, made in enumerate(steps) if made.started_ms <= at), default=-1)
        hit = _hit(each, number=len(hits) + 1, at=at, step=step)
        if hit is None or decoder.role(hit.method, hit.url) != "hit":
            continue
        if hit.status is None:
            reason = str(_under(each, "response").get("_error") or "there was no answer")
            failed.append(FailedRequest(url=hit.url, reason=reason, page=hit.page, own=False, step=step))
        else:
            hits.append(hit)
    host = urlsplit(loads[0].url).hostname or "" if loads else ""
    return Seen(
        store=store or StoreSeen(id=host or "shop", host=host, market_id="", market=UNKNOWN_MARKET),
        own=True,
        steps=tuple(steps),
        loads=tuple(loads),
        hits=tuple(hits),
        failed=tuple(failed),
        began_ms=int(began) or None,
    )


def _pages(
    pages: Iterable[Mapping[str, Any]], entries: list[Mapping[str, Any]], began: float
) -> tuple[list[StepReport], list[PageLoad]]:
    """A step for each page, by the request that brought it."""
    steps, loads = [], []
    for number, page in enumerate(pages):
        mine = sorted((each for each in entries if each.get("pageref") == page.get("id")), key=_moment)
        url = str(_under(mine[0], "request").get("url", "")) if mine else str(page.get("title", ""))
        started = int(_moment(page, began) - began)
        took = max((int(_moment(each) - began) - started for each in mine), default=0)
        steps.append(
            StepReport(
                title=f"Open {url[:200]}", verb="open", state="passed", started_ms=started, duration_ms=took
            )
        )
        loads.append(PageLoad(url=url, step=number))
    return steps, loads


def _hit(entry: Mapping[str, Any], *, number: int, at: int, step: int) -> Hit | None:
    request = _under(entry, "request")
    url = request.get("url")
    if not isinstance(url, str):
        return None
    headers = {
        str(each.get("name", "")).lower(): str(each.get("value", ""))
        for each in _list(request.get("headers"))
        if isinstance(each, Mapping)
    }
    posted = _under(request, "postData")
    body = _body(posted)
    status = _under(entry, "response").get("status")
    return Hit(
        number=number,
        method=str(request.get("method", "GET")),
        url=url,
        body=body,
        length=len(body),
        content_type=str(posted.get("mimeType") or headers.get("content-type", "")),
        page=headers.get("referer") or headers.get("origin", ""),
        at_ms=at,
        step=step,
        fate="delivered",
        status=status if isinstance(status, int) and status > 0 else None,
    )


def _body(posted: Mapping[str, Any]) -> bytes:
    """What was posted. Browsers write it unpacked, as text or, where it is none, in base64."""
    text = posted.get("text")
    if isinstance(text, str) and text:
        if posted.get("encoding") == "base64":
            try:
                return base64.b64decode(text, validate=True)
            except (binascii.Error, ValueError):
                return b""
        return text.encode("utf-8", errors="replace")
    pairs = [each for each in _list(posted.get("params")) if isinstance(each, Mapping)]
    return urlencode([(str(each.get("name", "")), str(each.get("value", ""))) for each in pairs]).encode()


def _moment(entry: Mapping[str, Any], otherwise: float = 0.0) -> float:
    """When something began, in ms since 1970."""
    try:
        return datetime.fromisoformat(str(entry.get("startedDateTime"))).timestamp() * 1000
    except ValueError:
        return otherwise


def _under(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = value.get(key)
    return found if isinstance(found, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
