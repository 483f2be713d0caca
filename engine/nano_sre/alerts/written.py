"""Alerts as text that a database keeps, and back: a message says the same however late it is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar

from nano_sre.core.alert import Alert, AlertItem
from nano_sre.core.diagnosis import Cause

T = TypeVar("T")

_TIMES = frozenset({"at", "since", "until"})
_PARTS: Mapping[str, type[Any]] = {
    "items": AlertItem,
    "cause": Cause,
    "also_possible": Cause,
}


def write(alert: Alert) -> str:
    """The alert as JSON."""
    return json.dumps(_plain(alert), ensure_ascii=True, separators=(",", ":"))


def read(text: str) -> Alert:
    """The alert that `write` wrote."""
    return restored(Alert, json.loads(text))


def restored(cls: type[T], data: Mapping[str, Any]) -> T:
    """An alert, an item or a cause from plain data; what this program does not know is left out."""
    return cls(**{f.name: _value(f.name, data[f.name]) for f in fields(cls) if f.name in data})  # type: ignore[arg-type]


def _value(name: str, value: Any) -> Any:
    part = _PARTS.get(name)
    if isinstance(value, list):
        return tuple(restored(part, each) if part else each for each in value)
    if part and isinstance(value, dict):
        return restored(part, value)
    return datetime.fromisoformat(value) if name in _TIMES and isinstance(value, str) else value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, (Alert, AlertItem, Cause)):
        kept = ((f, getattr(value, f.name)) for f in fields(value))
        return {f.name: _plain(each) for f, each in kept if each != f.default}
    return value
