"""A visit's tracking as a file of JSON lines: all that it was judged by, so that it can be judged again.

The first line is the head (`{"nano_sre": "hits", "version": 1, …}`); every other line is a mapping of one key, which
says what the line holds: `step`, `load`, `hit`, `other_host`, `shop_event`, `cart`, `banner`, `failed` or `saved`.
Bodies are text where they are UTF-8, else base64. Unknown keys are left for later versions to mean something.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, get_origin, get_type_hints

from nano_sre.core.fields import Money
from nano_sre.core.hits import BannerAnswered, CartSeen, Hit, HostAsked, ShopEvent
from nano_sre.core.program import Market
from nano_sre.core.result import StepReport
from nano_sre.core.values import frozen
from nano_sre.core.watch import FailedRequest, PageLoad
from nano_sre.kinds._shared.tracking.seen import Seen, StoreSeen

VERSION = 1
LONGEST_LINE = 40_000_000  # characters: a hit's body is at most some megabytes


class BrokenRecording(ValueError):
    """A file is no recording, or one that cannot be read. The message is for people; `line` counts from 1."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


@frozen
class Recording:
    """A visit as it was recorded. `checks` are the ids of the pixel checks that judged it, `target` its target."""

    seen: Seen
    target: str = ""
    checks: tuple[str, ...] = ()
    device: str = ""


def written(recording: Recording) -> Iterator[str]:
    """The lines of a recording, without line ends."""
    seen = recording.seen
    yield _line(
        nano_sre="hits",
        version=VERSION,
        target=recording.target,
        checks=list(recording.checks),
        device=recording.device,
        store=_store(seen.store),
        consent=seen.consent,
        own=seen.own,
        began_ms=seen.began_ms,
    )
    for step in seen.steps:
        kept = ("title", "verb", "state", "started_ms", "duration_ms")
        yield _line(step={name: getattr(step, name) for name in kept})
    yield from (_line(load=_plain(load, "url", "step", "hosts")) for load in seen.loads)
    yield from (_line(saved={name: _value(value)}) for name, value in seen.saved.items())
    yield from (_line(cart=_plain(cart)) for cart in seen.carts)
    yield from (_line(shop_event=_plain(event)) for event in seen.shop_events)
    if seen.banner is not None:
        yield _line(banner=_plain(seen.banner))
    yield from (_line(failed=_plain(each)) for each in seen.failed)
    yield from (_line(other_host=_plain(host)) for host in seen.other_hosts)
    yield from (_line(hit=_hit(hit)) for hit in seen.hits)


def read(lines: Iterable[str]) -> Recording:
    """A recording from its lines. Raises `BrokenRecording`."""
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    number, first = next(numbered, (1, ""))
    try:
        head = _mapping(first, number)
    except BrokenRecording:
        head = {}
    if head.get("nano_sre") != "hits":
        raise BrokenRecording("this is neither a recording of hits nor a HAR", number)
    version = head.get("version")
    if not isinstance(version, int) or version > VERSION:
        raise BrokenRecording(f"it was written by a newer Nano-SRE (version {version} of the file)", number)
    found: dict[str, list[Any]] = {key: [] for key in _READERS}
    for number, line in numbered:
        for key, given in _mapping(line, number).items():
            if key in _READERS:
                try:
                    found[key].append(_READERS[key](given))
                except (TypeError, ValueError, KeyError, AttributeError) as error:
                    raise BrokenRecording(f"“{key}” cannot be read: {error}", number) from None
    return _recording(head, found)


def _recording(head: Mapping[str, Any], found: Mapping[str, list[Any]]) -> Recording:
    try:
        given = head["store"]
        market = given["market"]
        store = StoreSeen(
            id=str(given["id"]),
            host=str(given["host"]),
            market_id=str(given["market_id"]),
            market=Market(**{key: market[key] for key in ("currency", "locale", "path", "country")}),
        )
    except (TypeError, KeyError) as error:
        raise BrokenRecording(f"the first line does not tell the store: {error}") from None
    consent = head.get("consent")
    return Recording(
        target=str(head.get("target", "")),
        checks=tuple(map(str, head.get("checks") or ())),
        device=str(head.get("device", "")),
        seen=Seen(
            store=store,
            consent=consent if consent in ("accept", "refuse", "leave") else "accept",
            own=bool(head.get("own")),
            steps=tuple(found["step"]),
            loads=tuple(found["load"]),
            hits=tuple(found["hit"]),
            other_hosts=tuple(found["other_host"]),
            shop_events=tuple(found["shop_event"]),
            carts=tuple(found["cart"]),
            banner=found["banner"][-1] if found["banner"] else None,
            failed=tuple(found["failed"]),
            saved={name: value for each in found["saved"] for name, value in each.items()},
            began_ms=began if type(began := head.get("began_ms")) is int else None,
        ),
    )


def _line(**said: Any) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"), default=str)


def _plain(thing: Any, *names: str) -> dict[str, Any]:
    return {each.name: getattr(thing, each.name) for each in fields(thing) if not names or each.name in names}


def _store(store: StoreSeen) -> dict[str, Any]:
    market = store.market
    told = {
        "currency": market.currency,
        "locale": market.locale,
        "path": market.path,
        "country": market.country,
    }
    return {"id": store.id, "host": store.host, "market_id": store.market_id, "market": told}


def _hit(hit: Hit) -> dict[str, Any]:
    told = {name: value for name, value in _plain(hit).items() if name != "body"}
    try:
        return {**told, "body": hit.body.decode("utf-8")}
    except UnicodeDecodeError:
        return {**told, "base64": base64.b64encode(hit.body).decode("ascii")}


def _value(value: Any) -> Any:
    """A saved value with its type: an amount stays one."""
    if isinstance(value, Money):
        return {"money": str(value.amount), "currency": value.currency}
    if isinstance(value, Decimal):
        return {"number": str(value)}
    return value if isinstance(value, (str, int, float, bool)) or value is None else {"json": value}


def _saved(given: Mapping[str, Any]) -> dict[str, Any]:
    return {str(name): _saved_value(value) for name, value in given.items()}


def _saved_value(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    try:
        if "money" in value:
            return Money(Decimal(str(value["money"])), str(value["currency"]))
        if "number" in value:
            return Decimal(str(value["number"]))
    except InvalidOperation:
        raise ValueError(f"{value} is no number") from None
    return value.get("json")


def _read_hit(given: Mapping[str, Any]) -> Hit:
    known = {each.name for each in fields(Hit)} - {"body"}
    told = {name: value for name, value in given.items() if name in known}
    body = (
        base64.b64decode(given["base64"], validate=True)
        if "base64" in given
        else str(given.get("body", "")).encode()
    )
    return Hit(body=body, **_typed(Hit, told))


def _reader(cls: Any, **made: Callable[[Any], Any]) -> Callable[[Mapping[str, Any]], Any]:
    known = {each.name for each in fields(cls)}

    def reads(given: Mapping[str, Any]) -> Any:
        told = {k: made[k](v) if k in made else v for k, v in given.items() if k in known}
        return cls(**_typed(cls, told))

    return reads


@cache
def _hints(cls: Any) -> dict[str, Any]:
    return get_type_hints(cls)


def _typed(cls: Any, told: dict[str, Any]) -> dict[str, Any]:
    """The fields of a class as they must be. Raises `TypeError`: a file may have been written by hand."""
    hints = _hints(cls)
    for name, value in told.items():
        asked = hints[name]
        wanted = get_origin(asked) or asked
        if wanted in (int, str, dict, Mapping) and (not isinstance(value, wanted) or isinstance(value, bool)):
            raise TypeError(f"“{name}” is {value!r:.40}")
    return told


_READERS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "step": _reader(StepReport),
    "load": _reader(PageLoad, hosts=tuple),
    "hit": _read_hit,
    "other_host": _reader(HostAsked),
    "shop_event": _reader(ShopEvent),
    "cart": _reader(CartSeen),
    "banner": _reader(BannerAnswered),
    "failed": _reader(FailedRequest),
    "saved": _saved,
}


def _mapping(line: str, number: int) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise BrokenRecording("the line is longer than any that is written", number)
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BrokenRecording(f"the line is no JSON: {error}", number) from None
    if not isinstance(found, dict):
        raise BrokenRecording("the line is no JSON mapping", number)
    return found
