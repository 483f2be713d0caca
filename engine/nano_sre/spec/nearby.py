"""Descriptions of alerters that an alerters.yaml speaks of and that were not given: they lie beside it or below."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from nano_sre.core import registry
from nano_sre.spec.arrangements import shortest
from nano_sre.spec.listing import list_files, read_bytes

_DESCRIBES = re.compile(rb"kind\W+alerter\b")
_ALWAYS = ("name",)


def strange_words(data: Mapping[str, Any], known: Collection[str]) -> set[str]:
    """Keys of the entries of an alerters.yaml that are no alerters of ours, and none that are `known`."""
    said = data.get("alerters")
    entries = [each for each in (said if isinstance(said, list) else ()) if isinstance(each, dict)]
    keys = {str(key) for each in entries for key in each}
    return {key for key in keys if key not in (*_ALWAYS, *known) and not registry.known("alerter", key)}


def alerters_below(folder: Path) -> tuple[list[str], set[str]]:
    """The files below a folder that describe alerters, as people name them, and the places the answer hangs on."""
    found: list[str] = []
    listing = list_files([str(folder)])
    looked_at = {str(folder), *(str(Path(place).parent) for place in listing.places)}
    for row, place in zip(listing.rows, listing.places, strict=True):
        try:
            raw = read_bytes(place)
        except OSError:
            continue
        if _DESCRIBES.search(raw):
            found.append(str(shortest(Path(str(row[0])))))
            looked_at.add(place)
    return found, looked_at
