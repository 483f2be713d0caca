"""What every trigger owes: the price of being a word of triggers.yaml by its file alone."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from nano_sre.core import registry
from nano_sre.core.trigger import Comes, Delivery, Reply, TriggerEvent
from nano_sre.spec.bind import Binder
from nano_sre.spec.load import load
from nano_sre.spec.schemagen import record_shape
from support.deliveries import NOON

FOLDER = Path(registry.__file__).parents[1] / "kinds" / "triggers"
WORDS = registry.names("trigger")
UNIT_TESTS = Path(__file__).parents[1] / "unit" / "kinds" / "triggers"


@pytest.fixture(params=sorted(FOLDER.glob("[a-z]*.py")), ids=lambda path: path.stem)
def file(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def written(word: str) -> Any:
    """The example, read as a file would be."""
    cls = registry.kind("trigger", word).cls
    (document,), told = load(cls.example, "triggers.yaml")
    assert told == []
    (key, body), *others = document.node.value
    assert (key.value, others) == (word, [])
    binder = Binder(document, set())
    made = record_shape(cls).bind(body, binder, (word,))
    assert binder.told == []
    return made


def test_a_file_registers_exactly_one_trigger_named_as_the_file(file: Path) -> None:
    registered = [
        [argument.value for argument in decorator.args if isinstance(argument, ast.Constant)]
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "register"
    ]
    assert registered == [["trigger", file.stem]]


def test_it_imports_the_core_and_what_triggers_share(file: Path) -> None:
    imported = {
        node.module or ""
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
    }
    ours = {name for name in imported if name.startswith("nano_sre")}
    assert all(name.startswith(("nano_sre.core.", "nano_sre.kinds._shared.")) for name in ours)


def test_it_has_a_unit_test(file: Path) -> None:
    assert any(
        f"kinds.triggers.{file.stem} import" in test.read_text() for test in UNIT_TESTS.glob("test_*.py")
    )


@pytest.mark.parametrize("word", WORDS)
def test_it_is_described_in_sentences(word: str) -> None:
    cls = registry.kind("trigger", word).cls
    first = (cls.__doc__ or "").strip().split("\n\n")[0]
    assert re.match(r"[A-Z]", first)
    assert first.endswith(".")
    for key in record_shape(cls).properties().values():
        assert key.doc.endswith((".", "…")), f"{word}.{key.name} needs a Doc that ends as a sentence"


@pytest.mark.parametrize("word", WORDS)
def test_its_example_can_be_written_and_says_where_events_come_from(word: str) -> None:
    made = written(word)
    assert isinstance(made, registry.kind("trigger", word).cls)
    assert made.comes in get_args(Comes)


@pytest.mark.parametrize(
    "word", [word for word in WORDS if registry.kind("trigger", word).cls.comes == "request"]
)
def test_what_is_called_over_http_refuses_a_stranger(word: str) -> None:
    stranger = Delivery(trigger="t", headers={}, body=b"{}", at=NOON)
    reply = written(word).accepts(stranger, reveal=lambda _: "a value")
    assert isinstance(reply, Reply)
    assert reply.status == 401
    assert reply.text.endswith(".")


def test_the_trigger_of_the_documentation_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (Path(__file__).parents[2] / "docs" / "extending.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(\"\"\"kinds/triggers/.*?)```", text, re.DOTALL)
    (tmp_path / "bell_of_the_documentation.py").write_text(block, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    bell = importlib.import_module("bell_of_the_documentation").Bell(code="1234")
    rung = Delivery(trigger="door", headers={"x-ring": "7"}, body=b"1234", at=NOON)
    assert bell.accepts(rung, reveal=str) == TriggerEvent(trigger="door", key="7", at=NOON)
    assert bell.accepts(Delivery(trigger="door", headers={}, body=b"", at=NOON), reveal=str).status == 401
