"""Every code that a person can meet is explained, raised somewhere, and shown by an example."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import nano_sre
from nano_sre.core.codes import CODES
from support.golden import folders

ENGINE = Path(nano_sre.__file__).parent
SOURCES = {
    f: f.read_text("utf-8")
    for f in ENGINE.rglob("*.py")
    if f.name not in ("codes.py", "found_codes.py", "pixel_codes.py")
}
BY_PLUG_INS = {"E211"}  # no word of ours is spelt otherwise yet: test_renames.py shows it
SHOWN = {
    folder.name.partition("-")[0].upper() for family in ("diagnostics", "rules") for folder in folders(family)
}


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_raised_somewhere(code: str) -> None:
    assert any(re.search(rf"\b{code}\b", text) for text in SOURCES.values())


@pytest.mark.parametrize("code", [code for code in CODES if code.startswith("E")])
def test_every_mistake_of_an_author_has_a_golden_folder(code: str) -> None:
    assert code in SHOWN | BY_PLUG_INS


def test_every_code_that_the_engine_mentions_is_in_the_table() -> None:
    mentioned = {
        code
        for text in SOURCES.values()
        for code in re.findall(r'(?:code=|failed\(\s*|say\(\s*)"([A-Z]\d+)"', text)
    }
    assert mentioned <= CODES.keys()


@pytest.mark.parametrize("code", CODES)
def test_explain_says_something(code: str) -> None:
    assert len(CODES[code].title) < 50
    assert not CODES[code].title.endswith(".")
    assert CODES[code].text.endswith((".", "…"))
