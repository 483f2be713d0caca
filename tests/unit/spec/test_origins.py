from __future__ import annotations

from pathlib import Path

import pytest

from nano_sre.spec.link import Linked, link
from nano_sre.spec.origins import code_hash, code_of, every_file, files_of
from nano_sre.spec.project import Project, load_project
from support.projects import STORE, fragment, journey

SKILL = "version: 1\nkind: skill\nid: probe\nname: Probe\nskill: skills.probe:Probe\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    checks = tmp_path / "checks"
    (checks / "skills").mkdir(parents=True)
    for name, text in {
        "store.yaml": STORE,
        "buy.yaml": journey("use: look", "see: Cart"),
        "look.yaml": fragment("use: deeper", "see: A"),
        "deeper.yaml": fragment("see: B", named="deeper"),
        "unused.yaml": fragment("see: C", named="unused"),
        "probe.yaml": SKILL,
        "skills/probe.py": "from . import words\nfrom skills.more import help\nimport os\nclass Probe: ...\n",
        "skills/words.py": "import skills.probe\n",
        "skills/more.py": "def help(): ...\n",
        "skills/other.py": "",
    }.items():
        (checks / name).write_text(text)
    return checks


def read(folder: Path) -> tuple[Project, dict[str, Linked]]:
    project = load_project([folder.relative_to(Path.cwd())])
    return project, {each.id: each for each in link(project, environ={}).checks}


def named(files: set[Path], folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in files}


def test_a_check_comes_from_its_file_its_fragments_and_its_store(folder: Path) -> None:
    project, checks = read(folder)
    assert named(files_of(checks["buy"], project), folder) == {
        "buy.yaml",
        "store.yaml",
        "look.yaml",
        "deeper.yaml",
    }


def test_a_skill_comes_from_its_python_and_what_that_imports(folder: Path) -> None:
    project, checks = read(folder)
    code = {"skills/probe.py", "skills/words.py", "skills/more.py"}
    assert named(code_of(checks["probe"]), folder) == code
    assert named(files_of(checks["probe"], project), folder) == {"probe.yaml", "store.yaml", *code}


def test_the_hash_of_code_is_that_of_what_runs(folder: Path) -> None:
    def now() -> str | None:
        return code_hash(read(folder)[1]["probe"])

    first = now()
    (folder / "skills/other.py").write_text("x = 1\n")
    assert now() == first
    (folder / "skills/more.py").write_text("def help(): return 1\n")
    assert now() != first
    assert code_hash(read(folder)[1]["buy"]) is None


def test_every_file_is_named_as_people_do(folder: Path) -> None:
    project, _ = read(folder)
    names = [str(file) for file in every_file(project, link(project, environ={}))]
    assert "checks/look.yaml" in names
    assert "checks/skills/probe.py" in names
    assert "checks/skills/other.py" not in names
