"""The demo store in a process of its own, so that its CPU time is nobody's; and the programs of `checks/` for it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.measure import ROOT, CannotMeasure
from nano_sre.core.program import Program
from nano_sre.spec.compile import programs
from nano_sre.spec.link import link
from nano_sre.spec.project import Project, load_project, load_texts

CODE = """
import sys, threading
from nano_sre.demo.server import DemoServer
with DemoServer("ridge") as store:
    print(store.url, flush=True)
    for line in sys.stdin:
        print(len(store.state.requests) if hasattr(store.state, "requests") else -1, flush=True)
"""


@contextmanager
def shop() -> Iterator[str]:
    """The store's address while it is open."""
    process = subprocess.Popen(
        [sys.executable, "-c", CODE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdin is not None
    try:
        url = process.stdout.readline().strip()
        if not url:
            raise CannotMeasure("the demo store did not start")
        yield url
    finally:
        process.stdin.close()
        process.wait(timeout=20)


def store_text(url: str) -> str:
    """The starter checks' English store, at this address."""
    text = (ROOT / "checks" / "stores.yaml").read_text(encoding="utf-8").partition("\n---\n")[0]
    return text.replace('"${env.DEMO_STORE_URL}"', url)


def starter(url: str, name: str, *, device: str = "desktop") -> Program:
    """One program of the starter checks."""
    texts = {
        "stores.yaml": store_text(url),
        name: (ROOT / "checks" / name).read_text(encoding="utf-8"),
    }
    found = [each for each in sound(load_texts(texts)) if each.device_id in (device, None)]
    return found[0]


def of_folder(folder: Path) -> list[Program]:
    return sound(load_project([folder]))


def sound(project: Project) -> list[Program]:
    """The programs of a project without mistakes."""
    linkage = link(project)
    wrong: Sequence[object] = [each for each in linkage.diagnostics if each.severity == "error"]
    if wrong:
        raise CannotMeasure(f"the files of the bench are not valid: {wrong[0]}")
    return programs(linkage.checks)
