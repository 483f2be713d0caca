"""The bytes of a recorded file: plain text, or packed by gzip, whatever its name says."""

from __future__ import annotations

import gzip
import zlib
from io import BytesIO
from typing import Final

from nano_sre.kinds._shared.tracking.recording import BrokenRecording

LARGEST: Final = (
    400_000_000  # bytes, unpacked: a HAR of a long visit with its contents is one hundred million
)
_PACKED: Final = b"\x1f\x8b"


def text_in(data: bytes) -> str:
    """The text of a file. Raises `BrokenRecording`."""
    if data.startswith(_PACKED):
        data = _unpacked(data)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BrokenRecording("this is no text, and not packed by gzip either") from None


def bytes_of(text: str, *, name: str) -> bytes:
    """What is written into a file of that name: packed when it ends in `.gz`."""
    data = text.encode("utf-8")
    return gzip.compress(data, mtime=0) if name.lower().endswith(".gz") else data


def _unpacked(data: bytes) -> bytes:
    try:
        with gzip.open(BytesIO(data)) as file:
            found = file.read(LARGEST + 1)
    except EOFError:
        raise BrokenRecording("the packed file ends too early: it was not copied as a whole") from None
    except (OSError, zlib.error):
        raise BrokenRecording("the file cannot be unpacked: it is damaged") from None
    if len(found) > LARGEST:
        raise BrokenRecording(f"unpacked it is larger than {LARGEST // 1_000_000} MB")
    return found
