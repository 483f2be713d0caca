"""The engine stays readable: no file over four hundred lines, no function over sixty (CONTRIBUTING.md, “Style”)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import nano_sre

ENGINE = Path(nano_sre.__file__).parent
SOURCES = {str(f.relative_to(ENGINE)): f.read_text("utf-8") for f in sorted(ENGINE.rglob("*.py"))}
LONGEST_FILE = 400
LONGEST_FUNCTION = 60


def functions_of(source: str) -> Iterator[tuple[str, int, int]]:
    """Name, first line and length of every function of a file, decorators and docstring included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = min(each.lineno for each in (node, *node.decorator_list))
            yield node.name, first, (node.end_lineno or first) - first + 1


def test_no_file_is_too_long() -> None:
    lengths = {file: len(text.splitlines()) for file, text in SOURCES.items()}
    assert {file: length for file, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_too_long() -> None:
    too_long = [
        f"{file}:{line} {name}: {length} lines"
        for file, text in SOURCES.items()
        for name, line, length in functions_of(text)
        if length > LONGEST_FUNCTION
    ]
    assert too_long == []


def test_a_function_is_measured_with_its_decorators() -> None:
    source = "class A:\n    @property\n    def b(self):\n        return 1\n\nasync def c():\n    pass\n"
    assert sorted(functions_of(source)) == [("b", 2, 3), ("c", 6, 2)]
