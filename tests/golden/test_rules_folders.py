"""Each folder of rules/ is a test: what somebody wrote as rules of diagnosis, and what they are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from nano_sre.core.diagnostics import Diagnostic
from nano_sre.core.render import render_text
from nano_sre.core.rules import Rule
from nano_sre.spec.rules import load_rules
from support.golden import agrees, folders

FOLDERS = folders("rules")


def read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[tuple[Rule, ...], list[Diagnostic]]:
    monkeypatch.chdir(folder)
    return load_rules([Path("checks")])


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, told = read(folder, monkeypatch)
    sources = {str(f.relative_to(folder)): f.read_text() for f in (folder / "checks").iterdir()}
    shown = render_text(told, sources=sources)
    agrees(folder / "expected.txt", f"{shown}\n" if shown else "")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_code_in_the_name_is_what_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules, told = read(folder, monkeypatch)
    if folder.name.startswith("fine-"):
        assert told == []
        assert rules
    else:
        assert folder.name.partition("-")[0].upper() in [d.code for d in told]
