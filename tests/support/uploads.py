"""Bodies in parts, read as strictly as a service reads them, and pictures to send."""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import Any


@dataclass(frozen=True)
class Part:
    """A file in a body, or a body that is one."""

    name: str
    filename: str
    kind: str
    data: bytes

    @property
    def is_picture(self) -> bool:
        return (self.kind, self.data[:4]) in (
            ("image/png", b"\x89PNG"),
            ("image/jpeg", b"\xff\xd8\xff\xe0"),
        )


def parts_of(raw: bytes, kind: str) -> dict[str, Any]:
    """A multipart/form-data body: texts and files by name. Raises `ValueError` when anything about it is wrong."""
    read = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + raw, policy=policy.HTTP)
    boundary = read.get_boundary()
    if not boundary or read.defects or not raw.rstrip().endswith(f"--{boundary}--".encode()):
        raise ValueError(f"no body in parts: {read.defects}")
    found: dict[str, Any] = {}
    for part in read.iter_parts():
        if part.get_content_disposition() != "form-data":
            raise ValueError("a part that is none of a form")
        name = part.get_param("name", header="content-disposition")
        if not isinstance(name, str) or name in found:
            raise ValueError(f"a part without a name of its own: {name}")
        data = part.get_payload(decode=True)
        filename = part.get_filename()
        found[name] = (
            data.decode() if filename is None else Part(name, filename, part.get_content_type(), data)
        )
    return found


def as_noted(body: Any) -> Any:
    """A body as a journal keeps it: of files their names, sizes and hashes."""
    if isinstance(body, Part):
        digest = hashlib.sha256(body.data).hexdigest()
        return {"filename": body.filename, "type": body.kind, "size": len(body.data), "sha256": digest}
    return {name: as_noted(each) for name, each in body.items()} if isinstance(body, dict) else body


def png(width: int = 40, height: int = 30, *, noise: int = 0) -> bytes:
    """A picture that every program can show; `noise` adds so many bytes to it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((200, 60, 60)) * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + (chunk(b"juNk", b"x" * noise) if noise else b"")
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
