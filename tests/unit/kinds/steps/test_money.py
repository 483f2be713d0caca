from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from babel.localedata import locale_identifiers
from babel.numbers import UnsupportedNumberingSystemError, format_currency
from hypothesis import given
from hypothesis import strategies as st

from nano_sre.core.fields import Money
from nano_sre.core.forms import CURRENCIES as ISO_CURRENCIES
from nano_sre.kinds._shared.money import MoneyError, format_money, precision, read_amounts, read_money

READ = [
    ("1.299,00 €", "de-DE", "EUR", "1299.00"),
    ("€ 1.299,00", "nl-NL", "EUR", "1299.00"),
    ("1.299 €", "de-DE", "EUR", "1299"),
    ("1.299,- €", "de-DE", "EUR", "1299"),
    ("1\u202f299,00\u00a0€", "fr-FR", "EUR", "1299.00"),
    ("12,00\u00a0$\u00a0US", "fr-CA", "USD", "12.00"),
    ("$1,299.00", "en-US", "USD", "1299.00"),
    ("$12.00 USD", "en-US", "USD", "12.00"),
    ("USD $12.00", "en-US", "USD", "12.00"),
    ("From $10", "en-US", "USD", "10"),
    ("2 \u00d7 $10.00", "en-US", "USD", "10.00"),
    ("Save 20% now: $10.00", "en-US", "USD", "10.00"),
    ("Board - $10.00", "en-US", "USD", "10.00"),
    ("-$5.00", "en-US", "USD", "-5.00"),
    ("\u22125,00 €", "fi-FI", "EUR", "-5.00"),
    ("¥1,200", "ja-JP", "JPY", "1200"),
    ("1,200円", "ja-JP", "JPY", "1200"),
    ("1\u00a0299,00 kr", "sv-SE", "SEK", "1299.00"),
    ("kr. 1.299,00", "da-DK", "DKK", "1299.00"),
    ("CHF 1\u2019299.00", "de-CH", "CHF", "1299.00"),
    ("R$ 1.299,00", "pt-BR", "BRL", "1299.00"),
    ("1 299 Kč", "cs-CZ", "CZK", "1299"),
    ("12,00 zł", "pl-PL", "PLN", "12.00"),
    ("Rs. 1,29,900.00", "en-IN", "INR", "129900.00"),
    ("KWD 1.500", "en", "KWD", "1.500"),
    ("$1.299", "es-CL", "CLP", "1299"),
    ("C$10.00", "en-CA", "CAD", "10.00"),
    ("1,299.00", "en-US", "USD", "1299.00"),
    ("CHF 1'299.00", "de-CH", "CHF", "1299.00"),
    ("CHF 10.\u2013", "de-CH", "CHF", "10"),
    ("1 299,00 kr", "nb-NO", "NOK", "1299.00"),
    ("Cg.1,299.00", "en", "XCG", "1299.00"),
    ("B/.10.50", "es-PA", "PAB", "10.50"),
    ("€ 1.299,00-", "fy-NL", "EUR", "-1299.00"),
    ("\u0661\u066c\u0662\u0669\u0669\u066b\u0660\u0660\u0660 \u062f.\u0643.", "ar-KW", "KWD", "1299.000"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "locale", "currency", "amount"), READ)
def test_money_is_read_as_people_write_it(text: str, locale: str, currency: str, amount: str) -> None:
    assert read_money(text, locale=locale, currency=currency) == Money(Decimal(amount), currency)


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("$30.00 $20.00", ["30.00", "20.00"]),
        ("Regular price\n$749.95\nSale price\n$699.95 USD", ["749.95", "699.95"]),
        ("$10\u2013$20", ["10", "20"]),
        ("Save 20% today, only 3 left", []),
        ("FOR 100", []),
    ],
)
def test_a_text_may_hold_several_amounts_or_none(text: str, amounts: list[str]) -> None:
    found = read_amounts(text, locale="en-US", currency="USD")
    assert [money.amount for money in found] == [Decimal(each) for each in amounts]


def test_amounts_stand_side_by_side_in_euros() -> None:
    assert [m.amount for m in read_amounts("30,00 € 20,00 €", locale="de-DE", currency="EUR")] == [30, 20]
    assert [m.amount for m in read_amounts("€30,00 €20,00", locale="nl-NL", currency="EUR")] == [30, 20]


@pytest.mark.parametrize("text", ["€10.00", "10 EUR", "US$10", "£5"])
def test_another_currency_is_an_error(text: str) -> None:
    with pytest.raises(MoneyError, match="is not in CAD"):
        read_money(text, locale="en-CA", currency="CAD")


@pytest.mark.parametrize("text", ["", "free", "$10 or $20"])
def test_what_is_not_one_amount_is_an_error(text: str) -> None:
    with pytest.raises(MoneyError):
        read_money(text, locale="en-US", currency="USD")


EVERY_LOCALE = tuple(sorted(locale_identifiers()))
LOCALES = (
    "en_US", "en_GB", "en_CA", "en_AU", "en_IN", "en_ZA", "fr_FR", "fr_CA", "fr_CH", "de_DE", "de_AT",
    "de_CH", "es_ES", "es_MX", "es_CL", "it_IT", "nl_NL", "nl_BE", "sv_SE", "da_DK", "nb_NO", "fi_FI",
    "pl_PL", "pt_PT", "pt_BR", "cs_CZ", "sk_SK", "hu_HU", "ro_RO", "bg_BG", "el_GR", "tr_TR", "uk_UA",
    "ru_RU", "he_IL", "ar_EG", "ar_SA", "ja_JP", "ko_KR", "zh_CN", "zh_TW", "th_TH", "vi_VN", "id_ID",
    "hr_HR", "sl_SI", "et_EE", "lv_LV", "lt_LT", "is_IS", "ga_IE", "lb_LU", "mt_MT",
)  # fmt: skip
CURRENCIES = (
    "USD", "EUR", "GBP", "JPY", "CHF", "SEK", "DKK", "NOK", "PLN", "CZK", "HUF", "RON", "BRL", "MXN", "CAD",
    "AUD", "NZD", "INR", "KRW", "KWD", "TRY", "ILS", "ZAR", "CLP", "AED",
)  # fmt: skip


@given(
    locale=st.sampled_from(LOCALES) | st.sampled_from(EVERY_LOCALE),
    currency=st.sampled_from(CURRENCIES) | st.sampled_from(sorted(ISO_CURRENCIES)),
    digits=st.sampled_from(["latn", "default"]),
    amount=st.decimals(min_value=-10_000_000, max_value=10_000_000, places=3),
)
def test_what_a_locale_writes_reads_back_exactly(
    locale: str, currency: str, digits: str, amount: Decimal
) -> None:
    """Every locale that babel knows, every currency there is, also in the locale's own digits."""
    unit = Decimal(1).scaleb(-precision(currency))
    exact = amount.quantize(unit, rounding=ROUND_HALF_EVEN)
    try:
        text = format_currency(exact, currency, locale=locale, numbering_system=digits)
    except UnsupportedNumberingSystemError:
        text = format_currency(exact, currency, locale=locale)
    assert read_money(text, locale=locale.replace("_", "-"), currency=currency).amount == exact


@given(locale=st.sampled_from(LOCALES), amount=st.decimals(min_value=0, max_value=99_999, places=2))
def test_our_own_writing_reads_back_exactly(locale: str, amount: Decimal) -> None:
    money = Money(amount, "EUR")
    assert read_money(format_money(money, locale=locale), locale=locale, currency="EUR") == money


@given(text=st.text(alphabet="$€£kr 0123456789.,'-\u2013()%abc\u00a0\n", max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    with suppress(MoneyError):
        assert all(money.currency == "USD" for money in read_amounts(text, locale="en-US", currency="USD"))


def test_an_unknown_locale_falls_back_to_its_language() -> None:
    assert format_money(Money(Decimal(10), "EUR"), locale="de-XX") == "10,00 €"


def test_babel_is_not_imported_until_money_is_read() -> None:
    code = (
        "import sys, nano_sre.kinds.steps.expect, nano_sre.kinds.steps.add_to_cart; "
        "sys.exit('babel' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
