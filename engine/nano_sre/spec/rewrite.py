"""One document of a YAML file put back as it once was, the others left as they are."""

from __future__ import annotations

import re

from nano_sre.spec.listing import arrangement
from nano_sre.spec.load import load

_MARK = re.compile(r"(?m)^---(?=[ \t\r]|$).*\n?")


def document_text(text: str, name: str) -> str | None:
    """The part of a file that holds the document with this id, comments included; None when it is not there."""
    place = _place(text, name)
    return None if place is None else text[slice(*place)]


def put_back(now: str, then: str, name: str, *, held_as: str | None = None) -> str | None:
    """`now` with its document as `name` stands in `then`; None when one of them does not hold it.

    `held_as` is the document's id in `now`, where it was renamed since. Line ends stay those of `now`.
    """
    line_end = "\r\n" if "\r\n" in now else "\n"
    then = then.replace("\r\n", "\n").replace("\n", line_end)
    place, old = _place(now, held_as or name), document_text(then, name)
    if place is None or old is None:
        return None
    start, end = place
    needs_break = bool(now[end:]) and not old.endswith("\n")
    return now[:start] + old + line_end * needs_break + now[end:]


def _place(text: str, name: str) -> tuple[int, int] | None:
    if arrangement(name):  # the whole file is the document
        return 0, len(text)
    marks = list(_MARK.finditer(text))
    starts = [0, *(mark.end() for mark in marks)]
    ends = [*(mark.start() for mark in marks), len(text)]
    for start, end in zip(starts, ends, strict=True):
        documents, _ = load(text[start:end], "")
        if any(str(each.data.get("id")) == name for each in documents):
            return start, end
    return None
