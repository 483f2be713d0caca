"""`nano-sre init`: a folder to begin with, and nothing of anybody's overwritten."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import nano_sre
from nano_sre.spec.schemagen import check_schema, make_schema
from support.cli import Desk

ROOT = Path(__file__).resolve().parents[3]
STARTER = sorted(
    p.relative_to(ROOT / "checks") for p in (ROOT / "checks").rglob("*") if p.suffix in (".yaml", ".py")
)


SCHEMAS = {
    ".nano-sre/schema.json": ["checks/**/*.yaml", "checks/**/*.yml"],
    ".nano-sre/alerters.schema.json": ["alerters.yaml"],
    ".nano-sre/triggers.schema.json": ["triggers.yaml"],
}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def held(file: Path) -> dict[str, object]:
    """A settings file as VS Code reads it: comments and trailing commas are allowed."""
    bare = re.sub(r"^\s*//[^\n]*", "", file.read_text(), flags=re.MULTILINE)
    found: dict[str, object] = json.loads(re.sub(r",(\s*[}\]])", r"\1", bare))
    return found


def test_an_empty_folder_gets_everything(desk: Desk) -> None:
    done = desk.nano("init")
    assert done.code == 0, done.said
    assert (
        sorted(
            p.relative_to(desk.folder / "checks") for p in (desk.folder / "checks").rglob("*") if p.is_file()
        )
        == STARTER
    )
    assert json.loads((desk.folder / ".nano-sre" / "schema.json").read_text()) == check_schema()
    for name in ("alerters", "triggers"):
        schema = (desk.folder / ".nano-sre" / f"{name}.schema.json").read_text()
        assert json.loads(schema) == make_schema(name)
        first = (desk.folder / f"{name}.yaml").read_text().splitlines()[0]
        assert first == f"# yaml-language-server: $schema=.nano-sre/{name}.schema.json"
    assert held(desk.folder / ".vscode" / "settings.json") == {"yaml.schemas": SCHEMAS}
    assert held(desk.folder / ".vscode" / "extensions.json") == {"recommendations": ["redhat.vscode-yaml"]}
    assert desk.nano("validate").code == 0
    assert desk.nano("fmt", "--check").code == 0
    assert "put your store's name and address into checks/stores.yaml" in done.err


def test_a_second_time_changes_nothing_and_what_people_wrote_stays(desk: Desk) -> None:
    desk.nano("init")
    mine = desk.write("stores.yaml", "# mine\n")
    (desk.folder / "checks" / "sale.yaml").unlink()
    (desk.folder / ".nano-sre" / "schema.json").write_text("{}")
    done = desk.nano("init")
    assert done.code == 0
    assert mine.read_text() == "# mine\n"
    assert not (desk.folder / "checks" / "sale.yaml").exists()
    assert "has checks already" in done.err
    assert "schema.json: renewed" in done.err
    before = {p: p.read_bytes() for p in desk.folder.rglob("*") if p.is_file()}
    desk.nano("init")
    assert {p: p.read_bytes() for p in desk.folder.rglob("*") if p.is_file()} == before


def test_a_skill_of_the_same_name_stays(desk: Desk) -> None:
    own = desk.write("skills/checkout_validator.py", "mine = True\n")
    assert "is there already, and stays" in desk.nano("init").err
    assert own.read_text() == "mine = True\n"


@pytest.mark.parametrize(
    "settings",
    [
        "{}",
        "{\n}\n",
        '{\n  // mine\n  "editor.tabSize": 4,\n}\n',
        '{"yaml.schemas": {}}',
        '{"yaml.schemas": {".nano-sre/schema.json": ["checks/**/*.yaml", "checks/**/*.yml"]}}',
        '// top\n{\n    "yaml.schemas": {\n        "https://json.schemastore.org/x.json": "x.yml"\n    },\n    "a": [1]\n}\n',
    ],
)
def test_settings_are_added_to(desk: Desk, settings: str) -> None:
    file = desk.folder / ".vscode" / "settings.json"
    file.parent.mkdir()
    file.write_text(settings)
    before = held(file)
    assert desk.nano("init").code == 0
    after = held(file)
    schemas = after.pop("yaml.schemas")
    assert isinstance(schemas, dict)
    assert {name: schemas.pop(name) for name in SCHEMAS} == SCHEMAS
    assert schemas == {k: v for k, v in dict(before.pop("yaml.schemas", {})).items() if k not in SCHEMAS}
    assert after == before
    assert settings.count("//") == file.read_text().count("//")
    once = file.read_text()
    desk.nano("init")
    assert file.read_text() == once


@pytest.mark.parametrize(
    "text", ["{}", '{"recommendations": ["a.b"]}', '{"recommendations": [\n    // c\n  ]\n}']
)
def test_recommendations_are_added_to(desk: Desk, text: str) -> None:
    file = desk.folder / ".vscode" / "extensions.json"
    file.parent.mkdir()
    file.write_text(text)
    desk.nano("init")
    assert held(file) == {"recommendations": ["redhat.vscode-yaml", *(["a.b"] if "a.b" in text else [])]}


def test_what_is_no_settings_file_is_left_and_told_of(desk: Desk) -> None:
    file = desk.folder / ".vscode" / "settings.json"
    file.parent.mkdir()
    file.write_text("[]")
    done = desk.nano("init")
    assert (done.code, file.read_text()) == (0, "[]")
    assert "cannot be added to; these settings help" in done.err


def test_a_file_where_a_folder_must_be(desk: Desk) -> None:
    (desk.folder / ".nano-sre").write_text("")
    done = desk.nano("init")
    assert done.code == 7
    assert "cannot" in done.err


def test_an_installed_package_brings_its_own(tmp_path: Path) -> None:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    shutil.copytree(
        Path(nano_sre.__file__).parent,
        tmp_path / "lib" / "nano_sre",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    for source, place in table["force-include"].items():
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
        (tmp_path / "lib" / place).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / source, tmp_path / "lib" / place)
    done = subprocess.run(
        [sys.executable, "-m", "nano_sre.cli.main", "init", "--folder", "mine"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "lib")},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = sorted(
        p.relative_to(tmp_path / "mine" / "checks")
        for p in (tmp_path / "mine" / "checks").rglob("*")
        if p.is_file()
    )
    assert found == STARTER
    assert "cd mine && nano-sre validate" in done.stderr
