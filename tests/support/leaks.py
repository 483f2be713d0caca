"""Looking for a secret where none may be: every spelling, in every file, also inside archives."""

from __future__ import annotations

import base64
import html
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus


def spellings(value: str) -> dict[str, bytes]:
    """How a value could be written, by the name of the way."""
    found = {
        "raw": value,
        "in a URL": quote(value, safe=""),
        "in a path": quote(value),
        "in a form": quote_plus(value),
        "in a URL in a URL": quote(quote(value, safe=""), safe=""),
        "in a form in a URL": quote(quote_plus(value), safe=""),
        "in JSON": json.dumps(value)[1:-1],
        "in JSON with umlauts": json.dumps(value, ensure_ascii=False)[1:-1],
        "in HTML": html.escape(value),
        "in hex": value.encode().hex(),
    }
    told = {name: text.encode() for name, text in found.items()}
    told["in lower-case percent signs"] = quote(value, safe="").lower().encode()
    for shift in range(3):
        told[f"in base64, shifted by {shift}"] = _core(value.encode(), shift)
    return told


def _core(raw: bytes, shift: int) -> bytes:
    """The base64 characters that only this value's bytes decide, when `shift` bytes stand before it."""
    text = base64.b64encode(b"x" * shift + raw)
    first = -(-shift * 8 // 6)
    return text[first : (shift + len(raw)) * 8 // 6]


def leaks(value: str, data: bytes, where: str) -> Iterator[str]:
    """A line for each spelling of the value in these bytes; archives are looked into."""
    told = data.lower()
    for name, spelling in spellings(value).items():
        if spelling in data or (name == "in lower-case percent signs" and spelling in told):
            at = max(data.find(spelling), 0)
            yield f"{where}: {name}: …{data[max(0, at - 60) : at + 80]!r}"
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield from leaks(value, archive.read(member), f"{where}!{member}")
                yield from leaks(value, member.encode(), f"{where}!name")
    elif data[:2] == b"\x1f\x8b":
        yield from leaks(value, zlib.decompress(data, 31), f"{where}!unzipped")


def leaks_below(value: str, folder: Path) -> list[str]:
    """The leaks of every file below a folder, names included."""
    found: list[str] = []
    for file in sorted(folder.rglob("*")):
        name = str(file.relative_to(folder))
        found += leaks(value, name.encode(), f"the name {name}")
        if file.is_file():
            found += leaks(value, file.read_bytes(), name)
    return found


def pixel(png: bytes, x: int, y: int) -> tuple[int, ...]:
    """The colour of one pixel of a PNG with 8 bits for each channel and no interlacing."""
    width, _, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", png[16:29])
    channels = {2: 3, 6: 4}[kind]
    assert (depth, interlaced) == (8, 0)
    rows = zlib.decompress(b"".join(_chunks(png)))
    stride = width * channels
    above = bytearray(stride)
    for row in range(y + 1):
        start = row * (stride + 1)
        above = _unfiltered(rows[start], bytearray(rows[start + 1 : start + 1 + stride]), above, channels)
    return tuple(above[x * channels : x * channels + 3])


def _chunks(png: bytes) -> Iterator[bytes]:
    at = 8
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        if name == b"IDAT":
            yield png[at + 8 : at + 8 + length]
        at += 12 + length


def _unfiltered(how: int, line: bytearray, above: bytearray, channels: int) -> bytearray:
    for i in range(len(line)):
        left = line[i - channels] if i >= channels else 0
        corner = above[i - channels] if i >= channels else 0
        line[i] = (line[i] + _predicted(how, left, above[i], corner)) & 255
    return line


def _predicted(how: int, left: int, up: int, corner: int) -> int:
    if how == 4:
        guess = left + up - corner
        return min((left, up, corner), key=lambda each: abs(guess - each))
    return (0, left, up, (left + up) // 2)[how]
