from __future__ import annotations

import json
import re
from textwrap import dedent

from hypothesis import given
from hypothesis import strategies as st

from nano_sre.core.diagnostics import Diagnostic, Related, Span
from nano_sre.core.render import count_line, render_github, render_json, render_text

CHECKOUT = "version: 1\n" * 12 + "id: buy\n    retires: 2\n"
UNKNOWN_KEY = Diagnostic(
    code="E201",
    message="there is no key “retires” in a journey",
    span=Span("checks/checkout.yaml", 14, 5, 14, 12),
    suggestion="retries",
    hint="`nano-sre explain E201` says more.",
)
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def test_a_caret_frame() -> None:
    expected = dedent("""\
        error[E201]: there is no key “retires” in a journey
          --> checks/checkout.yaml:14:5
           |
        13 | id: buy
        14 |     retires: 2
           |     ^^^^^^^ did you mean “retries”?
           = help: `nano-sre explain E201` says more.

        1 error in 1 file""")
    assert render_text([UNKNOWN_KEY], sources={"checks/checkout.yaml": CHECKOUT}) == expected


def test_colour_changes_nothing_but_colour() -> None:
    sources = {"checks/checkout.yaml": CHECKOUT}
    plain = render_text([UNKNOWN_KEY], sources=sources)
    coloured = render_text([UNKNOWN_KEY], sources=sources, color=True)
    assert "\x1b[1;31merror[E201]\x1b[0m" in coloured
    assert ANSI.sub("", coloured) == plain
    assert "\x1b" not in plain


def test_the_first_place_is_shown_too() -> None:
    twice = Diagnostic(
        code="E302",
        message="the id “buy” is there twice",
        severity="warning",
        span=Span("b.yaml", 2, 5, 2, 8),
        related=(
            Related(message="first here", span=Span("a.yaml", 1, 5, 1, 8)),
            Related(message="and here", span=Span("gone.yaml", 3, 1)),
        ),
    )
    expected = dedent("""\
        warning[E302]: the id “buy” is there twice
         --> b.yaml:2:5
          |
        1 | version: 1
        2 | id: buy
          |     ^^^
         ::: a.yaml:1:5
          |
        1 | id: buy
          |     --- first here
          = note: and here: gone.yaml:3:1

        1 warning in 1 file""")
    assert render_text([twice], sources={"a.yaml": "id: buy", "b.yaml": "version: 1\nid: buy"}) == expected


def test_several_are_sorted_and_counted() -> None:
    later = Diagnostic(code="E205", message="later", span=Span("a.yaml", 9, 1))
    sooner = Diagnostic(code="E205", message="sooner", span=Span("a.yaml", 2, 1))
    other = Diagnostic(code="E205", message="other file", span=Span("b.yaml", 1, 1), severity="warning")
    nowhere = Diagnostic(code="E404", message="no checks", severity="info", hint="line one\nline two")
    text = render_text([other, later, sooner, nowhere], sources={})
    assert [text.index(word) for word in ("no checks", "sooner", "later", "other file")] == sorted(
        text.index(word) for word in ("no checks", "sooner", "later", "other file")
    )
    assert "  = help: line one\n          line two" in text
    assert text.endswith("\n2 errors, 1 warning, 1 note in 2 files")


def test_without_its_source_the_suggestion_is_an_aside() -> None:
    assert "= help: did you mean “retries”?" in render_text([UNKNOWN_KEY], sources={})


def test_a_suggestion_the_sentence_names_is_not_repeated() -> None:
    said = Diagnostic(code="E201", message="no “a”; did you mean “b”?", span=Span("f", 1, 1), suggestion="b")
    assert render_text([said], sources={"f": "a: 1"}).count("“b”") == 1


def test_nothing_to_say() -> None:
    assert render_text([], sources={}) == ""
    assert render_github([]) == ""
    assert render_json([]) == []
    assert count_line([]) == "no errors"


def test_control_characters_of_the_source_are_pictures() -> None:
    evil = Diagnostic(code="E101", message="bad\x1b[2J", span=Span("f\x1b.yaml", 1, 4, 1, 5))
    text = render_text([evil], sources={"f\x1b.yaml": "ab\x1b[31mc"})
    assert "\x1b" not in text
    assert "1 | ab␛[31mc\n  |    ^" in text


def test_json_is_flat_and_complete() -> None:
    related = Related(message="first here", span=Span("a.yaml", 1, 5))
    (found,) = render_json(
        [Diagnostic(code="E302", message="twice", span=UNKNOWN_KEY.span, related=(related,))]
    )
    assert found == {
        "code": "E302",
        "severity": "error",
        "message": "twice",
        "hint": None,
        "suggestion": None,
        "file": "checks/checkout.yaml",
        "line": 14,
        "column": 5,
        "end_line": 14,
        "end_column": 12,
        "related": [
            {
                "message": "first here",
                "file": "a.yaml",
                "line": 1,
                "column": 5,
                "end_line": None,
                "end_column": None,
            }
        ],
    }
    assert json.loads(json.dumps(found)) == found


def test_github_annotations() -> None:
    assert render_github([UNKNOWN_KEY]) == (
        "::error file=checks/checkout.yaml,line=14,col=5,title=E201%3A unknown key::"
        "there is no key “retires” in a journey%0Adid you mean “retries”?%0A`nano-sre explain E201` says more."
    )


def test_github_escapes_cannot_be_broken_out_of() -> None:
    evil = Diagnostic(
        code="E101",
        message="50%\n::error::x",
        span=Span("a,b:c%.yaml", 1, 2),
        severity="warning",
        hint="a\r\nb",
    )
    assert render_github([evil]) == (
        "::warning file=a%2Cb%3Ac%25.yaml,line=1,col=2,title=E101%3A not valid YAML::50%25%0A::error::x%0Aa%0Ab"
    )
    nowhere = Diagnostic(code="Z999", message="m", severity="info")
    assert render_github([nowhere]) == "::notice title=Z999::m"


SPANS = st.builds(Span, st.sampled_from(["a.yaml", "b.yaml"]), st.integers(0, 6), st.integers(0, 90))
DIAGNOSTICS = st.builds(
    Diagnostic,
    code=st.sampled_from(["E101", "E201", "Q000"]),
    message=st.text(),
    span=st.none() | SPANS,
    severity=st.sampled_from(["error", "warning", "info"]),
    hint=st.none() | st.text(),
    suggestion=st.none() | st.text(),
    related=st.lists(st.builds(Related, message=st.text(), span=SPANS), max_size=2).map(tuple),
)


@given(st.lists(DIAGNOSTICS, max_size=3), st.text(max_size=200))
def test_any_text_is_shown_without_controls(found: list[Diagnostic], source: str) -> None:
    text = render_text(found, sources={"a.yaml": source})
    assert not any(char < " " and char not in "\n\t" for char in text)
    assert len(render_github(found).splitlines()) == len(found)
    assert len(json.loads(json.dumps(render_json(found)))) == len(found)
