"""The demo store's two themes and the starter checks, for tests that run them together."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from nano_sre.config.settings import Settings
from nano_sre.core.program import Program
from nano_sre.core.result import RunReport
from nano_sre.demo.admin import TOKEN, TOKEN_VARIABLE
from nano_sre.demo.server import DemoServer
from nano_sre.service import RunRequest, Selection, read_folder, run, select

ROOT = Path(__file__).resolve().parents[2]
VARIABLES = {"ridge": "DEMO_STORE_URL", "gipfel": "DEMO_STORE_DE_URL"}
STORE_IDS = {"ridge": "ridge", "gipfel": "gipfel"}


@dataclass(frozen=True)
class Shops:
    """Both themes, open."""

    servers: Mapping[str, DemoServer]

    @property
    def environ(self) -> dict[str, str]:
        """The variables that the starter checks read."""
        urls = {VARIABLES[theme]: server.url for theme, server in self.servers.items()}
        return {TOKEN_VARIABLE: TOKEN, **urls}

    def fault(self, name: str) -> None:
        for server in self.servers.values():
            server.fault(name)

    def heal(self) -> None:
        for server in self.servers.values():
            server.heal()

    @contextmanager
    def broken(self, *names: str) -> Iterator[None]:
        """These faults are on in both themes for a while."""
        try:
            for name in names:
                self.fault(name)
            yield
        finally:
            self.heal()


@contextmanager
def shops() -> Iterator[Shops]:
    with ExitStack() as stack:
        yield Shops({theme: stack.enter_context(DemoServer(theme=theme)) for theme in VARIABLES})


@contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """The working directory, for a while: positions are told relative to it."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def starter_programs(environ: Mapping[str, str], selection: Selection | None = None) -> list[Program]:
    """Every target of the starter checks that a selection takes."""
    with working_in(ROOT):
        _, linkage = read_folder([Path("checks")], environ=environ)
    assert not [d for d in linkage.diagnostics if d.severity == "error"], linkage.diagnostics
    return select(linkage, selection or Selection())


def settings_in(folder: Path, environ: Mapping[str, str] | None = None) -> Settings:
    """Settings whose data are in a folder of the test's own."""
    return Settings(
        database_url=f"sqlite:///{folder / 'nano_sre.db'}",
        data_dir=folder,
        project_dir=folder,
        environ={**os.environ, **(environ or {})},
    )


def run_programs(
    programs: Sequence[Program], *, folder: Path, environ: Mapping[str, str], **more: object
) -> RunReport:
    """One round without a retry and without a second visit for a trace; nothing is recorded."""
    request = RunRequest(
        programs=programs,
        settings=settings_in(folder, environ),
        folder=ROOT / "checks",
        **{"retries": 0, "evidence_rerun": False, "concurrency": 4, "artifacts": Nowhere()} | more,  # type: ignore[arg-type]
    )
    with skills_in_reach(ROOT / "checks"):
        return run(request)


@contextmanager
def skills_in_reach(folder: Path) -> Iterator[None]:
    """What a run adds to the import path is taken off again."""
    before = list(sys.path)
    try:
        yield
    finally:
        sys.path[:] = before
        for name in [n for n in sys.modules if n == "skills" or n.startswith("skills.")]:
            with suppress(KeyError):
                del sys.modules[name]


class Nowhere:
    """Keeps no files."""

    def write(self, run_id: str, name: str, data: bytes) -> str:
        return f"{run_id}/{name}"
