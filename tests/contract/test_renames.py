"""A kind that says how its words were spelt before: old files work, warn, and are mended by `fmt --upgrade`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import nano_sre
from support.projects import STORE

STEP = '''\
"""A step of somebody's own, with a history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Duration, Text
from nano_sre.core.ports import Browser
from nano_sre.core.registry import register


@register("step", "wiggle", short="what")
class Wiggle:
    """Wiggles something, to see whether it falls off."""

    asserts: ClassVar[bool] = True
    patience: ClassVar[Duration] = Duration(1_000)
    example: ClassVar[str] = "- wiggle: the sign"
    formerly: ClassVar[tuple[str, ...]] = ("shake", "jiggle")
    renamed: ClassVar[Mapping[str, str]] = {"target": "what"}

    what: Annotated[Text, Doc("What to wiggle.")] = "the page"

    def title(self) -> str:
        return f"Wiggle {self.what}"

    async def run(self, io: Browser) -> None:
        return None
'''
OLD = """\
version: 1
kind: journey
id: wiggling
name: Wiggling
steps:
  - shake   # all of it
  - jiggle: the sign
  - wiggle: {target: the door, timeout: 5s}
  - shake: {target: the window}
"""
NEW = """\
version: 1
kind: journey
id: wiggling
name: Wiggling
steps:
  - wiggle   # all of it
  - wiggle: the sign
  - wiggle: {what: the door, timeout: 5s}
  - wiggle: {what: the window}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "their_steps.py").write_text(STEP)
    info = tmp_path / "their_steps-1.0.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_text("[nano_sre.kinds]\nstep.wiggle = their_steps\n")
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks" / "store.yaml").write_text(STORE)
    (tmp_path / "checks" / "wiggling.yaml").write_text(OLD)
    return tmp_path


def nano(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "nano_sre.cli.main", *words],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": f"{folder}{os.pathsep}{Path(nano_sre.__file__).parents[1]}",
            "NO_COLOR": "1",
        },
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_an_older_spelling_works_warns_and_is_mended(folder: Path) -> None:
    file = folder / "checks" / "wiggling.yaml"
    told = nano(folder, "validate")
    assert told.returncode == 0, told.stderr
    assert told.stderr.count("warning[E211]") == 5
    assert "“shake” is called “wiggle” now" in told.stderr
    assert "checks/wiggling.yaml:8:14" in told.stderr
    assert "nano-sre fmt --upgrade writes today's words" in told.stderr
    assert "Wiggle the door" in nano(folder, "explain", "wiggling").stdout

    kept = nano(folder, "fmt")
    assert kept.returncode == 0
    assert file.read_text() == OLD  # without being asked, no word is changed
    assert "warning[E211]" in kept.stderr

    shown = nano(folder, "fmt", "--upgrade", "--check")
    assert shown.returncode == 5
    assert "+  - wiggle: {what: the window}" in shown.stdout.splitlines()
    assert nano(folder, "fmt", "--upgrade").returncode == 0
    assert file.read_text() == NEW
    again = nano(folder, "validate")
    assert (again.returncode, "E211" in again.stderr) == (0, False)


def test_a_word_that_nobody_ever_used_stays_a_mistake(folder: Path) -> None:
    (folder / "checks" / "wiggling.yaml").write_text(OLD.replace("jiggle", "juggle"))
    told = nano(folder, "fmt", "--upgrade")
    assert told.returncode == 3
    assert "error[E202]" in told.stderr
    assert "juggle" in told.stderr
