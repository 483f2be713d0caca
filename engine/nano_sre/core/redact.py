"""Keeps secret values out of everything that leaves the process, in any encoding we can foresee."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar
from urllib.parse import quote, quote_plus

MASK = "••••"
LEFT_IN_URLS = (
    "",
    "/",
    "!'()*",  # encodeURIComponent
    "!$%&'()*+,-./:;=?@[\\]^_`{|}~",  # what browsers leave as it is in a query,
    "!$%&()*+,-./:;=?@[\\]^_`{|}~",  # in a query of http,
    "!$%&'()*+,-./:;=@[\\]_|~",  # and in a path
)
SHORTEST = 4  # a shorter "secret" would blank out ordinary words everywhere

T = TypeVar("T")


def _base64_cores(raw: bytes) -> Iterable[str]:
    """The part of a value's base64 that does not depend on its neighbours, for the three possible alignments."""
    for shift in range(3):
        padded = base64.b64encode(b"\0" * shift + raw).decode()
        start = (0, 2, 3)[shift]
        end = len(padded) - (0, 3, 2)[(shift + len(raw)) % 3]
        core = padded[start:end]
        if len(core) >= SHORTEST:
            yield core
            yield core.replace("+", "-").replace("/", "_")


def _in_urls(text: str) -> set[str]:
    form = quote_plus(text, safe="*")
    found = {quote(text, safe=safe) for safe in LEFT_IN_URLS}
    found |= {quote_plus(text), form, form.replace("~", "%7E")}
    return found | {re.sub(r"%[0-9A-F]{2}", lambda m: m[0].lower(), each) for each in found}


def encodings(value: str) -> set[str]:
    """Every spelling of a value that is masked: as is, URL (also a URL in a URL), form, HTML, JSON, base64 and hex."""
    raw = value.encode()
    once = _in_urls(value)
    found = {
        value,
        *once,
        *(twice for each in once for twice in _in_urls(each)),
        *(html.escape(value, quote=quoted) for quoted in (True, False)),
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        raw.hex(),
        raw.hex().upper(),
        *_base64_cores(raw),
    }
    return {text for text in found if len(text) >= SHORTEST}


class Redactor:
    """Masks the secret values it was told of. Knows nothing about where they go."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._spellings: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self._bytes: re.Pattern[bytes] | None = None
        for value in values:
            self.add(value)

    def add(self, value: str) -> None:
        """From now on this value is a secret. Values shorter than four characters are not masked."""
        new = encodings(value) - self._spellings if len(value) >= SHORTEST else set()
        if new:
            self._spellings |= new
            longest_first = sorted(self._spellings, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))
            self._bytes = re.compile(b"|".join(re.escape(s.encode()) for s in longest_first))

    @property
    def knows_any(self) -> bool:
        return self._pattern is not None

    def text(self, text: str) -> str:
        return self._pattern.sub(MASK, text) if self._pattern else text

    def data(self, data: bytes) -> bytes:
        """Like `text`, for bytes of unknown encoding (trace members, logs)."""
        return self._bytes.sub(b"****", data) if self._bytes else data

    def deep(self, value: T) -> T:
        """A copy with every text masked: mappings (keys too), lists, tuples and dataclasses."""
        return self._deep(value) if self._pattern else value

    def _deep(self, value: Any) -> Any:
        if isinstance(value, str):
            masked = self.text(value)
            return value if masked == value else masked
        if isinstance(value, bytes):
            return self.data(value)
        if isinstance(value, Mapping):
            return {self._deep(k): self._deep(v) for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(self._deep(v) for v in value)
        if is_dataclass(value) and not isinstance(value, type):
            return replace(
                value, **{f.name: self._deep(getattr(value, f.name)) for f in fields(value) if f.init}
            )
        return value
