"""What is known of one code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """The title is the short form; the text says what it means and what to do."""

    title: str
    text: str
