"""Text from elsewhere, made safe to show, and measured as a terminal shows it."""

from __future__ import annotations

import re
import unicodedata

# Whole colour and title sequences go, so that their parameters do not stay behind as litter.
_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
)
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Controls, marks that turn the direction of text round, and characters nobody can see but a machine reads.
_HIDDEN_CLASS = (
    r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e007f"
)
_HIDDEN = re.compile(f"[{_HIDDEN_CLASS}]")
_BROKEN = re.compile(r"[\ud800-\udfff\ufffe\uffff]")
_UNSAFE = re.compile(rf"[{_HIDDEN_CLASS}\x0b\x0c\r\n\x85\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_WEB = re.compile(r"[Hh][Tt][Tt][Pp][Ss]?://\S+")
_MOST_MARKS = 4  # characters per column, on average, before stacked marks count as vandalism


def clean(text: str, *, newlines: bool = False) -> str:
    """`text` without escape sequences, control characters and direction marks.

    On one line with its spaces folded, or with its line breaks and tabs when `newlines`.
    """
    text = _BREAKS.sub("\n", _SEQUENCES.sub("", text))
    text = _BROKEN.sub("\ufffd", _HIDDEN.sub("", text))
    return text if newlines else " ".join(text.split())


def shown(char: str) -> str:
    """One character as a code frame shows it: control characters as pictures, so that columns stay true."""
    if not _UNSAFE.match(char):
        return char
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"


def columns(text: str) -> int:
    """How many terminal columns `text` takes; wide characters take two, combining ones none."""
    return len(text) if text.isascii() else sum(map(_char_columns, text))


def _char_columns(char: str) -> int:
    if char.isascii() or char == "\xad":
        return 1
    if unicodedata.category(char) in ("Mn", "Me", "Cf") or "\u1160" <= char <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def cut(text: str, width: int) -> str:
    """`text` in at most `width` columns, ending in “…” when something had to go."""
    if columns(text) <= width and len(text) <= _MOST_MARKS * max(width, 0):
        return text
    if width <= 0:
        return ""
    kept, room = [], width - 1
    for char in text[: _MOST_MARKS * width]:
        room -= _char_columns(char)
        if room < 0:
            break
        kept.append(char)
    return "".join(kept).rstrip() + "…"


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters of `text`, and a word about how many are missing."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… ({len(text) - limit:,} more characters)"


def web_address(url: str | None) -> str | None:
    """The address in a form that can end no link early; None when it is not one of the web."""
    from urllib.parse import quote  # noqa: PLC0415 - what only reads files needs none of it

    raw = clean(url or "")
    return quote(raw, safe="!#$%&*+,/:;=?@[]~_.-") if _WEB.fullmatch(raw) else None
