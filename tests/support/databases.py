"""Databases that have every table already: copies of one whose scripts were run once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nano_sre.store import Store
from support.postgres import PostgresServer


class Copies:
    """Running every script again for each of hundreds of tests took longer than the tests. `folder` is its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._model: str | None = None

    def sqlite(self, folder: Path) -> str:
        """The URL of a file in this folder."""
        model = self._folder / "model.db"
        if not model.exists():
            Store.open(f"sqlite:///{model}", data_dir=self._folder).close()
        shutil.copyfile(model, folder / "nano_sre.db")
        return f"sqlite:///{folder}/nano_sre.db"

    @contextmanager
    def postgresql(self, server: PostgresServer) -> Iterator[str]:
        """The URL of a database of this server, for a while."""
        if self._model is None:
            made = server.fresh_database()
            Store.open(made, data_dir=self._folder).close()
            self._model = made
        with server.database(like=self._model) as url:
            yield url
