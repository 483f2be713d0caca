"""Money as people write it: read and written by the market's locale and currency.

The text decides where it can (`1.299,00` has one reading); the locale where it cannot (`1.299`). A currency
sign that is not the market's is an error, never a comparison.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from nano_sre.core.fields import Money
from nano_sre.core.forms import CURRENCIES

# Signs that themes write whatever the locale; babel adds those of the market's own locale.
SIGNS: dict[str, str] = {
    "$": "USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP UYU BBD BSD BMD JMD TTD XCD",
    "€": "EUR",
    "£": "GBP EGP GIP FKP SHP SSP SYP LBP",
    "¥": "JPY CNY",
    "￥": "JPY CNY",
    "円": "JPY",
    "元": "CNY TWD",
    "kr": "SEK NOK DKK ISK",
    "kr.": "DKK ISK",
    "zł": "PLN",
    "Kč": "CZK",
    "Ft": "HUF",
    "lei": "RON",
    "лв": "BGN",
    "₴": "UAH",
    "₽": "RUB",
    "₺": "TRY",
    "TL": "TRY",
    "₪": "ILS",
    "₹": "INR",
    "Rs": "INR PKR LKR NPR MUR",
    "Rs.": "INR PKR LKR NPR MUR",
    "₩": "KRW KPW",
    "₫": "VND",
    "฿": "THB",
    "₱": "PHP CUP",
    "RM": "MYR",
    "Rp": "IDR",
    "R": "ZAR",
    "R$": "BRL",
    "₦": "NGN",
    "S/": "PEN",
    "Fr.": "CHF",
    "SFr.": "CHF",
    "Dhs.": "AED",
    "Dhs": "AED",
    "US$": "USD",
    "$ US": "USD",
    "CA$": "CAD",
    "C$": "CAD NIO",
    "$ CA": "CAD",
    "A$": "AUD",
    "AU$": "AUD",
    "NZ$": "NZD",
    "HK$": "HKD",
    "NT$": "TWD",
    "S$": "SGD",
    "MX$": "MXN",
    "CN¥": "CNY",
    "JP¥": "JPY",
}
_SPACES = " \u00a0\u202f\u2009"
_COMMAS = "\u060c\u2e41"  # of scripts that write from right to left
_GROUPS = "'\u2019\u02bc\u066c" + _COMMAS + _SPACES
_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2068\u2069\u200b\ufeff"))
_MINUS = "-\u2212\u2013"


class MoneyError(ValueError):
    """No amount, several amounts, or an amount in another currency. The message is for people."""


def read_money(text: str, *, locale: str, currency: str) -> Money:
    """The one amount in a text, such as “From $10.00”. Raises `MoneyError`."""
    amounts = list(dict.fromkeys(read_amounts(text, locale=locale, currency=currency)))
    if len(amounts) == 1:
        return amounts[0]
    said = " ".join(text.split())
    if not amounts:
        raise MoneyError(f"“{said}” is not an amount of money")
    raise MoneyError(f"“{said}” shows several amounts")


def read_amounts(text: str, *, locale: str, currency: str) -> list[Money]:
    """Every amount in a text, in order. A number counts when a currency or nothing at all stands beside it.

    Raises `MoneyError` when an amount is in another currency than the market's.
    """
    plain = text.translate(_MARKS)
    found = [
        _amount(match, locale=locale, currency=currency)
        for match in _pattern(locale, currency).finditer(plain)
        if match["before"] or match["iso"] or match["after"]
    ]
    if not found and (bare := re.fullmatch(rf"\s*([{_MINUS}]?)\s*({_number(locale)})\s*", plain)):
        number = read_number(bare[2], locale=locale, places=precision(currency))
        return [Money(-number if bare[1] else number, currency)]
    return found


def read_number(text: str, *, locale: str, places: int = 2) -> Decimal:
    """A number as people write it; `places` is how many digits usually follow its decimal sign."""
    digits = re.sub(f"[{_GROUPS}]", "", text)
    if "\u066b" in digits:  # the Arabic decimal sign, which groups nothing
        whole, _, rest = digits.rpartition("\u066b")
        return Decimal(f"{re.sub('[.,]', '', whole)}.{rest}")
    dots, commas = digits.count("."), digits.count(",")
    if dots and commas:
        decimal = max(".,", key=digits.rfind)
    elif dots + commas == 1:
        sign = "." if dots else ","
        decimal = sign if _is_decimal(digits, sign, locale=locale, places=places) else ""
    else:
        decimal = ""
    whole, _, rest = digits.rpartition(decimal) if decimal else (digits, "", "")
    return Decimal(re.sub("[.,]", "", whole) + (f".{rest}" if rest else ""))


def format_money(money: Money, *, locale: str) -> str:
    """The amount as the locale writes it, with ordinary spaces so that messages can be searched."""
    from babel.numbers import format_currency  # noqa: PLC0415 -- babel is slow to import, checks only validate

    text = format_currency(
        money.amount,
        money.currency,
        locale=_babel(locale),
        currency_digits=_has_digits(money),
        decimal_quantization=_has_digits(money),
    )
    return " ".join(text.translate(_MARKS).split())


@cache
def precision(currency: str) -> int:
    """How many digits follow the decimal sign in this currency: 2 for USD, 0 for JPY, 3 for KWD."""
    from babel.numbers import get_currency_precision  # noqa: PLC0415

    return int(get_currency_precision(currency))


def _has_digits(money: Money) -> bool:
    exponent = money.amount.as_tuple().exponent
    return not isinstance(exponent, int) or -exponent <= precision(money.currency)


def _is_decimal(digits: str, sign: str, *, locale: str, places: int) -> bool:
    after = len(digits) - digits.index(sign) - 1
    if after != 3:
        return True
    group, decimal = _signs_of_numbers(locale)
    if sign == group:
        return False
    return sign == decimal or places == 3


def _amount(match: re.Match[str], *, locale: str, currency: str) -> Money:
    for part in ("iso", "before", "after"):
        if match[part]:
            sign = " ".join(match[part].split())  # a sign of two words may have any kind of space in it
            _must_be(sign, match[0], locale=locale, currency=currency)
    number = read_number(match["number"], locale=locale, places=precision(currency))
    return Money(-number if match["minus"] or match["inner"] or match["behind"] else number, currency)


def _must_be(sign: str, said: str, *, locale: str, currency: str) -> None:
    meant = _market_signs(locale, currency)
    if sign in meant or sign == currency:
        return
    theirs = SIGNS.get(sign, sign).split()
    if currency not in theirs:
        raise MoneyError(f"“{said.strip()}” is not in {currency}")


@cache
def _pattern(locale: str, currency: str) -> re.Pattern[str]:
    signs = sorted({*SIGNS, *_market_signs(locale, currency)}, key=len, reverse=True)
    sign = "|".join(re.escape(each).replace(r"\ ", rf"[{_SPACES}]") for each in signs)
    codes = "|".join(sorted(_codes()))
    space = rf"[{_SPACES}]?"
    behind = rf"(?:[{_MINUS}](?!\w))?" if _minus_stands_behind(locale) else ""
    return re.compile(
        rf"(?:(?<![\w.,])(?P<minus>[{_MINUS}]))?(?:(?<![^\W\d_])(?P<iso>{codes}){space})?"
        rf"(?:(?<![^\W\d_])(?P<before>{sign}){space})?(?P<inner>[{_MINUS}])?{space}(?(before)|(?<![\d.,]))(?P<number>{_number(locale)})(?P<behind>{behind})(?:[,.][-\u2013\u2014])?(?!\s?%)"
        rf"(?:{space}(?P<after>(?:{codes})(?![^\W\d_])|(?(before)(?!)|(?:{sign})(?![^\W\d_]))))?"
    )


@cache
def _number(locale: str) -> str:
    """The pattern of a number; a space only groups as many digits as the locale's groups have."""
    from babel import Locale  # noqa: PLC0415

    size = 2 if Locale.parse(_babel(locale)).decimal_formats[None].grouping == (2, 2) else 3
    grouped = rf"\d{{1,{size}}}(?:[{_SPACES}]\d{{{size}}})+(?!\d)(?:[.,\u066b]\d+)?"
    return rf"{grouped}|\d+(?:[.,'\u2019\u02bc\u066c\u066b{_COMMAS}]\d+)*"


@cache
def _minus_stands_behind(locale: str) -> bool:
    from babel import Locale  # noqa: PLC0415

    _, suffix = Locale.parse(_babel(locale)).currency_formats["standard"].suffix
    return "-" in suffix


@cache
def _market_signs(locale: str, currency: str) -> frozenset[str]:
    from babel import Locale  # noqa: PLC0415
    from babel.numbers import get_currency_symbol  # noqa: PLC0415

    known = {currency, get_currency_symbol(currency, _babel(locale)), get_currency_symbol(currency, "en")}
    known |= {sign for sign, currencies in SIGNS.items() if currency in currencies.split()}
    own = Locale.parse(_babel(locale)).currency_symbols.get(currency)
    return frozenset(" ".join(each.translate(_MARKS).split()) for each in (*known, own) if each)


@cache
def _codes() -> frozenset[str]:
    from babel.numbers import list_currencies  # noqa: PLC0415

    return frozenset(list_currencies("en")) | CURRENCIES


@cache
def _signs_of_numbers(locale: str) -> tuple[str, str]:
    from babel.numbers import get_decimal_symbol, get_group_symbol  # noqa: PLC0415

    return get_group_symbol(_babel(locale)), get_decimal_symbol(_babel(locale))


@cache
def _babel(locale: str) -> str:
    """The locale in babel's spelling; an unknown region falls back to its language, then to English."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415

    wanted = locale.replace("-", "_")
    for name in (wanted, wanted.split("_")[0]):
        try:
            return str(Locale.parse(name))
        except (UnknownLocaleError, ValueError):
            continue
    return "en"


def money_signs(locale: str, currency: str) -> tuple[list[str], str]:
    """Every sign that may stand beside an amount, and the locale's decimal sign: what a page is searched for."""
    signs = {*SIGNS, *_market_signs(locale, currency), "USD", "EUR", "GBP", "CAD", "AUD", "JPY", "CHF"}
    return sorted(signs, key=len, reverse=True), _signs_of_numbers(locale)[1]
