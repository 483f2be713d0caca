"""What every alerter owes: the price of being a word of alerters.yaml by its file alone."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import types
from pathlib import Path

import pytest

from nano_sre.alerts.samples import sample_alerts
from nano_sre.core import registry
from nano_sre.core.alert import Markup
from nano_sre.spec.arrangements import ARRANGEMENTS
from nano_sre.spec.presets import read_preset
from nano_sre.spec.project import load_texts
from nano_sre.spec.schemagen import record_shape
from support.receivers import receivers
from support.sending import send

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


def code_of_the_guide(begins: str) -> str:
    text = (Path(__file__).parents[2] / "docs" / "extending.md").read_text(encoding="utf-8")
    return next(block.partition("\n")[2] for block in text.split("```")[1::2] if begins in block)


def test_the_described_alerter_of_the_guide_can_be_read() -> None:
    text = code_of_the_guide("# kinds/alerters/bell.yaml")
    made, told = read_preset(text, "bell.yaml", name="bell")
    assert told == []
    assert made is not None
    assert made.field_keys == ("number", "token", "host")


def test_the_alerter_of_the_guide_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_registered", dict(registry._registered))
    module = types.ModuleType("lamp_of_the_guide")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(code_of_the_guide('"""kinds/alerters/lamp.py"""'), module.__dict__)
    with receivers() as services:
        (done,) = send(module.Lamp(url=f"{services.url}/any"), sample_alerts()["resolved"])
        assert done.ok
        assert services.journal.taken[0].path == "/any/green"
