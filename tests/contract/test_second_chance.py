"""`.ci/tests` runs what failed once more, alone, and hides nothing (CONTRIBUTING.md, “Tests”)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / ".ci" / "tests"
ONCE = """
import pathlib
def test_once():
    met = pathlib.Path("met")
    known = met.exists()
    met.touch()
    assert known
"""
ALWAYS = "import pytest\n@pytest.mark.parametrize('n', range({}))\ndef test_always(n): assert n is None\n"
NAMED = "Failed at first and passed alone"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with nothing but the script, and tests still to be written."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(SCRIPT, tmp_path / ".ci" / "tests")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -q\n")
    (tmp_path / "test_fine.py").write_text("def test_fine(): pass\n")
    return tmp_path


def run(project: Path, *words: str) -> tuple[int, str]:
    """Exit code and output of the script, in one process where the words say nothing else."""
    done = subprocess.run(
        ["bash", project / ".ci" / "tests", *(words or ("--numprocesses=0",))],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "xdist.plugin"},
    )
    return done.returncode, done.stdout + done.stderr


def test_what_passes_alone_is_named_at_the_very_end(project: Path) -> None:
    (project / "test_luck.py").write_text(ONCE)
    code, told = run(project, "--numprocesses=2")
    assert code == 0, told
    assert told.splitlines()[-2].startswith(NAMED)
    assert told.splitlines()[-1] == "test_luck.py::test_once"


def test_what_fails_twice_is_a_failure_beside_what_passes_alone_too(project: Path) -> None:
    (project / "test_luck.py").write_text(ONCE)
    (project / "test_bad.py").write_text(ALWAYS.format(1))
    code, told = run(project)
    assert code == 1
    assert "1 failed, 1 passed" in told
    assert NAMED not in told


@pytest.mark.parametrize(
    ("text", "words", "code"),
    [
        pytest.param(ALWAYS.format(4), ("--numprocesses=0",), 1, id="four at once"),
        pytest.param("import nowhere_at_all", ("--numprocesses=0",), 2, id="a file that cannot be read"),
        pytest.param("import nowhere_at_all", ("--numprocesses=1",), 1, id="nor by a worker"),
        pytest.param(ONCE, ("--numprocesses=0", "-x"), 1, id="stopped before the end"),
        pytest.param(ONCE, ("--no-such-word",), 4, id="a word pytest does not know"),
        pytest.param(ONCE, ("--numprocesses=0", "-knothing"), 5, id="nothing to run"),
    ],
)
def test_anything_else_is_not_tried_again(
    project: Path, text: str, words: tuple[str, ...], code: int
) -> None:
    (project / "test_other.py").write_text(text)
    assert (found := run(project, *words))[0] == code, found[1]
    assert "Once more" not in found[1]


def test_a_bug_of_the_suite_itself_is_not_tried_again(project: Path) -> None:
    (project / "test_luck.py").write_text(ONCE)
    (project / "conftest.py").write_text("def pytest_runtest_logreport(report): raise ValueError('a bug')\n")
    code, told = run(project)
    assert code == 3, told
    assert "Once more" not in told
