"""A new step is one file: nothing else is edited, and it is everywhere a step has to be."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import nano_sre
from support.projects import STORE, journey

STEP = '''\
"""A step of somebody's own."""

from __future__ import annotations

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

    what: Annotated[Text, Doc("What to wiggle.")]

    def title(self) -> str:
        return f"Wiggle {self.what}"

    async def run(self, io: Browser) -> None:
        return None
'''


WATCHER = '''\
"""A watcher of somebody's own."""

from __future__ import annotations

from typing import Annotated

from nano_sre.core.fields import Doc
from nano_sre.core.registry import register
from nano_sre.core.watch import Needs


@register("watcher", "smell", short="of")
class Smell:
    """Smells at the page, to see whether something burns."""

    of: Annotated[str, Doc("What it must not smell of.")]

    def needs(self, *, own: bool) -> Needs:
        return Needs()

    def titles(self) -> tuple[str, ...]:
        return (f"Smell whether the page burns of {self.of}",)

    def start(self, visit):
        return self
'''


ALERTER = '''\
"""An alerter of somebody's own."""

from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.alert import Alert, Channel, Sent
from nano_sre.core.fields import Doc, Text
from nano_sre.core.registry import register


@register("alerter", "pigeon", short="loft")
class Pigeon:
    """Sends a pigeon."""

    example: ClassVar[str] = "{name: roof, pigeon: north}"

    loft: Annotated[Text, Doc("Where it lives.")]

    async def send_alert(self, alert: Alert, channel: Channel) -> Sent:
        return Sent(ok=True)
'''


@pytest.fixture(params=["a file in the folder of kinds", "an entry point of another package"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A PYTHONPATH on which there is a step more."""
    shutil.copytree(
        Path(nano_sre.__file__).parent, tmp_path / "nano_sre", ignore=shutil.ignore_patterns("__pycache__")
    )
    if request.param.startswith("a file"):
        (tmp_path / "nano_sre" / "kinds" / "steps" / "wiggle.py").write_text(STEP)
    else:
        (tmp_path / "their_steps.py").write_text(STEP)
        info = tmp_path / "their_steps-1.0.dist-info"
        info.mkdir()
        (info / "entry_points.txt").write_text("[nano_sre.kinds]\nstep.wiggle = their_steps\n")
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks" / "store.yaml").write_text(STORE)
    return tmp_path


def nano_sre_in(path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "nano_sre.cli.main", *words],
        cwd=path,
        env={**os.environ, "PYTHONPATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_one_file_is_a_step(path: Path) -> None:
    schema = nano_sre_in(path, "schema")
    assert "wiggle" in json.loads(schema.stdout)["$defs"]["step"]["properties"], schema.stderr
    assert "Wiggles something" in nano_sre_in(path, "explain", "wiggle").stdout

    (path / "checks" / "good.yaml").write_text(journey("wiggle: the sign", "wiggle: {what: it, timeout: 2s}"))
    good = nano_sre_in(path, "validate", "checks")
    assert good.returncode == 0, good.stderr
    assert "Wiggle the sign" in nano_sre_in(path, "explain", "buy", "checks").stdout

    (path / "checks" / "bad.yaml").write_text(journey("wigle: x", "wiggle: {waht: x}", named="bad"))
    bad = nano_sre_in(path, "validate", "checks")
    assert bad.returncode == 3
    assert "did you mean “wiggle”?" in bad.stderr
    assert "did you mean “what”?" in bad.stderr


def test_it_is_in_the_generated_reference(path: Path) -> None:
    code = "from nano_sre.spec.reference import checks_page; print(checks_page())"
    made = subprocess.run(
        [sys.executable, "-c", code],
        cwd=path,
        env={**os.environ, "PYTHONPATH": str(path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "### `wiggle`" in made.stdout
    assert "What to wiggle." in made.stdout


def test_one_file_is_a_watcher(path: Path) -> None:
    info = path / "their_steps-1.0.dist-info" / "entry_points.txt"
    if info.exists():
        (path / "their_nose.py").write_text(WATCHER)
        info.write_text(info.read_text() + "watcher.smell = their_nose\n")
    else:
        (path / "nano_sre" / "kinds" / "watchers" / "smell.py").write_text(WATCHER)
    assert "Smells at the page" in nano_sre_in(path, "explain", "smell").stdout
    check = "version: 1\nkind: page\nid: nose\nname: Nose\nvisit: /\n"
    (path / "checks" / "good.yaml").write_text(check + "smell: smoke\n")
    good = nano_sre_in(path, "validate", "checks")
    assert good.returncode == 0, good.stderr
    assert "Smell whether the page burns of smoke" in nano_sre_in(path, "explain", "nose", "checks").stdout
    (path / "checks" / "good.yaml").write_text(check + "smel: smoke\n")
    assert "did you mean “smell”?" in nano_sre_in(path, "validate", "checks").stderr


def test_one_file_is_an_alerter(path: Path) -> None:
    info = path / "their_steps-1.0.dist-info" / "entry_points.txt"
    if info.exists():
        (path / "their_pigeon.py").write_text(ALERTER)
        info.write_text(info.read_text() + "alerter.pigeon = their_pigeon\n")
    else:
        (path / "nano_sre" / "kinds" / "alerters" / "pigeon.py").write_text(ALERTER)
    assert "Sends a pigeon" in nano_sre_in(path, "explain", "pigeon").stdout
    schema = json.loads(nano_sre_in(path, "schema", "--of", "alerters").stdout)
    assert "pigeon" in schema["properties"]["alerters"]["items"]["properties"]
    (path / "checks" / "good.yaml").write_text(journey())
    text = "version: 1\nalerters:\n  - {name: roof, pigeon: north}\nroutes: [{send_to: roof}]\n"
    (path / "alerters.yaml").write_text(text)
    good = nano_sre_in(path, "validate", "checks")
    assert good.returncode == 0, good.stderr
    (path / "alerters.yaml").write_text(text.replace("pigeon", "pidgeon"))
    assert "did you mean “pigeon”?" in nano_sre_in(path, "validate", "checks").stderr
