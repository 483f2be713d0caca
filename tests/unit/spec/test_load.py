from __future__ import annotations

import math

import pytest

from nano_sre.spec.load import decode, load, node_of, plain_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("yes", "yes"),
        ("on", "on"),
        ("True", "True"),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("01234", "01234"),
        ("0", 0),
        ("1.50", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1e999", "1e999"),
        ("1_000", "1_000"),
        ("18:00", "18:00"),
        ("2026-11-27", "2026-11-27"),
        ("0x1F", "0x1F"),
        ("12345678901234567890", "12345678901234567890"),
    ],
)
def test_what_plain_words_are(text: str, value: object) -> None:
    assert plain_value(text) == value
    assert type(plain_value(text)) is type(value)


def test_no_number_is_infinite() -> None:
    assert not any(
        isinstance(plain_value(t), float) and math.isinf(plain_value(t)) for t in ("1e308", "9e308", "1e999")
    )


def test_spans_of_keys_and_values_count_from_one() -> None:
    document = load("a:\n  - b: 'é😀x'\n    c: 1\n", "f.yaml")[0][0]
    assert str(document.span(("a", 0, "b"))) == "f.yaml:2:8"
    assert document.span(("a", 0, "b")).end_column == 13
    assert str(document.span(("a", 0, "c"), key=True)) == "f.yaml:3:5"
    assert str(document.span(("a",), key=True)) == "f.yaml:1:1"


def test_a_path_that_leads_nowhere_gives_the_nearest_place_above() -> None:
    document = load("a:\n  b: 1\n", "f.yaml")[0][0]
    assert str(document.span(("a", "x", "y"))) == "f.yaml:2:3"


def test_every_document_knows_its_own_lines() -> None:
    documents, told = load("a: 1\n---\n# nothing\n---\nb: 2\n", "f.yaml")
    assert told == []
    assert [d.data for d in documents] == [{"a": 1}, {"b": 2}]
    assert documents[1].span(("b",)).line == 5


def test_documents_before_a_syntax_error_are_kept() -> None:
    documents, told = load("a: 1\n---\nb: [\n", "f.yaml")
    assert [d.data for d in documents] == [{"a": 1}]
    assert [d.code for d in told] == ["E101"]


def test_a_key_said_twice_keeps_the_first_everywhere() -> None:
    (document,), told = load("a: 1\na: 2\n", "f.yaml")
    assert document.data == {"a": 1}
    assert [value.value for _, value in document.node.value] == ["1"]
    assert told[0].related[0].span.line == 1


@pytest.mark.parametrize(
    "text", ["a: b # comment\n", "a: 'b #c'\n", "a: b#c\n", "a: 1 # 2\n", "# a: #b\nc: 1\n"]
)
def test_real_comments_are_left_alone(text: str) -> None:
    assert load(text, "f.yaml")[1] == []


def test_plain_data_as_nodes_reads_as_it_is() -> None:
    node = node_of({"a": ["01", 2, None, True, 1.5], "b": {}})
    assert [item.value for item in node.value[0][1].value] == ["01", "2", "null", "true", "1.5"]


def test_bytes_that_are_no_text() -> None:
    _, told = decode(b"a: 1\nb: \xff\n", shown="f.yaml")
    assert (told[0].code, str(told[0].span)) == ("E100", "f.yaml:2:4")
    assert decode("\ufeffa: 1".encode(), shown="f.yaml") == ("a: 1", [])
