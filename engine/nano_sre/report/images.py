"""Images as data: URIs, within a budget: a report is one file, and a file people can mail."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

Read = Callable[[str], bytes | None]

BUDGET = 15_000_000  # bytes of data: URIs in one report
_MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


@dataclass(frozen=True, slots=True)
class Image:
    """One picture for the template: `src`, or the reason why there is none; `href` leads to the file."""

    path: str
    src: str = ""
    missing: str = ""
    href: str = ""


def link(path: str, *, prefix: str = "") -> str:
    """A relative URL for a file of the run; empty for a path that would lead elsewhere."""
    parts = path.replace("\\", "/").split("/")
    if not path or path.startswith(("/", "\\")) or ".." in parts:
        return ""
    return prefix + quote("/".join(parts), safe="/", errors="replace")


class Images:
    """Embeds pictures until the budget is spent; those asked for first win."""

    def __init__(self, read: Read, *, budget: int = BUDGET, prefix: str = "") -> None:
        self._read = read
        self._left = budget
        self._prefix = prefix
        self.left_out = 0

    def embed(self, path: str) -> Image:
        """The picture at `path`. Never raises: what cannot be shown says why."""
        href = link(path, prefix=self._prefix)
        data = self._read(path)
        if data is None:
            return Image(path, missing="The picture is no longer there.")
        media_type = _media_type(data)
        if not media_type:
            return Image(path, missing="Not a picture this report can show.", href=href)
        size = (len(data) + 2) // 3 * 4
        if size > self._left:
            self.left_out += 1
            return Image(path, missing="Left out to keep this file small.", href=href)
        self._left -= size
        return Image(path, src=f"data:{media_type};base64,{base64.b64encode(data).decode()}", href=href)


def _media_type(data: bytes) -> str:
    """By its first bytes, never by what a name claims. SVG can hold a program: it is none of these."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), "")
