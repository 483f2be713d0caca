"""Invented delivery addresses, one a country, that ordinary address forms accept."""

from __future__ import annotations

from nano_sre.core.forms import Country, Email
from nano_sre.core.program import Address, ShopperData

# Nobody reads example.com, so a store that writes to people who leave a checkout writes to no one.
ANYBODY = ShopperData(email=Email("nano-sre-test@example.com"))


def _at(country: str, *parts: str, province: str | None = None, phone: str) -> Address:
    address1, postal_code, city = parts
    return Address(
        address1=address1,
        zip=postal_code,
        city=city,
        country=Country(country),
        province=province,
        phone=phone,
    )


# Numbers are from the ranges that regulators keep for fiction, where there are any.
ADDRESSES: dict[str, Address] = {
    address.country: address
    for address in (
        _at("US", "123 Example Street", "10001", "New York", province="NY", phone="+12125550123"),
        _at("CA", "123 Example Street", "M5V 2T6", "Toronto", province="ON", phone="+14165550123"),
        _at("GB", "12 Example Road", "SW1A 1AA", "London", phone="+442079460123"),
        _at("IE", "12 Example Road", "D02 X285", "Dublin", province="D", phone="+35312345678"),
        _at("AU", "12 Example Street", "2000", "Sydney", province="NSW", phone="+61255501234"),
        _at("NZ", "12 Example Street", "1010", "Auckland", province="AUK", phone="+6493001234"),
        _at("DE", "Musterstraße 12", "10115", "Berlin", phone="+493023125123"),
        _at("AT", "Musterstraße 12", "1010", "Wien", phone="+4312345678"),
        _at("CH", "Musterstrasse 12", "8001", "Zürich", province="ZH", phone="+41442345678"),
        _at("FR", "12 rue de l'Exemple", "75001", "Paris", phone="+33199001234"),
        _at("BE", "Voorbeeldstraat 12", "1000", "Brussel", phone="+3221234567"),
        _at("NL", "Voorbeeldstraat 12", "1012 AB", "Amsterdam", phone="+31201234567"),
        _at("LU", "12 rue de l'Exemple", "1111", "Luxembourg", phone="+352123456"),
        _at("ES", "Calle Ejemplo 12", "28001", "Madrid", province="M", phone="+34912345678"),
        _at("PT", "Rua do Exemplo 12", "1000-001", "Lisboa", province="PT-11", phone="+351212345678"),
        _at("IT", "Via Esempio 12", "00118", "Roma", province="RM", phone="+39061234567"),
        _at("SE", "Exempelgatan 12", "111 22", "Stockholm", phone="+4684650041"),
        _at("DK", "Eksempelvej 12", "1050", "København", phone="+4532123456"),
        _at("NO", "Eksempelveien 12", "0150", "Oslo", phone="+4721234567"),
        _at("FI", "Esimerkkikatu 12", "00100", "Helsinki", phone="+358912345678"),
        _at("PL", "ul. Przykładowa 12", "00-001", "Warszawa", phone="+48221234567"),
        _at("CZ", "Příkladná 12", "110 00", "Praha", phone="+420221234567"),
        _at("BR", "Rua Exemplo 12", "01001-000", "São Paulo", province="SP", phone="+551133334444"),
        _at("MX", "Calle Ejemplo 12", "06000", "Ciudad de México", province="DF", phone="+525512345678"),
        _at("JP", "丸の内1-2-3", "100-0005", "千代田区", province="JP-13", phone="+81312345678"),
        _at("IN", "12 Example Road", "110001", "New Delhi", province="DL", phone="+911123456789"),
        _at("SG", "12 Example Road", "018956", "Singapore", phone="+6561234567"),
    )
}

# Where a market names no country, its currency or else its language says which one is likely.
_BY_CURRENCY = {
    "USD": "US", "CAD": "CA", "GBP": "GB", "AUD": "AU", "NZD": "NZ", "CHF": "CH", "SEK": "SE", "DKK": "DK",
    "NOK": "NO", "PLN": "PL", "CZK": "CZ", "BRL": "BR", "MXN": "MX", "JPY": "JP", "INR": "IN", "SGD": "SG",
}  # fmt: skip
_BY_LANGUAGE = {
    "de": "DE",
    "fr": "FR",
    "es": "ES",
    "it": "IT",
    "nl": "NL",
    "fi": "FI",
    "pt": "PT",
    "ja": "JP",
}


def country_of(*, country: str | None, currency: str, locale: str) -> str:
    """The country a market's shoppers most likely live in, as an ISO 3166 code."""
    language, _, region = locale.replace("_", "-").partition("-")
    for candidate in (country, region.upper()):
        if candidate in ADDRESSES:
            return str(candidate)
    return _BY_CURRENCY.get(currency) or _BY_LANGUAGE.get(language) or "US"
