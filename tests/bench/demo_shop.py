"""The demo store in a process of its own, so that its CPU time is nobody's; and the programs of `checks/` for it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bench.measure import ROOT, CannotMeasure
from nano_sre.core.program import Program
from nano_sre.spec.compile import programs
from nano_sre.spec.link import link
from nano_sre.spec.project import Project, load_texts

CODE = """
import sys
from nano_sre.demo.server import DemoServer
store = DemoServer("ridge")
inner, pages = store._server.config.app, []
async def counted(scope, receive, send):
    if (b"sec-fetch-dest", b"document") in scope.get("headers", ()):
        pages.append(scope["path"])
    await inner(scope, receive, send)
store._server.config.app = counted
with store:
    print(store.url, flush=True)
    for line in sys.stdin:
        print(len(pages), flush=True)
"""


class Shop:
    """The running store: its address, and how many pages (not scripts or pictures) it was asked for."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.url = self._line()

    def pages(self) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write("pages\n")
        self._process.stdin.flush()
        return int(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        said = self._process.stdout.readline().strip()
        if not said:
            raise CannotMeasure("the demo store did not start")
        return said


@contextmanager
def shop() -> Iterator[Shop]:
    """The store while it is open."""
    process = subprocess.Popen(
        [sys.executable, "-c", CODE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Shop(process)
    finally:
        assert process.stdin is not None
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
    return next(each for each in sound(load_texts(texts)) if each.device_id in (device, None))


def sound(project: Project) -> list[Program]:
    """The programs of a project without mistakes."""
    linkage = link(project)
    wrong = [each for each in linkage.diagnostics if each.severity == "error"]
    if wrong:
        raise CannotMeasure(f"the files of the bench are not valid: {wrong[0]}")
    return programs(linkage.checks)
