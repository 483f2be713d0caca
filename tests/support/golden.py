"""Folders as tests: what is written in them, and what must come of it."""

from __future__ import annotations

import os
from pathlib import Path

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
UPDATE = bool(os.environ.get("NANO_SRE_UPDATE_GOLDEN"))


def folders(family: str) -> list[Path]:
    """Every folder of a family that holds an input, sorted by name."""
    return sorted(p for p in (GOLDEN / family).iterdir() if (p / "checks").is_dir())


def agrees(file: Path, actual: str) -> None:
    """The file holds exactly this; written anew when NANO_SRE_UPDATE_GOLDEN=1."""
    if UPDATE:
        file.write_text(actual, encoding="utf-8", newline="\n")
        return
    assert file.exists(), f"{file} is missing: NANO_SRE_UPDATE_GOLDEN=1 writes it"
    assert actual == file.read_text(encoding="utf-8")
