"""Vendors are told everything before the shopper agrees, and after they refuse."""

from __future__ import annotations

from typing import Any


def pixels(settings: dict[str, Any]) -> None:
    settings["consent"] = "ignored"
