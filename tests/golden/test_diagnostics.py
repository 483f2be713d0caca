"""Each folder of diagnostics/ is a test: `checks/` is what somebody wrote, `expected.txt` is what they are told.

`expected.json`, where there is one, is what the sound documents mean: their canonical forms. Drop in a folder to add a
test; NANO_SRE_UPDATE_GOLDEN=1 writes the expected files anew, to be read in the diff as the person who wrote the YAML.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nano_sre.core.codes import CODES
from nano_sre.core.diagnostics import Diagnostic
from nano_sre.core.render import render_text
from nano_sre.spec.link import Linkage, link
from nano_sre.spec.project import Project, load_project
from support.golden import agrees, folders

FOLDERS = folders("diagnostics")


def read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Project, Linkage]:
    monkeypatch.chdir(folder)
    project = load_project([Path("checks")])
    return project, link(project, environ={})


def code_of(folder: Path) -> str:
    return folder.name.partition("-")[0].upper()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project, linkage = read(folder, monkeypatch)
    shown = render_text(linkage.diagnostics, sources=project.sources)
    agrees(folder / "expected.txt", f"{shown}\n" if shown else "")
    if (folder / "expected.json").exists():
        meant = [each.canonical for each in (*linkage.stores, *linkage.checks)]
        agrees(
            folder / "expected.json",
            json.dumps({m["id"]: m for m in meant}, indent=1, ensure_ascii=False) + "\n",
        )


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_code_in_the_name_is_what_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = [d.code for d in read(folder, monkeypatch)[1].diagnostics]
    if folder.name.startswith("fine-"):
        assert told == []
    else:
        assert code_of(folder) in told


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_mistake_has_a_place_and_reads_as_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, linkage = read(folder, monkeypatch)
    for told in linkage.diagnostics:
        assert told.code in CODES
        _has_a_place(told, project)
        for text in filter(None, (told.message, told.hint)):
            assert text.strip() == text
            assert not text.endswith("."), "messages are joined into longer lines: no full stop"
            assert "Traceback" not in text
            assert "<class" not in text


def _has_a_place(told: Diagnostic, project: Project) -> None:
    if told.code == "E404":  # a folder is not a place in a file
        return
    assert told.span is not None
    lines = project.sources.get(told.span.file, "").split("\n")
    if told.span.file in project.sources:
        assert told.span.line <= len(lines)
        assert told.span.column <= len(lines[told.span.line - 1]) + 1


def test_every_code_of_the_language_has_a_folder() -> None:
    by_plug_ins = {"E211"}  # no word of ours is spelt otherwise yet: contract/test_renames.py shows it
    wanted = {code for code in CODES if code.startswith("E")} - by_plug_ins
    assert wanted - {code_of(folder) for folder in (*FOLDERS, *folders("rules"))} == set()
