"""Comments that stand deeper than what they stand below, and keys that another tool broke over lines."""

from __future__ import annotations

import pytest
import yaml

from nano_sre.spec.layout import laid_out


def order(_node: yaml.MappingNode) -> list[str]:
    return ["first", "last"]


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        ("last: []\n   # of last\nfirst: 1\n", "first: 1\nlast: []\n  # of last\n"),
        ("first: 1\n   # of first\n# of all\n", "first: 1\n  # of first\n# of all\n"),
        ("first:\n  a: 1\n   # of a\n", "first:\n  a: 1\n    # of a\n"),
        ("last: |\n  text\n # below\nfirst: 1\n", "first: 1\nlast: |\n  text\n# below\n"),
        ("first:\n  a: |\n    text\n   # below\n  b: 1\n", "first:\n  a: |\n    text\n  # below\n  b: 1\n"),
    ],
    ids=["moved to the end", "at the end", "in a mapping", "below a text", "below a text in a mapping"],
)
def test_a_comment_stays_with_the_key_it_stands_deeper_than(written: str, becomes: str) -> None:
    assert laid_out(written, order) == becomes
    assert laid_out(becomes, order) == becomes


@pytest.mark.parametrize(
    ("key", "becomes"), [("'G\x85   Ü'", "G Ü"), ("'no\n\n   1'", '"no\\n1"'), ("'1\n   2'", '"1 2"')]
)
def test_a_key_of_several_lines_is_written_as_any_other(key: str, becomes: str) -> None:
    made = laid_out(f"? {key}\n: 1\n", order)
    assert made == f"{becomes}: 1\n"
    assert laid_out(made, order) == made


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        ("? 'a\n   b'\n: |\n  text\n", "a b: |\n  text\n"),
        ("first: |\n  text\n \n", "first: |\n  text\n"),
        ("last: |+\n  text\n\nfirst: 1\n", "first: 1\nlast: |+\n  text\n\n"),
        ("first:\n- |\n  a\n     \n  b\n", "first:\n  - |\n    a\n       \n    b\n"),
    ],
    ids=[
        "behind a key of several lines",
        "spaces below",
        "empty lines that are kept",
        "spaces that are kept",
    ],
)
def test_a_block_text_stays_as_it_is(written: str, becomes: str) -> None:
    assert laid_out(written, order) == becomes
    assert laid_out(becomes, order) == becomes
