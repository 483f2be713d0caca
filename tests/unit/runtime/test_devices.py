from __future__ import annotations

import pytest

from nano_sre.core.fields import Viewport
from nano_sre.core.ports import Abort
from nano_sre.core.program import DeviceSpec
from nano_sre.runtime.devices import context_options, newest_phone

KNOWN = {
    name: {"viewport": {"width": 400, "height": 800}, "is_mobile": True, "user_agent": name, "default_browser_type": "webkit"}
    for name in ("iPhone 9 Pro", "iPhone 15 Pro", "iPhone 15 Pro Max", "Pixel 7")
}  # fmt: skip


def test_a_window() -> None:
    options = context_options(DeviceSpec(viewport=Viewport("1024x768")), KNOWN, name="tablet")
    assert options == {"viewport": {"width": 1024, "height": 768}}


def test_a_described_device_without_its_engine() -> None:
    options = context_options(DeviceSpec(like="pixel 7"), KNOWN, name="android")
    assert (options["user_agent"], options["is_mobile"]) == ("Pixel 7", True)
    assert "default_browser_type" not in options


def test_defaults() -> None:
    assert context_options(None, KNOWN, name="desktop")["viewport"] == {"width": 1280, "height": 800}
    assert context_options(None, KNOWN, name="iphone")["user_agent"] == "iPhone 15 Pro"
    assert newest_phone({**KNOWN, "iPhone 17 Pro": {}}) == "iPhone 17 Pro"


def test_an_unknown_device_names_the_nearest() -> None:
    with pytest.raises(Abort, match="no device “iPhone 15 Po”; the nearest are iPhone 15 Pro"):
        context_options(DeviceSpec(like="iPhone 15 Po"), KNOWN, name="iphone")
