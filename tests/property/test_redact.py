"""A planted secret survives in no spelling that we can foresee."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nano_sre.core.redact import MASK, SHORTEST, Redactor

SECRETS = st.text(st.characters(exclude_categories=("Cs",)), min_size=SHORTEST, max_size=40)
AROUND = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="•"), max_size=20)


@settings(deadline=None, max_examples=300)
@given(SECRETS, AROUND, AROUND)
def test_as_it_is_and_as_texts_spell_it(secret: str, before: str, after: str) -> None:
    redactor = Redactor([secret])
    spellings = [
        secret,
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        quote(quote(secret, safe=""), safe=""),
        quote(quote(secret), safe=""),
        quote_plus(quote_plus(secret)),
        quote(quote_plus(secret), safe=""),
        html.escape(secret),
        html.escape(secret, quote=False),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        secret.encode().hex(),
    ]
    for spelling in spellings:
        assert spelling not in redactor.text(f"{before}{spelling}{after}")
        assert spelling.encode() not in redactor.data(f"{before}{spelling}{after}".encode())


@pytest.mark.parametrize(
    ("secret", "spelling"),
    [
        ("P@ss&word+1", "P%2540ss%2526word%252B1"),
        ("P@ss&word+1", "P%2540ss%2526word%252b1"),
        ("hunter2 s3cret", "hunter2%2Bs3cret"),
        ("hunter2 s3cret", "hunter2%2520s3cret"),
        ("grün ~*", "gr%25C3%25BCn%2B%257E*"),
        ("grün ~*", "gr%25c3%25bcn%2b%257e*"),
    ],
)
def test_the_address_of_a_page_inside_another_address(secret: str, spelling: str) -> None:
    """A tracking pixel's query carries the address of the page that it is on."""
    assert Redactor([secret]).text(f"%3Fq%3D{spelling}%26") == f"%3Fq%3D{MASK}%26"


@settings(deadline=None, max_examples=300)
@given(SECRETS, st.binary(max_size=8), st.binary(max_size=8))
def test_inside_base64_at_any_alignment(secret: str, before: bytes, after: bytes) -> None:
    masked = Redactor([secret]).text(base64.b64encode(before + secret.encode() + after).decode())
    try:
        decoded = base64.b64decode(masked.replace("•", ""), validate=True)
    except ValueError:
        return  # no longer base64 at all
    assert secret.encode() not in decoded


@given(st.lists(SECRETS, min_size=1, max_size=3), AROUND)
def test_deep_in_data_keys_included(secrets: list[str], other: str) -> None:
    redactor = Redactor(secrets)
    masked = redactor.deep(
        {"a": [secrets[0], {f"{other}{secrets[-1]}": (secrets[0],)}], "b": secrets[0].encode()}
    )
    shown = repr(masked)
    assert all(repr(secret)[1:-1] not in shown for secret in secrets)


@given(st.text(max_size=60))
def test_without_a_secret_nothing_changes(text: str) -> None:
    assert Redactor().text(text) == text
