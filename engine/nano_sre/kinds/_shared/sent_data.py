"""What a page sent with a request, as data: JSON, or the fields of a form."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl


def sent_data(media_type: str, body: bytes) -> Any:
    """The body as plain data; None when there is none, or none that can be read. A form's fields are texts.

    A field that comes several times is a list.
    """
    kind = media_type.partition(";")[0].strip().lower()
    if not body:
        return None
    if kind == "application/x-www-form-urlencoded":
        return _fields(parse_qsl(body.decode("utf-8", errors="replace"), keep_blank_values=True))
    if kind == "multipart/form-data":
        return _fields(_parts(media_type, body))
    try:  # beacons send JSON as plain text
        return json.loads(body)
    except ValueError:
        return None


def _parts(media_type: str, body: bytes) -> list[tuple[str, str]]:
    message = message_from_bytes(b"Content-Type: " + media_type.encode() + b"\r\n\r\n" + body)
    return [(name, _text(part)) for part in message.walk() if (name := _name(part))]


def _name(part: Message) -> str:
    return str(part.get_param("name", "", "content-disposition"))


def _text(part: Message) -> str:
    raw = part.get_payload(decode=True)
    return raw.decode("utf-8", errors="replace") if isinstance(raw, bytes) else ""


def _fields(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            held = found[name]
            found[name] = [*held, value] if isinstance(held, list) else [held, value]
        else:
            found[name] = value
    return found
