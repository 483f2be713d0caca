"""Texts of the wire: forms, JSON, parts."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nano_sre.kinds._shared.tracking.texts import (
    MOST_PARAMETERS,
    Number,
    form,
    read_body,
    read_json,
    read_lines,
)

WIRE = st.text(st.sampled_from(list('ab=&+%2025fFeE1\x1e\x1f;~é\x00.[]"{ \r\n')), max_size=60)


def of_library(text: str) -> dict[str, str]:
    pairs = parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="replace", separator="&")
    return {name.replace("\0", "\ufffd"): value.replace("\0", "\ufffd") for name, value in pairs}


@given(WIRE)
def test_a_form_is_what_the_standard_library_makes_of_it(text: str) -> None:
    assert form(text, []) == {name: value for name, value in of_library(text).items() if name}


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8"), min_size=1, max_size=8),
        st.text(st.characters(codec="utf-8"), max_size=20),
        max_size=8,
    )
)
def test_what_a_browser_encodes_comes_back(given_: dict[str, str]) -> None:
    from urllib.parse import urlencode

    wanted = {k.replace("\0", "\ufffd"): v.replace("\0", "\ufffd") for k, v in given_.items()}
    assert form(urlencode(given_), []) == wanted


def test_ten_thousand_parameters_are_bounded_and_told() -> None:
    trouble: list[str] = []
    found = form("&".join(f"k{n}=v" for n in range(10_000)), trouble)
    assert len(found) == MOST_PARAMETERS
    assert trouble == ["only the first 2,000 of 10,000 parameters were read"]


def test_numbers_of_json_stay_as_they_are_written_and_are_no_texts() -> None:
    found = read_json('{"a": 129.50, "b": "129.50", "c": 1e400, "d": NaN, "e": ' + "9" * 6_000 + "}", "x", [])
    assert found["a"] == "129.50"
    assert type(found["a"]) is Number
    assert type(found["b"]) is str
    assert found["c"] == "1e400"
    assert len(found["e"]) == 6_000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": ', "the body is no JSON that can be read: expecting value"),
        ("[" * 100_000, "the body is no JSON that can be read: it is nested too deeply"),
        ('{"a": 1} tail', "the body goes on after its JSON"),
    ],
)
def test_broken_json_is_told(text: str, said: str) -> None:
    trouble: list[str] = []
    read_json(text, "the body", trouble)
    assert trouble == [said]


def test_halves_of_characters_and_nul_become_signs_that_can_be_kept() -> None:
    found = read_json('{"a\\ud800": ["\\u0000", "\\ud83d\\ude00", 1]}', "x", [])
    assert found == {"a\ufffd": ["\ufffd", "\U0001f600", "1"]}
    json.dumps(found, ensure_ascii=False).encode()
    assert form("a=%00b&c=%ED%A0%80", []) == {"a": "\ufffdb", "c": "\ufffd\ufffd\ufffd"}


def test_bodies_are_read_by_what_they_look_like() -> None:
    parts = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n2\r\n--x--\r\n'
    assert read_body(b' {"a": 1}', "text/plain", []) == {"a": "1"}
    assert read_body(b"a=1&b=2\n", "", []) == {"a": "1", "b": "2"}
    assert read_body(parts, "multipart/form-data; boundary=x", []) == {"a": "1\r\n2"}
    assert read_body(parts, "", []) == {"a": "1\r\n2"}
    assert read_body(b"PING", "text/ping", []) == "PING"
    trouble: list[str] = []
    assert read_body(b"a=\xff", "", trouble) == {"a": "\ufffd"}
    assert trouble == ["the body is no UTF-8"]


def test_lines_are_parted_by_any_white_space_unless_they_are_json() -> None:
    assert read_lines("en=a&x=1\r\n\r\nen=b en=c", []) == [{"en": "a", "x": "1"}, {"en": "b"}, {"en": "c"}]
    assert read_lines('{"en": "a b"}\n{"en": "c"}\n', []) == [{"en": "a b"}, {"en": "c"}]
