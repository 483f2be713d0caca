from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nano_sre.core.diagnostics import Span
from nano_sre.core.excerpt import ExcerptLine, excerpt
from nano_sre.core.visible import columns


def place(source: str, span: Span, *, width: int = 100) -> ExcerptLine:
    return next(line for line in excerpt(source, span, width=width) if line.is_place)


def test_three_parts() -> None:
    line = place("a: 1\nretires: 2\n", Span("f", 2, 1, 2, 8))
    assert (line.before, line.marked, line.after, line.number) == ("", "retires", ": 2", 2)


def test_context_on_both_sides_without_blank_edges() -> None:
    found = excerpt("\na\nb\nc\n\nd", Span("f", 3, 1), before=2, after=2)
    assert [line.number for line in found] == [2, 3, 4]


def test_every_line_end_that_yaml_counts() -> None:
    assert place("a\r\nb\rc\x85d\u2028e", Span("f", 5, 1)).text == "e"


def test_a_byte_order_mark_takes_no_column() -> None:
    assert place("\ufeffid: x", Span("f", 1, 1, 1, 3)).marked == "id"


def test_a_span_over_lines_is_marked_to_the_end_of_its_first() -> None:
    assert place("a: [1,  \n 2]", Span("f", 1, 4, 2, 4)).marked == "[1,"


def test_without_an_end_one_character_is_marked() -> None:
    assert place("abc", Span("f", 1, 2)).marked == "b"


def test_at_and_after_the_end_of_a_line() -> None:
    assert place("abc", Span("f", 1, 4)).caret == "   ^"
    assert place("abc", Span("f", 1, 99)).caret == "   ^"
    assert place("abc\n", Span("f", 2, 1)).caret == "^"


def test_a_line_the_file_does_not_have() -> None:
    assert excerpt("abc", Span("f", 7, 1)) == ()
    assert excerpt("abc", Span("f", 0, 1)) == ()


def test_wide_characters_and_tabs_keep_the_caret_below() -> None:
    line = place("雪板\tx: 1", Span("f", 1, 4, 1, 5))
    assert columns(line.before) == 8
    assert line.caret == " " * 8 + "^"


def test_a_long_line_is_cut_round_the_place() -> None:
    line = place("x" * 5000 + "here" + "y" * 5000, Span("f", 1, 5001, 1, 5005), width=60)
    assert line.marked == "here"
    assert line.text.startswith("…x")
    assert line.text.endswith("y…")
    assert columns(line.text) <= 62


def test_a_long_line_of_context_is_cut_at_its_end() -> None:
    first, _ = excerpt("z" * 500 + "\nid: a", Span("f", 2, 1), width=40)
    assert first.text == "z" * 40 + "…"


@given(
    st.text(max_size=400),
    st.integers(-1, 9),
    st.integers(-1, 300),
    st.one_of(st.none(), st.integers(-1, 300)),
    st.integers(10, 80),
)
def test_any_span_in_any_text(source: str, line: int, column: int, end: int | None, width: int) -> None:
    for found in excerpt(source, Span("f", line, column, line, end), before=2, after=2, width=width):
        assert columns(found.text) <= width + 2
        assert not any(char < " " for char in found.text)
        assert found.caret.strip("^ ") == ""
