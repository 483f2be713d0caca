from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from nano_sre.core.fields import Cron, Duration, Element, Percent, SavedName, Scalar, Slug, Viewport, key_of

SCALARS: dict[type[Any], tuple[list[str], list[str]]] = {
    Duration: (
        ["800ms", "2.5s", "15m", "24h", "7d", "0s"],
        ["15", "1:30", "-1s", "1 s", "15 minutes", "s", ""],
    ),
    Percent: (["80%", "2.5%", "80 %", "0%"], ["0.8", "80", "-1%", "%"]),
    Slug: (["a", "buy-a-board", "7"], ["A", "a_b", "-a", "a-", "a b", ""]),
    SavedName: (["price", "cart_total", "a1"], ["Price", "1a", "a-b", "_a", ""]),
    Viewport: (["1280x800"], ["1280", "1x1", "1280 x 800", "1280x800x2"]),
    Cron: (["0 3 * * *", "*/5  *  * * 1-5"], ["0 3 * *", "daily", "0 3 * * * *"]),
}
CASES = [(cls, text) for cls, (good, _) in SCALARS.items() for text in good]
WRONG = [(cls, text) for cls, (_, bad) in SCALARS.items() for text in bad]


@pytest.mark.parametrize(("cls", "text"), CASES)
def test_what_is_read_matches_the_schemas_pattern(cls: Any, text: str) -> None:
    assert re.search(cls.pattern, text)
    assert isinstance(cls.parse(text), cls)
    assert isinstance(cls.parse(text), Scalar)


@pytest.mark.parametrize(("cls", "text"), WRONG)
def test_what_is_refused_is_refused_by_both(cls: Any, text: str) -> None:
    assert not re.search(cls.pattern, text)
    with pytest.raises(ValueError, match=re.escape(cls.form)):
        cls.parse(text)


def test_durations_count_milliseconds() -> None:
    assert [Duration.parse(text) for text in ("800ms", "2.5s", "1h")] == [800, 2500, 3_600_000]
    assert [str(Duration(ms)) for ms in (0, 1500, 90_000, 3_600_000, 86_400_000)] == [
        "0ms",
        "1500ms",
        "90s",
        "1h",
        "1d",
    ]


def test_percentages_keep_their_digits() -> None:
    assert Percent.parse("2.50%") == Decimal("2.5")
    assert str(Percent("1E+2")) == "100%"


def test_elements_say_what_they_are() -> None:
    assert str(Element(any_name="Buy")) == "“Buy”"
    assert str(Element(test_id="buy")) == "test id “buy”"
    assert str(Element(any_of=("Buy", "Add"))) == "“Buy” or “Add”"


def test_keys_lose_their_trailing_underscore() -> None:
    assert key_of("as_") == "as"
