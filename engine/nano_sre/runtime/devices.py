"""What a device means to the browser: window, user agent, touch."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any

from nano_sre.core.ports import cannot_work
from nano_sre.core.program import DeviceSpec

DESKTOP = (1280, 800)
FAVOURITE_PHONE = "iPhone 17 Pro"


def context_options(
    device: DeviceSpec | None, known: Mapping[str, Mapping[str, Any]], *, name: str
) -> dict[str, Any]:
    """Options of a new browser context for a device. `known` are Playwright's device descriptions.

    Raises `Abort` (inconclusive) for a description that does not exist, with the nearest names.
    """
    if device is None or (device.viewport is None and device.like is None):
        if name != "desktop" and any(word in name for word in ("iphone", "mobile", "phone")):
            return _described(newest_phone(known), known)
        return _window(*DESKTOP)
    options = _described(device.like, known) if device.like else {}
    if device.viewport:
        options |= _window(*device.viewport.size)
    return options


def newest_phone(known: Mapping[str, Any]) -> str:
    """The newest iPhone Pro that Playwright describes."""
    if FAVOURITE_PHONE in known:
        return FAVOURITE_PHONE
    numbered = {int(m[1]): name for name in known if (m := re.fullmatch(r"iPhone (\d+) Pro", name))}
    return numbered[max(numbered)]


def _window(width: int, height: int) -> dict[str, Any]:
    return {"viewport": {"width": width, "height": height}}


def _described(like: str, known: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    by_name = {name.casefold(): name for name in known}
    name = by_name.get(" ".join(like.split()).casefold())
    if name is None:
        near = difflib.get_close_matches(like.casefold(), by_name, n=4, cutoff=0.4)
        names = ", ".join(by_name[each] for each in near)
        raise cannot_work(
            f"Playwright describes no device “{like}”" + (f"; the nearest are {names}." if names else ".")
        )
    return {key: value for key, value in known[name].items() if key != "default_browser_type"}
