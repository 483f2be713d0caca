"""Results as JSON text, and back."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import Any, TypeVar

from nano_sre.core.diagnostics import Span
from nano_sre.core.hits import (
    Decoded,
    Heard,
    Hit,
    HostAsked,
    JudgedHit,
    TrackedEvent,
    TrackedItem,
)
from nano_sre.core.result import (
    Artifact,
    Attempt,
    Finding,
    Measure,
    Patch,
    Sighting,
    StepReport,
    WatchReport,
)

T = TypeVar("T")

MAX_TEXT = (
    20_000  # characters of one text; a page that prints a megabyte to its console must not fill the disk
)
MAX_ITEMS = 1_000  # of one list

_NESTED: Mapping[str, type] = {
    "span": Span,
    "finding": Finding,
    "findings": Finding,
    "patch": Patch,
    "frame": Artifact,
    "artifacts": Artifact,
    "steps": StepReport,
    "attempts": Attempt,
    "watched": WatchReport,
    "measures": Measure,
    "sightings": Sighting,
    "hits": JudgedHit,
    "decoded": Decoded,
    "hit": Hit,
    "events": TrackedEvent,
    "items": TrackedItem,
    "heard": Heard,
    "other_hosts": HostAsked,
}


def iso(when: datetime) -> str:
    """UTC text of fixed width, which sorts as time does. A time without zone counts as UTC."""
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="microseconds")


def from_iso(text: str) -> datetime:
    """The time in a row, also in one that the owner wrote without a zone."""
    when = datetime.fromisoformat(text)
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def clean(text: str) -> str:
    """Text that every database takes: no NUL, no half of a surrogate pair, of bounded length."""
    bounded = text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "…"
    return bounded.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


def dumps(value: object) -> str:
    """Compact JSON of plain data; only lone surrogates are replaced, so that any database stores it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "replace").decode()


def loads(text: str | None) -> Any:
    """The data of a JSON column; a row that somebody damaged by hand reads as its text."""
    try:
        return json.loads(text or "null")
    except ValueError:
        return text


def plain(value: Any) -> Any:  # noqa: PLR0911 - one line per type reads best
    """Data that JSON can hold: dataclasses without their defaults, bytes as their size, the rest as text."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"<{len(value)} bytes>"
    if isinstance(value, Mapping):
        return {clean(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, AbstractSet)):
        return [plain(item) for item in list(value)[:MAX_ITEMS]]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _fields(value)
    return clean(str(value))


def _fields(value: Any) -> dict[str, Any]:
    """A passing step has a dozen fields at their default: left out, a row stays near one kilobyte."""
    kept = ((f, getattr(value, f.name)) for f in dataclasses.fields(value))
    return {f.name: plain(item) for f, item in kept if item != f.default and not _is_made(f, item)}


def _is_made(field: dataclasses.Field[Any], item: object) -> bool:
    """Whether it is what the field's factory makes: an empty mapping."""
    return field.default_factory is not dataclasses.MISSING and item == field.default_factory()


def restore(cls: type[T], data: Mapping[str, Any]) -> T:
    """The dataclass that `plain` wrote; fields that this program does not know are left out."""
    names = (f.name for f in dataclasses.fields(cls) if f.name in data)  # type: ignore[arg-type]
    return cls(**{name: _value(name, data[name]) for name in names})


def _value(name: str, value: Any) -> Any:
    nested = _NESTED.get(name)
    if isinstance(value, list):
        return tuple(restore(nested, item) if nested else item for item in value)
    return restore(nested, value) if nested and isinstance(value, dict) else value
