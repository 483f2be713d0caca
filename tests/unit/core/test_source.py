"""Source expressions: what can be read, and what is said of the rest."""

from __future__ import annotations

import pytest

from nano_sre.core.source import At, Call, Root, Source, SourceError, Words, read, roots


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("path", Root("path")),
        ("query.tid", At(Root("query"), "tid")),
        ("body.a[0].b", At(At(At(Root("body"), "a"), 0), "b")),
        ('any["cd[value]"]', At(Root("any"), "cd[value]")),
        ("any['ep.value']", At(Root("any"), "ep.value")),
        ("body.$value", At(Root("body"), "$value")),
        ("'page_view'", Words("page_view")),
        ("first( query.a , 'b')", Call("first", (At(Root("query"), "a"), Words("b")))),
        ("json(any.ed).value", At(Call("json", (At(Root("any"), "ed"),)), "value")),
    ],
)
def test_it_is_read(text: str, tree: object) -> None:
    assert read(text) == tree
    assert Source.parse(text) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("quer.tid", "nothing is called “quer” here: did you mean “query”?"),
        ("zzz", "there are query, body, any, each, item, path, host, lines, first"),
        ("jsn(query.a)", "there is no “jsn(…)”: did you mean “json”?"),
        ("query.", "a name after the dot is missing: it ends there"),
        ("query.a b", "“b” is one too many after “query.a”"),
        ("query[a]", 'stands a number, or a name in quotes: ["a"]'),
        ("query[0", "the closing bracket is missing: it ends there"),
        ("first(query.a", "the closing parenthesis is missing: it ends there"),
        ("first()", "the name of a place, such as query or body, is missing: “)” stands there"),
        ("json(query.a, query.b)", "“json” takes 1, not 2"),
        ("join(query.a)", "“join” takes 2 or more, not 1"),
        ("numbered(any)", "“numbered” takes a name without its number"),
        ("match(path, query.a)", "the second of “match” is a regular expression in quotes"),
        ("match(path, '(')", "is broken"),
        ("match(path, 'a')", "has no group: put parentheses round what is wanted"),
        ("query.a|b", "“|b” cannot be read"),
        ("query." + "a" * 600, "longer than 500 characters"),
    ],
)
def test_what_is_wrong_with_it_is_said(text: str, said: str) -> None:
    with pytest.raises(SourceError) as told:
        read(text)
    assert said in str(told.value)
    assert not str(told.value).endswith(".")


def test_where_looks_begin() -> None:
    assert roots(read("first(query.a, json(item.b).c, 'x')")) == {"query", "item"}
