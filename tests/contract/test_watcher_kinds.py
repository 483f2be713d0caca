"""What every watcher owes: the price of being a key of `kind: page` by its file alone."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from nano_sre.core import registry
from nano_sre.core.watch import Needs
from nano_sre.spec.reference import checks_page
from nano_sre.spec.schemagen import check_schema, record_shape
from support.projects import STORE, linked

FOLDER = Path(registry.__file__).parents[1] / "kinds" / "watchers"
WORDS = registry.names("watcher")
STARTERS = Path(__file__).parents[2] / "checks"
PAGE = "version: 1\nkind: page\nid: quality\nname: Quality\nvisit: /\n"


@pytest.fixture(params=sorted(FOLDER.glob("[a-z]*.py")), ids=lambda path: path.stem)
def file(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_a_file_registers_exactly_one_watcher_named_as_the_file(file: Path) -> None:
    registered = [
        [argument.value for argument in decorator.args if isinstance(argument, ast.Constant)]
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "register"
    ]
    assert registered == [["watcher", file.stem]]


@pytest.mark.parametrize("word", WORDS)
def test_it_is_described_in_sentences(word: str) -> None:
    cls = registry.kind("watcher", word).cls
    first = (cls.__doc__ or "").strip().split("\n\n")[0]
    assert re.match(r"[A-Z]", first)
    assert first.endswith(".")
    for key in record_shape(cls).properties().values():
        assert key.doc.endswith((".", "…")), f"{word}.{key.name} needs a Doc that ends as a sentence"


@pytest.mark.parametrize("word", WORDS)
def test_its_example_is_a_key_of_a_good_page_check(word: str) -> None:
    cls = registry.kind("watcher", word).cls
    assert cls.example.startswith(f"{word}: ")
    linkage = linked(STORE, PAGE + cls.example)
    assert linkage.diagnostics == []
    ((watcher,),) = ([call.watcher for call in c.check.watchers(c.at)] for c in linkage.checks)
    assert isinstance(watcher, cls)
    assert all(title and not title.endswith(".") for title in watcher.titles())
    for own in (True, False):
        needs = watcher.needs(own=own)
        assert isinstance(needs, Needs)
        assert 1 <= needs.loads <= 5


@pytest.mark.parametrize("word", WORDS)
def test_it_is_in_the_schema_in_the_reference_and_in_a_starter_check(word: str) -> None:
    assert word in check_schema()["$defs"]["check.page"]["properties"]
    assert f"### `{word}`" in checks_page()
    assert any(re.search(rf"^{word}:", file.read_text(), re.MULTILINE) for file in STARTERS.glob("*.yaml"))
