"""Bodies that were packed, once or several times, whole or broken, in good faith or not."""

from __future__ import annotations

import gzip
import random
import sys
import tracemalloc
import zlib
from typing import Any

import brotli
import pytest

from nano_sre.kinds._shared.tracking.texts import LARGEST
from nano_sre.kinds._shared.tracking.unpacking import LARGEST_LAYER, unpacked

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

BODY = b"en=view_item"
BOMB = b"0" * 50_000_000


def raw_deflate(body: bytes) -> bytes:
    return zlib.compress(body)[2:-4]


PACKERS: dict[str, Any] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda body: brotli.compress(body, quality=5),
    "zstd": zstd.compress,
}


def pack(body: bytes, encoding: str) -> bytes:
    for each in encoding.split(","):
        body = PACKERS[each.strip().lower()](body)
    return body


@pytest.mark.parametrize(
    "encoding",
    ["gzip", "x-gzip", "deflate", "br", "zstd", "BR", "gzip, br", "zstd,gzip", "br, zstd, deflate, gzip"],
)
def test_packed_bodies_are_unpacked(encoding: str) -> None:
    trouble: list[str] = []
    assert unpacked(pack(BODY, encoding), encoding, trouble) == BODY
    assert trouble == []


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (raw_deflate(BODY), "deflate"),
        (gzip.compress(BODY, mtime=0), ""),  # some pack and do not say so
        (zstd.compress(BODY), ""),
        (gzip.compress(BODY, mtime=0), "identity"),
        (BODY, ""),
        (BODY, " , identity"),
    ],
    ids=lambda given: given if isinstance(given, str) else "body",
)
def test_bodies_come_out_whatever_is_said_of_them(body: bytes, encoding: str) -> None:
    trouble: list[str] = []
    assert unpacked(body, encoding, trouble) == BODY
    assert trouble == []


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_is_let_out_by_a_megabyte_only(encoding: str) -> None:
    bomb, trouble = pack(BOMB, encoding), list[str]()
    tracemalloc.start()
    try:
        found = unpacked(bomb, encoding, trouble)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == b"0" * LARGEST
    assert most < 8 * LARGEST
    assert trouble == ["only the first 1 MB of the body was read"]


@pytest.mark.parametrize("outer", ["gzip", "br", "zstd"])
def test_a_bomb_in_a_bomb_is_bounded_at_each_layer(outer: str) -> None:
    inner = gzip.compress(BOMB, compresslevel=0)  # as long as what is in it
    bomb, trouble = pack(inner, outer), list[str]()
    tracemalloc.start()
    try:
        found = unpacked(bomb, f"gzip, {outer}", trouble)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == b"0" * LARGEST
    assert most < 4 * LARGEST_LAYER
    assert trouble == ["only the first 1 MB of the body was read"]


def test_a_layer_that_is_cut_off_is_told() -> None:
    inner = zlib.compress(random.Random(3).randbytes(LARGEST_LAYER + 1_000), level=0)[: LARGEST_LAYER + 500]
    trouble: list[str] = []
    assert len(unpacked(gzip.compress(inner, 1), "deflate, gzip", trouble)) == LARGEST
    assert trouble


def test_what_was_packed_more_often_than_anybody_does_is_left_alone() -> None:
    trouble: list[str] = []
    assert unpacked(b"x", ",".join(["gzip"] * 5), trouble) == b""
    assert trouble == ["the body is packed 5 times, which is not read"]


@pytest.mark.parametrize(
    ("body", "encoding", "said"),
    [
        (zlib.compress(BODY * 50)[:-20], "deflate", "the packed body ends too early"),
        (brotli.compress(bytes(range(256)) * 50)[:-20], "br", "the packed body ends too early"),
        (zstd.compress(bytes(range(256)) * 50)[:-20], "zstd", "the packed body ends too early"),
        (b"\x1f\x8bbroken", "gzip", "the packed body cannot be unpacked"),
        (b"\xff" * 40, "br", "the packed body cannot be unpacked"),
        (b"en=view_item", "zstd", "the packed body cannot be unpacked"),
        (b"x", "dcb", "the body is packed with dcb, which is not read"),
        (
            gzip.compress(b"x", mtime=0),
            "compress, gzip",
            "the body is packed with compress, which is not read",
        ),
    ],
    ids=lambda given: given if isinstance(given, str) else "body",
)
def test_what_cannot_be_unpacked_is_told(body: bytes, encoding: str, said: str) -> None:
    trouble: list[str] = []
    unpacked(body, encoding, trouble)
    assert trouble == [said]


def test_a_zstd_body_that_asks_for_a_huge_window_is_not_read() -> None:
    """Of 128 MB of memory; no body of the web may ask for more than 8."""
    head = (
        b"\x28\xb5\x2f\xfd" + b"\x00" + bytes([17 << 3]) + b"\x01\x00\x00"
    )  # an empty frame of a 2^27 window
    small = b"\x28\xb5\x2f\xfd" + b"\x00" + bytes([13 << 3]) + b"\x01\x00\x00"
    told: list[str] = []
    assert unpacked(small, "zstd", told) == b""
    assert told == []
    unpacked(head, "zstd", told)
    assert told == ["the packed body cannot be unpacked"]


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_all_parts_of_a_body_are_read(encoding: str) -> None:
    trouble: list[str] = []
    pack = {"gzip": gzip.compress, "zstd": zstd.compress}[encoding]
    assert unpacked(pack(b"one, ") + pack(b"two"), encoding, trouble) == b"one, two"
    assert unpacked(pack(b"one, ") + pack(b"two")[:-4], encoding, trouble)[:5] == b"one, "
    assert trouble == ["the packed body ends too early"]
