"""The committed schema is what the code says, and imports stay where they are cheap."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from nano_sre.spec.schemagen import check_schema, live_schema, shipped_file, to_text

ROOT = Path(__file__).resolve().parents[2]
HEAVY = (
    "playwright",
    "litellm",
    "mcp",
    "peewee",
    "starlette",
    "httpx",
    "jinja2",
    "babel",
    "uvicorn",
    "jsonschema",
)


def modules_after(*words: str) -> list[str]:
    """What a command line has imported when it ends."""
    code = (
        "import sys\nfrom nano_sre.cli.main import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit as stop:\n    assert not stop.code, stop.code\n"
        "print('\\n'.join(sorted(m for m in sys.modules if '.' not in m)))"
    )
    made = subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "DEMO_STORE_URL": "x", "DEMO_STORE_DE_URL": "x"},
        check=False,
    )
    assert made.returncode == 0, made.stderr
    return made.stdout.split()


def test_the_committed_schema_is_up_to_date() -> None:
    assert shipped_file().read_text("utf-8") == to_text(check_schema()), "nano-sre schema --write"


def test_it_is_a_valid_schema_without_one_of() -> None:
    jsonschema.Draft202012Validator.check_schema(check_schema())
    assert '"oneOf"' not in to_text(check_schema())


def test_the_shipped_schema_is_the_one_in_use() -> None:
    assert live_schema()["x-kinds"] == check_schema()["x-kinds"]


@pytest.mark.parametrize("words", [("--help",), ("validate", "checks/")])
def test_no_heavy_library_is_imported(words: tuple[str, ...]) -> None:
    assert [name for name in modules_after(*words) if name in HEAVY] == []


def test_help_needs_neither_typer_nor_yaml() -> None:
    assert [
        name for name in modules_after("--help") if name in ("typer", "yaml", "jsonschema_rs", "rich")
    ] == []
