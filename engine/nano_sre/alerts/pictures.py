"""What the shopper saw, read from the files of a run when a message is sent: a row keeps the path, never the bytes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath

from nano_sre.core.alert import AlertItem, Picture
from nano_sre.core.visible import clean, cut

Read = Callable[[str], bytes | None]
"""The bytes of a file that a run left, by its path below the data folder; None when it cannot be read."""

LARGEST = 2_000_000  # bytes: messages are read on telephones, and mail servers count every one
LONGEST_WORDS = 100  # of each part of a description
LONGEST_NAME = 80
MAGIC = ((b"\x89PNG\r\n\x1a\n", "image/png", ".png"), (b"\xff\xd8\xff", "image/jpeg", ".jpg"))
"""What browsers make pictures as. The first bytes say what it is, never the name."""


def picture_of(item: AlertItem, read: Read) -> Picture | str:
    """The picture of a target that failed, or why there is none."""
    data = read(item.screenshot or "")
    if data is None:
        return f"{item.screenshot} is no longer there"
    if len(data) > LARGEST:
        return f"{item.screenshot} is too large to be sent ({len(data) / 1e6:.1f} MB)"
    for magic, media_type, suffix in MAGIC:
        if data.startswith(magic) and (width := width_of(data)):
            name = _name(item, suffix)
            return Picture(name=name, data=data, media_type=media_type, alt=alt(item), width=width)
    return f"{item.screenshot} is neither PNG nor JPEG"


def width_of(data: bytes) -> int:
    """The width of a PNG or JPEG in pixels; 0 when it does not say."""
    if data.startswith(b"\x89PNG"):
        return int.from_bytes(data[16:20])
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        if 0xC0 <= data[at + 1] <= 0xCF and data[at + 1] not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(data[at + 7 : at + 9])
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return 0


def alt(item: AlertItem) -> str:
    """What the picture shows, for who cannot see it."""
    if item.kind == "test":
        return "A picture of a test. Nothing is wrong."
    step = f" at the step “{_short(item.step)}”" if item.step else ""
    device = f" on {_short(item.device)}" if item.device else ""
    return f"The page that “{_short(item.name)}” saw{device}{step}, when it failed."


def _short(text: str) -> str:
    return cut(clean(text), LONGEST_WORDS)


def _name(item: AlertItem, suffix: str) -> str:
    """A name that people can file it under, and that is safe in every header: `buy-a-snowboard-1-failure.png`."""
    stem = f"{item.check_id}-{PurePosixPath(item.screenshot or '').stem}"
    return f"{re.sub(r'[^A-Za-z0-9_-]+', '-', stem).strip('-')[:LONGEST_NAME] or 'picture'}{suffix}"
