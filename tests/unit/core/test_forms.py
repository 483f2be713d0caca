from __future__ import annotations

from typing import Any

import pytest

from nano_sre.core.fields import Cron, Scalar
from nano_sre.core.forms import CURRENCIES, Country, Currency, Email, Locale, Name, TimeZone, Url, UrlPath

GOOD: dict[Any, list[str]] = {
    Name: ["a", "2024", " x "],
    Url: ["https://shop.example", "http://localhost:9292", "HTTPS://shop.example/en?a=1"],
    UrlPath: ["", "/", "/de", "/en-ca/x"],
    Email: ["qa@example.com", "a+b@c"],
    Country: ["US", "DE"],
    Locale: ["en-US", "de", "zh-Hant-TW", "es-419"],
    Currency: ["USD", "EUR", "JPY"],
    TimeZone: ["UTC", "America/Toronto", "America/Argentina/Buenos_Aires"],
}
WRONG: list[tuple[Any, str, str | None]] = [
    (Name, "", None),
    (Name, "  ", None),
    (Url, "mystore.com", "https://mystore.com"),
    (Url, "localhost:1234", "http://localhost:1234"),
    (Url, "127.0.0.1:80/x", "http://127.0.0.1:80/x"),
    (Url, "htps://a.example", "https://a.example"),
    (Url, "//a.example", "https://a.example"),
    (Url, "https://", None),
    (Url, "ftp me", None),
    (UrlPath, "de", "/de"),
    (UrlPath, "https://x", None),
    (Email, "qa.example.com", None),
    (Country, "us", "US"),
    (Country, "Germany", None),
    (Locale, "en_us", "en-US"),
    (Locale, "en_US.UTF-8", "en-US"),
    (Locale, "english", None),
    (Currency, "usd", "USD"),
    (Currency, "US", "USD"),
    (Currency, "€", "EUR"),
    (Currency, "QQQ", None),
    (TimeZone, "Toronto", "America/Toronto"),
    (TimeZone, "New York", "America/New_York"),
    (TimeZone, "Amerika/Toronto", "America/Toronto"),
    (TimeZone, "../../etc/passwd", None),
    (TimeZone, "America", None),
]
SCHEDULES = {
    "60 * * * *": "“60” is no minute",
    "* 24 * * *": "“24” is no hour",
    "0 0 0 * *": "“0” is no day of the month",
    "0 0 1 13 *": "“13” is no month",
    "0 3 * * funday": "“funday” is no day of the week",
    "*/0 * * * *": "“*/0” is no minute",
    "*/90 * * * *": "“*/90” is no minute",
    "5-1 * * * *": "“5-1” is no minute",
    "1,,2 * * * *": "“1,,2” is no minute",
    "mon * * * *": "“mon” is no minute",
    "0 0 30-31 2 *": "there is no day 30 in “2”: of such months the longest has 29 days",
    "0 0 31 4,Jun,9-11/2 *": "there is no day 31 in “4,Jun,9-11/2”",
}


@pytest.mark.parametrize(("cls", "text"), [(cls, text) for cls, texts in GOOD.items() for text in texts])
def test_what_is_right_stays_as_it_is(cls: Any, text: str) -> None:
    assert cls.parse(text) == text
    assert isinstance(cls.parse(text), Scalar)


@pytest.mark.parametrize(("cls", "text", "meant"), WRONG)
def test_what_is_wrong_is_refused_and_mended(cls: Any, text: str, meant: str | None) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        cls.parse(text)
    assert cls.mended(text) == meant
    if meant is not None:
        assert cls.parse(meant) == meant


def test_every_zone_and_currency_is_known() -> None:
    import zoneinfo

    for zone in zoneinfo.available_timezones():
        assert TimeZone.parse(zone) == zone
    assert len(CURRENCIES) > 150
    assert all(Currency.parse(code) for code in CURRENCIES)


@pytest.mark.parametrize(
    "text", ["*/15 6-22,23 1 jan-jun mon,WED", "0 0 31 12 7", "5/10 * * * *", "0-59/2 * * * sun"]
)
def test_a_schedule_within_its_ranges(text: str) -> None:
    assert Cron.parse(text) == text


@pytest.mark.parametrize(("text", "said"), SCHEDULES.items())
def test_a_schedule_out_of_range(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("*", r"\*")):
        Cron.parse(text)


def test_a_zone_longer_than_a_files_name_is_no_zone() -> None:
    with pytest.raises(ValueError, match="there is no time zone"):
        TimeZone.parse("Ameri" * 100 + "/Toronto")
