"""Texts of the wire made into data: forms, JSON, several parts. Bounded, and never raising.

What could not be read is said in `trouble`, a list of sentences.
"""

from __future__ import annotations

import json
import re
from binascii import a2b_qp
from typing import Any, Final
from urllib.parse import unquote_to_bytes

LARGEST: Final = 1_000_000  # bytes of a body that are read, unpacked
MOST_PARAMETERS: Final = 2_000
DEEPEST: Final = 40  # levels of JSON


class Number(str):
    """A JSON number, as it was written: 129.50 stays 129.50, and is no text all the same."""

    __slots__ = ()


_JSON = json.JSONDecoder(parse_float=Number, parse_int=Number, parse_constant=Number, strict=False)
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HIDDEN_SIGN = re.compile(r"%1[EeFf]")
_ODD = re.compile("[\x00\ud800-\udfff]")
_MAY_BE_ODD = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")


def plain(text: str) -> str:
    """A text out of %-encoding; `+` is a space."""
    if "+" in text:
        text = text.replace("+", " ")
    if "%" not in text:
        return text
    return unquote_to_bytes(text).decode("utf-8", "replace").replace("\0", "\ufffd")


def fit_to_keep(text: str) -> str:
    """A text without what no file and no database takes: NUL, and halves of characters."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    return text if text.isascii() else _ODD.sub("\ufffd", text)


def form(text: str, trouble: list[str]) -> dict[str, Any]:
    """`a=1&b=2`; of a name twice, the last counts."""
    text = fit_to_keep(text)
    pairs = text.split("&", MOST_PARAMETERS)
    if len(pairs) > MOST_PARAMETERS:
        trouble.append(f"only the first {MOST_PARAMETERS:,} of {text.count('&') + 1:,} parameters were read")
        pairs.pop()
        text = "&".join(pairs)
    if "%" not in text and "+" not in text:
        return {name: value for name, _, value in [pair.partition("=") for pair in pairs] if name}
    if _BROKEN_ESCAPE.search(text):
        text = _BROKEN_ESCAPE.sub("%25", text)  # a per cent sign that was meant as one
        pairs = text.split("&")
    if _has_hidden_signs(text):
        return {
            plain(name): plain(value) for name, _, value in [pair.partition("=") for pair in pairs] if name
        }
    # All of it at once, by the decoder of quoted-printable: the same escapes with another sign, and ten times faster.
    signs = text.replace("&", "\x1e").replace("=", "\x1f").replace("+", " ").replace("%", "=")
    flat = a2b_qp(signs.encode("utf-8", "replace")).decode("utf-8", "replace")
    if "\0" in flat:
        flat = flat.replace("\0", "\ufffd")
    pairs = flat.split("\x1e")
    if flat.count("\x1f") == len(pairs) and flat[:1] != "\x1f" and "\x1e\x1f" not in flat:
        try:
            return dict([pair.split("\x1f") for pair in pairs])  # each has two, or it raises
        except ValueError:
            pass
    several = [pair.partition("\x1f") for pair in pairs]
    return {name: value.replace("\x1f", "=") for name, _, value in several if name}


def _has_hidden_signs(text: str) -> bool:
    """Whether a value holds one of the signs that stand for `&` and `=` meanwhile."""
    return "\x1e" in text or "\x1f" in text or ("%1" in text and _HIDDEN_SIGN.search(text) is not None)


def read_json(text: str, what: str, trouble: list[str]) -> Any:
    """JSON with numbers as they are written; None when it is broken."""
    try:
        found, end = _JSON.raw_decode(text.lstrip("\ufeff \t\r\n"))
    except (ValueError, RecursionError) as error:
        deep = isinstance(error, RecursionError)
        why = "it is nested too deeply" if deep else str(error).partition(":")[0].lower()
        trouble.append(f"{what} is no JSON that can be read: {why}")
        return None
    if end < len(text) and text.lstrip("\ufeff \t\r\n")[end:].strip():
        trouble.append(f"{what} goes on after its JSON")
    odd = "\0" in text or ("\\u" in text and _MAY_BE_ODD.search(text))
    return clean(found) if odd else found


def clean(value: Any, depth: int = 0) -> Any:
    """Data without what no file and no database takes: NUL, and halves of characters."""
    if isinstance(value, str):
        return type(value)(fit_to_keep(value)) if _ODD.search(value) else value
    if depth > DEEPEST:
        return None
    if isinstance(value, dict):
        return {clean(key): clean(each, depth + 1) for key, each in value.items()}
    return [clean(each, depth + 1) for each in value] if isinstance(value, list) else value


def decoded(body: bytes, trouble: list[str]) -> str:
    """The text of a body; what is no UTF-8 becomes a question mark in a diamond."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        trouble.append("the body is no UTF-8")
        text = body.decode("utf-8", "replace")
    return text


def read_body(body: bytes, content_type: str, trouble: list[str]) -> Any:
    """A body by what it looks like: JSON, several parts or a form; the text itself when it is none of them."""
    if "multipart/" in content_type[:200].lower() or body[:2] == b"--":
        parts = _parts(body, content_type)
        if parts is not None:
            return parts
    text = decoded(body, trouble)
    start = text[:200].lstrip("\ufeff \t\r\n")[:1]
    if start in ("{", "["):
        return read_json(text, "the body", trouble)
    if "=" in text:
        return form(text.strip(), trouble)
    return fit_to_keep(text)


_BOUNDARY = re.compile(r'boundary="?([^";,\s]{1,200})', re.IGNORECASE)
_NAME = re.compile(rb'name="?([^";\r\n]{1,500})', re.IGNORECASE)


def _parts(body: bytes, content_type: str) -> dict[str, Any] | None:
    """The fields of a multipart body, by name."""
    said = _BOUNDARY.search(content_type)
    line = b"--" + said[1].encode("utf-8", "replace") if said else body.partition(b"\r\n")[0][:200]
    if len(line) < 3 or not body.startswith(line):
        return None
    found: dict[str, Any] = {}
    for part in body.split(line, MOST_PARAMETERS)[1:MOST_PARAMETERS]:
        head, gap, content = part.partition(b"\r\n\r\n")
        name = _NAME.search(head)
        if gap and name:
            text = content.removesuffix(b"\r\n").decode("utf-8", "replace")
            found[name[1].decode("utf-8", "replace")] = text.replace("\0", "\ufffd")
    return found


def read_line(line: str, trouble: list[str]) -> dict[str, Any]:
    """One line of a body, a form or JSON."""
    if line.startswith("{"):
        found = read_json(line, "a line of the body", trouble)
        return found if isinstance(found, dict) else {}
    return form(line, trouble)


def read_lines(text: str, trouble: list[str]) -> list[dict[str, Any]]:
    """The lines of a body; a form has no white space in it, so a space parts it as well."""
    lines = text.split() if not text.lstrip().startswith("{") else text.splitlines()
    if len(lines) > MOST_PARAMETERS:
        trouble.append(f"only the first {MOST_PARAMETERS:,} of {len(lines):,} lines were read")
    return [read_line(line, trouble) for line in lines[:MOST_PARAMETERS] if line.strip()]
