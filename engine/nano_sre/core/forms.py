"""Scalars with a form of their own in the world outside: addresses, time zones, currencies, languages, schedules.

`mended` is how a wrong text must have been meant, or None when nobody can tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import ClassVar, Self

ISO_4217 = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD
CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ
GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR
LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN
PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB
TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW
ZWG
"""
CURRENCIES = frozenset(ISO_4217.split())
# Asked first: loading `zoneinfo` takes longer than reading a store document.
ZONES = Path("/usr/share/zoneinfo")


@cache
def _search(pattern: str) -> Callable[[str], object]:
    return re.compile(pattern).search


class Form(str):
    """Text that must look a certain way; `parse` refuses what does not, if need be with a sentence of its own."""

    __slots__ = ()
    pattern: ClassVar[str]
    form: ClassVar[str]
    like_text: ClassVar[bool] = False  # numbers and flags may stand for it, as for any text

    @classmethod
    def parse(cls, text: str) -> Self:
        if not _search(cls.pattern)(text) or text.endswith("\n"):
            raise ValueError(cls.form)
        return cls(text)

    @classmethod
    def mended(cls, text: str) -> str | None:  # noqa: ARG003 - what cannot be guessed needs no look
        return None


class Name(Form):
    """What people read; anything but nothing."""

    __slots__ = ()
    like_text = True
    # What only Python, or only JSON Schema, takes for white space is written out: both must say the same.
    pattern = r"[^\s\u001c-\u001f\u0085\ufeff]"
    form = "a name that people can read"


class Url(Form):
    """An address of the web."""

    __slots__ = ()
    pattern = r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#:@]+[^\s]*$"
    form = "an address: it begins with https:// or http://"

    @classmethod
    def mended(cls, text: str) -> str | None:
        bare = text.strip().partition("://")[2] or text.strip().lstrip("/")
        if not re.fullmatch(r"(localhost|[\w-]+(\.[\w-]+)+)(:\d+)?(/\S*)?", bare):
            return None
        here = re.match(r"localhost\b|[\d.]+(:|/|$)", bare)
        return f"{'http' if here else 'https'}://{bare}"


class UrlPath(Form):
    """The path of an address."""

    __slots__ = ()
    pattern = r"^(/\S*)?$"
    form = "a path: it begins with a slash, such as /de"

    @classmethod
    def mended(cls, text: str) -> str | None:
        return f"/{text}" if re.fullmatch(r"[\w-]+(/[\w-]+)*/?", text) else None


class Email(Form):
    """An e-mail address."""

    __slots__ = ()
    pattern = r"^[^@\s]+@[^@\s]+$"
    form = "an e-mail address such as qa@example.com"


class Country(Form):
    """A country as ISO 3166 writes it."""

    __slots__ = ()
    pattern = r"^[A-Z]{2}$"
    form = "a country in two capitals, such as US or DE"

    @classmethod
    def mended(cls, text: str) -> str | None:
        return text.upper() if re.fullmatch(r"[A-Za-z]{2}", text) else None


class Locale(Form):
    """A language and, mostly, the country whose way of writing it is meant."""

    __slots__ = ()
    pattern = r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$"
    form = "a language and country such as en-US or de-DE"

    @classmethod
    def mended(cls, text: str) -> str | None:
        said = re.fullmatch(r"([A-Za-z]{2})[-_ ]([A-Za-z]{2})(\..*)?", text)
        return f"{said[1].lower()}-{said[2].upper()}" if said else None


class Currency(Form):
    """A currency as ISO 4217 writes it."""

    __slots__ = ()
    pattern = r"^[A-Z]{3}$"
    form = "a currency in three capitals, such as USD or EUR"

    @classmethod
    def parse(cls, text: str) -> Self:
        made = super().parse(text)
        if text not in CURRENCIES:
            raise ValueError(f"there is no currency “{text}”: write its ISO 4217 code, such as USD or EUR")
        return made

    @classmethod
    def mended(cls, text: str) -> str | None:
        signs = {"$": "USD", "€": "EUR", "£": "GBP", "EURO": "EUR", "DOLLAR": "USD", "POUND": "GBP"}
        upper = signs.get(text.strip().upper(), text.strip().upper())
        if upper in CURRENCIES:
            return upper
        begun = sorted(code for code in CURRENCIES if len(upper) == 2 and code.startswith(upper))
        return begun[0] if begun else _nearest(upper, sorted(CURRENCIES), cutoff=0.6)


class Tracking(Form):
    """What becomes of the hits that tracking pixels send."""

    __slots__ = ()
    pattern = r"^(swallow|mark|deliver)$"
    form = "something that can be done with tracking hits: swallow, mark or deliver"

    @classmethod
    def mended(cls, text: str) -> str | None:
        return _nearest(text.strip().lower(), ["swallow", "mark", "deliver"], cutoff=0.5)


class ApiVersion(Form):
    """A version of Shopify's APIs."""

    __slots__ = ()
    pattern = r"^(20[0-9]{2}-(01|04|07|10)|unstable)$"
    form = "a version of Shopify's API, such as 2026-10: a year and 01, 04, 07 or 10"


class Day(Form):
    """A day of the calendar."""

    __slots__ = ()
    pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
    form = "a day such as 2027-03-01"

    @classmethod
    def parse(cls, text: str) -> Self:
        made = super().parse(text)
        try:
            date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"there is no day “{text}”") from None
        return made


class TimeZone(Form):
    """A time zone of the IANA list."""

    __slots__ = ()
    pattern = r"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$"
    form = "a time zone such as America/Toronto or Europe/Berlin"

    @classmethod
    def parse(cls, text: str) -> Self:
        made = super().parse(text)
        if not _has_file(text) and (known := _zones()) and text not in known:
            raise ValueError(f"there is no time zone “{text}”: write a continent and a town")
        return made

    @classmethod
    def mended(cls, text: str) -> str | None:
        asked = text.strip().replace(" ", "_").lower()
        known = sorted(_zones())
        whole = {zone.lower(): zone for zone in known}
        towns = {zone.rpartition("/")[2].lower(): zone for zone in known if not zone.startswith("Etc/")}
        for names in (whole, towns):
            near = asked if asked in names else _nearest(asked, list(names), cutoff=0.8)
            if near is not None:
                return names[near]
        return None


def _has_file(zone: str) -> bool:
    try:
        return (ZONES / zone).is_file()
    except OSError:  # longer than a file's name may be
        return False


def _zones() -> set[str]:
    import zoneinfo  # noqa: PLC0415 - only a zone that is not where zones lie needs the list

    return zoneinfo.available_timezones()


def _nearest(word: str, known: list[str], *, cutoff: float) -> str | None:
    import difflib  # noqa: PLC0415 - only a mistake needs it

    return next(iter(difflib.get_close_matches(word, known, n=1, cutoff=cutoff)), None)


LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_CRON_FIELDS: tuple[tuple[str, int, int, tuple[str, ...]], ...] = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
    ("day of the week", 0, 7, ("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
)


def cron_trouble(text: str) -> str | None:
    """What is wrong with the fields of a schedule, in a sentence; None when nothing is."""
    for part, (noun, low, high, names) in zip(text.split(), _CRON_FIELDS, strict=True):
        for item in part.split(","):
            if not _cron_item(item, low, high, names):
                words = f" or {names[0]} to {names[-1]}" if names else ""
                return f"“{part}” is no {noun}: that is {low} to {high}{words}, or * for every one"
    return _never(*text.split()[2:])


def _never(days: str, months: str, weekdays: str) -> str | None:
    """Why no such day ever comes, such as the 31st of February."""
    if "*" in days or not weekdays.startswith("*"):  # or it is a day of the week that counts
        return None
    first = min(int(re.split("[-/]", item)[0]) for item in days.split(","))
    longest = max(LONGEST_MONTHS[number - 1] for number in _months(months))
    if first <= longest:
        return None
    return f"there is no day {first} in “{months}”: of such months the longest has {longest} days"


def _months(text: str) -> set[int]:
    _, low, high, names = _CRON_FIELDS[3]
    found: set[int] = set()
    for item in text.lower().split(","):
        span, _, step = item.partition("/")
        first, _, last = span.partition("-")
        begin = low if first == "*" else _number(first, low, names)
        end = _number(last, low, names) if last else high if step or first == "*" else begin
        found |= set(range(begin, end + 1, int(step or 1)))
    return found


def _cron_item(item: str, low: int, high: int, names: tuple[str, ...]) -> bool:
    """One of the parts between commas: `*`, a value, a range, and perhaps `/` and how many at a time."""
    said = re.fullmatch(r"(\*|([0-9a-z]+)(?:-([0-9a-z]+))?)(?:/([0-9]+))?", item.lower())
    if said is None or (said[4] is not None and not 1 <= int(said[4]) <= high):
        return False
    if said[1] == "*":
        return True
    first = _number(said[2], low, names)
    last = first if said[3] is None else _number(said[3], low, names)
    return low <= first <= last <= high


def _number(text: str, low: int, names: tuple[str, ...]) -> int:
    if text in names:
        return names.index(text) + low
    return int(text) if text.isdecimal() else -1
