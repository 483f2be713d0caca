"""What belongs to a person: masked wherever a report or a row could show it."""

from __future__ import annotations

import re
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

from nano_sre.core.redact import MASK

_WORDS = frozenset(
    {
        "email",
        "emails",
        "mail",
        "em",
        "hem",
        "ph",
        "phone",
        "phones",
        "tel",
        "hpn",
        "mobile",
        "fn",
        "ln",
        "dob",
    }
    | {"firstname", "lastname", "fullname", "birthday", "address", "address1", "address2", "street", "zip"}
    | {"postcode", "ud", "pd", "ce"}
)
_PAIRS = frozenset(
    {"first name", "last name", "full name", "e mail", "postal code", "user data"} | {"customer properties"}
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_APART = re.compile(r"[^A-Za-z0-9]+")
_ADDRESS = re.compile(
    r"[\w.+-]{1,64}(?:@|%(?:25){0,3}40)(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24}(?![\w@])", re.ASCII
)
_HASH = re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{64}(?![0-9a-fA-F])")
_LONGEST_KEY = 200


def is_personal(key: str) -> bool:
    """Whether a parameter of this name tells who somebody is: `ud[em]`, `u_hem`, `customer_properties.$email`."""
    words = _APART.split(_CAMEL.sub(" ", key[:_LONGEST_KEY]).lower())
    pairs = {f"{one} {other}" for one, other in pairwise(words)}
    return not _WORDS.isdisjoint(words) or not _PAIRS.isdisjoint(pairs)


def mask_text(text: str) -> str:
    """`text` without mail addresses and without hashes that may stand for one."""
    if "@" in text or "40" in text:
        text = _ADDRESS.sub(MASK, text)
    return _HASH.sub(f"{MASK} (SHA-256)", text) if len(text) >= 64 else text


def mask_value(key: str, value: str) -> str:
    """The value of a parameter as people may see it."""
    if not is_personal(key) or not value:
        return mask_text(value)
    return f"{MASK} (SHA-256)" if _HASH.fullmatch(value) else MASK


def mask_address(url: str) -> str:
    """A URL with its personal parameters masked; the others stay as they are, unquoted."""
    try:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=200)
    except ValueError:
        return mask_text(url)
    head = url.partition("?")[0].partition("#")[0]
    if not pairs:
        return mask_text(url)
    return f"{mask_text(head)}?{'&'.join(f'{key}={mask_value(key, value)}' for key, value in pairs)}"
