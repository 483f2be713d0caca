from __future__ import annotations

from typing import Any

import pytest

from nano_sre.core.template import Ref, Template, TemplateError, escape, lookup_in, parse


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("${price}", (Ref("price"),)),
        ("a ${vars.x | lower | trim} b", ("a ", Ref("vars.x", ("lower", "trim")), " b")),
        ("$$${price}", ("$", Ref("price"))),
        ("$${a} ${b}", ("${a} ", Ref("b"))),
        ("$5 ${b}", ("$5 ", Ref("b"))),
        ("${ spaced }", (Ref("spaced"),)),
    ],
)
def test_parts(text: str, parts: tuple[Any, ...]) -> None:
    assert parse(text) == Template(parts)


@pytest.mark.parametrize(
    ("text", "plain"),
    [("plain", "plain"), ("$${x}", "${x}"), ("$$${", None), ("$$$${x}", "$${x}"), ("$ {x}", "$ {x}")],
)
def test_what_is_no_reference(text: str, plain: str | None) -> None:
    if plain is None:
        with pytest.raises(TemplateError):
            parse(text)
    else:
        assert parse(text) == plain


@pytest.mark.parametrize(
    ("text", "words", "offset"),
    [
        ("a ${b", "no closing", 2),
        ("${1 + 1}", "not a name", 0),
        ("$${x} ${}", "not a name", 6),
        ("${a | uper}", "uper", 0),
    ],
)
def test_what_cannot_be_read(text: str, words: str, offset: int) -> None:
    with pytest.raises(TemplateError, match=words) as caught:
        parse(text)
    assert caught.value.offset == offset


def test_a_lone_reference_keeps_its_type() -> None:
    values = {"n": 3}
    alone, within = parse("${n}"), parse("n=${n}")
    assert isinstance(alone, Template)
    assert isinstance(within, Template)
    assert alone.resolve(lambda ref: lookup_in(values, ref.name)) == 3
    assert within.resolve(lambda ref: lookup_in(values, ref.name)) == "n=3"


def test_secrets_are_noticed_and_printed_as_names() -> None:
    made = parse("Bearer ${secret.TOKEN}")
    assert isinstance(made, Template)
    assert made.is_secret
    assert str(made) == "Bearer ${secret.TOKEN}"


def test_escaping_is_undone_by_parsing() -> None:
    assert parse(escape("costs ${x}, $${y} and $z")) == "costs ${x}, $${y} and $z"


def test_lookup_names_the_missing_part() -> None:
    with pytest.raises(KeyError, match="c"):
        lookup_in({"a": {"b": 1}}, "a.c")
