"""What every alerter owes: the price of being a word of alerters.yaml by its file alone."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest

from nano_sre.core import registry
from nano_sre.core.alert import Markup
from nano_sre.spec.arrangements import ARRANGEMENTS
from nano_sre.spec.project import load_texts
from nano_sre.spec.schemagen import record_shape

FOLDER = Path(registry.__file__).parents[1] / "kinds" / "alerters"
WORDS = registry.names("alerter")
TESTS = Path(__file__).parents[1] / "unit" / "kinds" / "alerters"


@pytest.mark.parametrize("file", sorted(FOLDER.glob("[a-z]*.py")), ids=lambda path: path.stem)
def test_a_file_registers_exactly_one_alerter_named_as_the_file(file: Path) -> None:
    registered = [
        [argument.value for argument in decorator.args if isinstance(argument, ast.Constant)]
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "register"
    ]
    assert registered == [["alerter", file.stem]]


def test_files_of_data_are_alerters_too() -> None:
    assert {file.stem for file in FOLDER.glob("*.yaml")} < set(WORDS)
    assert {"stdout", "slack", "discord", "pagerduty", "teams", "email", "webhook", "apprise", "ntfy"} < set(
        WORDS
    )


@pytest.mark.parametrize("word", WORDS)
def test_it_is_described_in_sentences(word: str) -> None:
    cls = registry.kind("alerter", word).cls
    first = (cls.__doc__ or "").strip().split("\n\n")[0]
    assert re.match(r"[A-Z]", first)
    assert first.endswith(".")
    for key in record_shape(cls).properties().values():
        assert key.doc.endswith((".", "…")), f"{word}.{key.name} needs a Doc that ends as a sentence"


@pytest.mark.parametrize("word", WORDS)
def test_its_example_is_an_entry_of_a_good_file(word: str) -> None:
    cls = registry.kind("alerter", word).cls
    text = f"version: 1\nalerters:\n  - {cls.example}\nroutes:\n  - {{send_to: [{cls.example.split('name: ')[1].split(',')[0]}]}}\n"
    project = load_texts({next(name for name, kind in ARRANGEMENTS.items() if kind == "alerters"): text})
    assert [each.message for each in project.diagnostics] == []
    (loaded,) = project.arrangements
    (entry,) = loaded.check.alerters  # type: ignore[union-attr]
    assert isinstance(entry.alerter, cls)


@pytest.mark.parametrize("word", WORDS)
def test_it_sends_and_says_what_its_template_is_written_in(word: str) -> None:
    cls = registry.kind("alerter", word).cls
    assert inspect.iscoroutinefunction(cls.send_alert)
    assert cls.markup in Markup.__args__


@pytest.mark.parametrize("word", WORDS)
def test_it_is_tried_with_every_sample(word: str) -> None:
    assert "ALERTS" in (TESTS / f"test_{word}.py").read_text()
