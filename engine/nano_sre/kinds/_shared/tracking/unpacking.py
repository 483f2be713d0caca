"""Packed bodies as they were before they were packed: gzip, deflate, brotli, zstd, and several of them on top of
each other. Bounded, and never raising.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from functools import partial
from typing import Final, Protocol

from nano_sre.kinds._shared.tracking.texts import LARGEST

MOST_LAYERS: Final = 4
LARGEST_LAYER: Final = 10_000_000  # bytes that come out of a layer below the last
MOST_PARTS: Final = 1_000  # members or frames of one body
LARGEST_WINDOW: Final = 23  # as a power of two: what RFC 9659 lets a zstd body ask for


class _Broken(ValueError):
    """Packed bytes that are none."""


Unpacked = tuple[bytes, bool]
"""What came out, and whether the packed bytes were whole."""


def unpacked(body: bytes, encoding: str, trouble: list[str]) -> bytes:
    """The body as it was before it was packed, at most `LARGEST` bytes of it.

    `encoding` is the header's value, the outermost packing last. What could not be read is said in `trouble`.
    """
    packings = [
        each for word in encoding.lower().split(",") if (each := word.strip()) not in ("", "identity")
    ]
    if len(packings) > MOST_LAYERS:
        trouble.append(f"the body is packed {len(packings)} times, which is not read")
        return b""
    while packings:
        body = _without(packings.pop(), body, trouble, most=LARGEST_LAYER if packings else LARGEST + 1)
    hidden = next((name for sign, name in _SIGNS.items() if body.startswith(sign)), None)
    if hidden is not None:  # some pack and do not say so
        body = _without(hidden, body, trouble, most=LARGEST + 1)
    if len(body) > LARGEST:
        trouble.append(f"only the first {LARGEST // 1_000_000} MB of the body was read")
        body = body[:LARGEST]
    return body


def _without(packing: str, body: bytes, trouble: list[str], *, most: int) -> bytes:
    """One layer less. Nothing is left of what cannot be unpacked."""
    if not body:
        return body
    unpack = _WAYS.get(packing)
    if unpack is None:
        trouble.append(f"the body is packed with {packing[:40]}, which is not read")
        return b""
    try:
        found, whole = unpack(body, most)
    except _Broken:
        trouble.append("the packed body cannot be unpacked")
        return b""
    if not whole and len(found) < most:
        trouble.append("the packed body ends too early")
    return found[:most]


def _inflated(body: bytes, most: int) -> Unpacked:
    for window in (47, -15):  # gzip and zlib, then deflate without a head, which some send
        try:
            return _each_part(body, most, partial(zlib.decompressobj, window))
        except zlib.error:
            continue
    raise _Broken


class _Unpacker(Protocol):
    """What the libraries have for one part of a body."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def _each_part(body: bytes, most: int, begin: Callable[[], _Unpacker]) -> Unpacked:
    """All members of a gzip, or frames of a zstd: several may follow each other, and are one text.

    Raises what the library does where the first of them is none; what follows a whole one and is none is left out.
    """
    found, rest, whole = bytearray(), body, True
    sign = next((sign for sign in _SIGNS if body.startswith(sign)), b"")
    for _ in range(MOST_PARTS):
        unpack = begin()
        found += unpack.decompress(rest, most - len(found))
        whole, rest = unpack.eof, unpack.unused_data
        if not whole or len(found) >= most or not sign or not rest.startswith(sign):
            return bytes(found), whole
    return bytes(found), False


def _of_brotli(body: bytes, most: int) -> Unpacked:
    import brotli  # noqa: PLC0415 - most hits are not packed, and no other command needs it

    unpack = brotli.Decompressor()
    try:
        found = bytearray(unpack.process(body, output_buffer_limit=most))
        while len(found) < most and not unpack.can_accept_more_data():
            more = unpack.process(b"", output_buffer_limit=most - len(found))
            if not more:
                break
            found += more
    except brotli.error:
        raise _Broken from None
    return bytes(found), unpack.is_finished()


def _of_zstd(body: bytes, most: int) -> Unpacked:
    if sys.version_info >= (3, 14):
        from compression import zstd  # noqa: PLC0415 - as above
    else:
        from backports import zstd  # noqa: PLC0415 - as above

    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: LARGEST_WINDOW}
    try:
        return _each_part(body, most, lambda: zstd.ZstdDecompressor(options=options))
    except zstd.ZstdError:
        raise _Broken from None


_WAYS: Final[dict[str, Callable[[bytes, int], Unpacked]]] = {
    "gzip": _inflated,
    "x-gzip": _inflated,
    "deflate": _inflated,
    "br": _of_brotli,
    "zstd": _of_zstd,
}
_SIGNS: Final = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
