"""Ways through a document, and what people call the places they lead to."""

from __future__ import annotations

from nano_sre.spec.load import Path_

STEP_LISTS = ("steps", "always")


def is_step(path: Path_) -> bool:
    return len(path) >= 2 and isinstance(path[-1], int) and path[-2] in STEP_LISTS


def name_of(path: Path_) -> str:
    return next((p for p in reversed(path) if isinstance(p, str)), "this")
