"""The command line as people use it: in a folder, with an environment, told by its exit code and its words."""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nano_sre.cli.main import main

COMMAND = [sys.executable, "-m", "nano_sre.cli.main"]
STORE = """\
version: 1
kind: store
id: shop
name: The shop
url: "${env.SHOP_URL}"
markets:
  us: {currency: USD, locale: en-US}
"""
CART = """\
version: 1
kind: api
id: cart
name: Cart answers
tags: [critical]
requests:
  - get: /cart.js
    expect: {status: 200}
"""


def api_check(name: str, path: str = "/cart.js", *, more: str = "") -> str:
    """An API check called `name` that expects status 200 from a path; `more` is put before its requests."""
    return (
        f"version: 1\nkind: api\nid: {name}\nname: {name.capitalize()}\n{more}"
        f"requests:\n  - get: {path}\n    expect: {{status: 200}}\n"
    )


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err

    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Desk:
    """A folder somebody works in: checks, an environment, data."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.environ = {
            "NANO_SRE_DATA_DIR": str(self.data),
            "NANO_SRE_DATABASE_URL": f"sqlite:///{self.database}",
            "NO_COLOR": "1",
            **self.environ,
        }

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def database(self) -> Path:
        return self.data / "nano_sre.db"

    def write(self, name: str, text: str) -> Path:
        """A file below `checks/`."""
        file = self.folder / "checks" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def remove(self, name: str) -> None:
        (self.folder / "checks" / name).unlink()

    def nano(self, *words: str) -> Done:
        """Run the command line in this process."""
        out, err = io.StringIO(), io.StringIO()
        code: int | str | None = 0
        with self._sitting(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main(list(words))
            except SystemExit as stop:
                code = stop.code
        return Done(
            code if isinstance(code, int) else 0 if code is None else 1, out.getvalue(), err.getvalue()
        )

    def start(self, *words: str, **more: Any) -> subprocess.Popen[str]:
        """Start the command line as a process of its own."""
        given: dict[str, Any] = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "text": True,
            "cwd": self.folder,
            "env": self._environment(),
        }
        return subprocess.Popen([*COMMAND, *words], **(given | more))

    def process(self, *words: str, timeout: float = 90) -> Done:
        """Run the command line as a process of its own, to its end."""
        with self.start(*words) as started:
            try:
                out, err = started.communicate(timeout=timeout)
            except subprocess.TimeoutExpired:
                started.kill()
                raise
        return Done(started.returncode, out, err)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the database, read without changing anything."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return connection.execute(sql).fetchall()

    def dump(self) -> list[str]:
        """Everything the database holds, as SQL."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return list(connection.iterdump())

    def files(self) -> Mapping[str, bytes]:
        """The database's files, byte for byte; shared memory and an empty log, which readers leave, are left out."""
        found = [p for p in sorted(self.data.glob("nano_sre.db*")) if not p.name.endswith("-shm")]
        return {p.name: p.read_bytes() for p in found if p.stat().st_size or not p.name.endswith("-wal")}

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONIOENCODING": "utf-8", **self.environ}

    @contextlib.contextmanager
    def _sitting(self) -> Iterator[None]:
        before, place, stdin, collecting = dict(os.environ), Path.cwd(), sys.stdin, gc.get_threshold()
        os.environ.update(self.environ)
        os.chdir(self.folder)
        sys.stdin = io.StringIO()
        try:
            yield
        finally:
            gc.set_threshold(*collecting)
            gc.unfreeze()  # the command line is at its end then, this process is not
            sys.stdin = stdin
            os.chdir(place)
            os.environ.clear()
            os.environ.update(before)
