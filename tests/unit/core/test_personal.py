from __future__ import annotations

import pytest

from nano_sre.core.personal import is_personal, mask_address, mask_text, mask_value

SHA = "a" * 64


@pytest.mark.parametrize(
    "key",
    [
        "em",
        "ud[em]",
        "ud[ph]",
        "u_hem",
        "u_hpn",
        "e-mail",
        "E_MAIL",
        "user.email",
        "customer_properties.$email",
        "context.user.phone_number",
        "firstName",
        "last_name",
        "pd",
        "userData.zip",
        "postal_code",
    ],
)
def test_a_parameter_that_tells_who_somebody_is(key: str) -> None:
    assert is_personal(key)


@pytest.mark.parametrize(
    "key", ["", "ep.value", "cid", "theme", "memory", "cd[content_ids]", "phase", "gcs", "female"]
)
def test_a_parameter_that_does_not(key: str) -> None:
    assert not is_personal(key)


def test_a_hash_is_told_from_plain_text() -> None:
    assert mask_value("ud[em]", SHA) == "•••• (SHA-256)"
    assert mask_value("ud[em]", "ann@example.com") == "••••"
    assert mask_value("ud[em]", "") == ""
    assert mask_value("order", f"1 {SHA} 2") == "1 •••• (SHA-256) 2"


@pytest.mark.parametrize(
    "mail", ["ann@example.com", "ann%40example.com", "ann%2540example.com", "a.b+c@x-y.co.uk"]
)
def test_a_mail_address_is_masked_wherever_it_stands(mail: str) -> None:
    assert mask_text(f"https://shop.example/?q={mail}&b=1") == "https://shop.example/?q=••••&b=1"


@pytest.mark.parametrize(
    "text", ["https://shop.example/wpm@8c7d/sandbox", "lodash@4.17.21", "40 pieces", "@", "a@b"]
)
def test_what_only_looks_like_one_stays(text: str) -> None:
    assert mask_text(text) == text


def test_an_address_keeps_what_is_nobodys() -> None:
    assert (
        mask_address("https://v.example/tr?ev=Lead&ud[ph]=4917&x=%41")
        == "https://v.example/tr?ev=Lead&ud[ph]=••••&x=A"
    )


def test_an_address_that_is_none_is_still_masked() -> None:
    assert "ann@example.com" not in mask_address("http://[::1?em=ann@example.com")
    assert "ann@example.com" not in mask_address(
        "https://v.example/?" + "&".join(f"k{i}=ann@example.com" for i in range(500))
    )


def test_a_long_hostile_text_takes_no_time() -> None:
    assert mask_text("a" * 200_000 + "@") == "a" * 200_000 + "@"
    assert "•" not in mask_text("a@" * 50_000)
