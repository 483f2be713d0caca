from __future__ import annotations

import pytest

from nano_sre.spec.rewrite import document_text, put_back

ONE = "version: 1\nkind: api\nid: one\nname: One  # said so\n"
TWO = "# about two\nversion: 1\nkind: api\nid: two\nname: Two\n"


@pytest.mark.parametrize("between", ["---\n", "--- # and\n", "---   \n"])
def test_only_the_named_document_is_put_back(between: str) -> None:
    now = ONE.replace("One", "Uno") + between + TWO
    assert put_back(now, "---\n" + ONE, "one") == ONE + between + TWO
    assert put_back(now, TWO.replace("Two", "Old"), "two") == ONE.replace(
        "One", "Uno"
    ) + between + TWO.replace("Two", "Old")


def test_a_text_without_its_last_line_break_does_not_run_into_the_next_document() -> None:
    assert (
        put_back(ONE + "---\n" + TWO, ONE.rstrip() + " again", "one") == ONE.rstrip() + " again\n---\n" + TWO
    )


def test_the_line_ends_of_the_file_stay() -> None:
    now = (ONE.replace("One", "Uno") + "---\n" + TWO).replace("\n", "\r\n")
    assert put_back(now, ONE, "one") == (ONE + "---\n" + TWO).replace("\n", "\r\n")


def test_a_renamed_document_is_found_under_its_new_name() -> None:
    assert put_back(TWO.replace("id: two", "id: new"), TWO, "two", held_as="new") == TWO


def test_what_is_not_there_is_not_put_back() -> None:
    assert document_text(ONE, "two") is None
    assert put_back(ONE, TWO, "two") is None
    assert put_back(ONE, TWO, "one") is None
    assert document_text("a: [", "one") is None
