"""Signed links in messages: whoever holds one may see one picture, or say that somebody is at some incidents.

They are signed with a key of the status page's own token, so they need no row, agree on every machine that has the
token, and end with it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import quote

from nano_sre.core.alert import Alert

Purpose = Literal["pictures", "acknowledge"]
"""What a link is for: the first part of its path, and part of what is signed."""

LASTS: dict[Purpose, timedelta] = {"pictures": timedelta(days=30), "acknowledge": timedelta(days=7)}


@dataclass(frozen=True, slots=True)
class Links:
    """Makes the links of messages. `address` is where people reach the status page."""

    address: str
    token: str = field(repr=False)

    def on(self, alert: Alert, *, alerter: str) -> Alert:
        """The alert with its links. They are the same however often it is sent."""
        shot = alert.shot.screenshot if alert.shot and alert.kind != "test" else None
        numbers = list(alert.incidents)
        return replace(
            alert,
            picture=self._link("pictures", [shot], alert.at) if shot else None,
            acknowledge=self._link("acknowledge", [alerter, *numbers], alert.at) if numbers else None,
        )

    def _link(self, purpose: Purpose, said: Sequence[str | int], at: datetime) -> str:
        made = signed(purpose, said, until=at + LASTS[purpose], token=self.token)
        return f"{self.address.rstrip('/')}/{purpose}/{quote(made)}"


def signed(purpose: Purpose, said: Sequence[str | int], *, until: datetime, token: str) -> str:
    """What was said and until when it counts, with a signature."""
    plain = json.dumps([int(until.timestamp()), *said], separators=(",", ":")).encode()
    return f"{_text(plain)}.{_text(_mark(purpose, plain, token))}"


def opened(purpose: Purpose, link: str, *, token: str, now: datetime) -> list[str | int] | None:
    """What a link says; None when it is not ours, is for something else, or has ended. Compares in constant time."""
    plain_text, _, mark_text = link.partition(".")
    plain, mark = _bytes(plain_text), _bytes(mark_text)
    if not hmac.compare_digest(mark, _mark(purpose, plain, token)):
        return None
    until, *said = json.loads(plain)
    return said if now.timestamp() <= until else None


def _mark(purpose: Purpose, plain: bytes, token: str) -> bytes:
    key = hmac.new(token.encode(), b"nano-sre links", hashlib.sha256).digest()
    return hmac.new(key, purpose.encode() + b"\0" + plain, hashlib.sha256).digest()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        return b""
