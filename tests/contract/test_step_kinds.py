"""What every step kind owes: the price of being found by its file alone."""

from __future__ import annotations

import ast
import re
import typing
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from nano_sre.core import registry
from nano_sre.core.fields import Doc, Duration

STEPS = Path(registry.__file__).parents[1] / "kinds" / "steps"
FILES = sorted(path for path in STEPS.glob("*.py") if not path.stem.startswith("_"))
TESTS = Path(__file__).parents[1]


def cls_of(path: Path) -> Any:
    return registry.kind("step", path.stem).cls


def documented(cls: Any) -> list[tuple[str, Any]]:
    hints = typing.get_type_hints(cls, include_extras=True)
    return [(field.name, hints[field.name]) for field in fields(cls) if not field.metadata.get("span")]


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def step_file(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_a_file_registers_exactly_one_kind_named_as_the_file(step_file: Path) -> None:
    tree = ast.parse(step_file.read_text(encoding="utf-8"))
    registered = [
        [argument.value for argument in decorator.args if isinstance(argument, ast.Constant)]
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "register"
    ]
    assert registered == [["step", step_file.stem]]


def test_its_docstring_begins_with_a_sentence(step_file: Path) -> None:
    first = (cls_of(step_file).__doc__ or "").strip().split("\n\n")[0]
    assert first[:1].isupper()
    assert first.endswith(".")


def test_every_key_says_what_it_means(step_file: Path) -> None:
    cls = cls_of(step_file)
    assert is_dataclass(cls)
    for name, hint in documented(cls):
        docs = [mark for mark in getattr(hint, "__metadata__", ()) if isinstance(mark, Doc)]
        assert len(docs) == 1, name
        assert docs[0].rstrip().endswith(".")


def test_it_says_whether_it_asserts_how_patient_it_is_and_how_it_is_written(step_file: Path) -> None:
    cls = cls_of(step_file)
    assert isinstance(cls.asserts, bool)
    assert isinstance(cls.patience, Duration)
    assert 1_000 <= cls.patience <= 60_000
    assert cls.example.startswith(f"- {step_file.stem}")


def test_a_test_uses_it(step_file: Path) -> None:
    tests = [path for ending in ("*.py", "*.yaml") for path in TESTS.rglob(ending) if path != Path(__file__)]
    texts = (path.read_text(encoding="utf-8") for path in tests)
    word = re.compile(rf"\"{step_file.stem}\"|- {step_file.stem}\\b")
    assert any(word.search(text) for text in texts)
