from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nano_sre.core.visible import clean, columns, cut, shorten, shown

HOSTILE = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from("\x00\x07\x1b\x7f\x9b\r\n\t\u202e\u2028\ud800[]31m;"))
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;a new title\x07said", "said"),
        ("\x9b31mred", "red"),
        ("\x1b\x00[31m", "[31m"),
        ("two  spaces\tand\r\na line", "two spaces and a line"),
        ("txt.\u202eexe", "txt.exe"),
        ("half \ud83d of one", "half \ufffd of one"),
        ("cafe\u0301 雪板 👩\u200d🚀", "cafe\u0301 雪板 👩\u200d🚀"),
    ],
)
def test_clean_keeps_what_people_read(text: str, expected: str) -> None:
    assert clean(text) == expected


def test_clean_keeps_line_breaks_when_asked() -> None:
    assert clean("a\r\nb\rc\u2028d\x85e\tf", newlines=True) == "a\nb\nc\nd\ne\tf"


@given(HOSTILE, st.booleans())
def test_nothing_that_controls_a_terminal_survives(text: str, newlines: bool) -> None:
    left = {char for char in clean(text, newlines=newlines) if unicodedata.category(char) in ("Cc", "Cs")}
    assert left <= ({"\n", "\t"} if newlines else set())


@given(st.characters())
def test_a_shown_character_stays_one_character(char: str) -> None:
    assert len(shown(char)) == 1
    assert char == "\t" or unicodedata.category(shown(char)) not in ("Cc", "Cs")


@pytest.mark.parametrize(
    ("text", "width"),
    [("abc", 3), ("雪板", 4), ("cafe\u0301", 4), ("", 0), ("soft\xadhyphen", 11), ("a\u200bb", 2)],
)
def test_columns(text: str, width: int) -> None:
    assert columns(text) == width


@given(HOSTILE, st.integers(-2, 40))
def test_cut_fits(text: str, width: int) -> None:
    found = cut(clean(text), width)
    assert columns(found) <= max(width, 0)
    assert len(found) <= 4 * max(width, 0) + 1


def test_cut_says_that_it_cut() -> None:
    assert cut("a snowboard", 8) == "a snowb…"
    assert cut("a snowboard", 11) == "a snowboard"
    assert cut("雪板を買う", 6) == "雪板…"


def test_shorten_counts_what_is_missing() -> None:
    assert shorten("x" * 12, 10) == "x" * 10 + "… (2 more characters)"
    assert shorten("short", 10) == "short"
