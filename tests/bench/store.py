"""Results recorded through the store, against rows of the same size through peewee's `insert_many`."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any

import peewee

from bench.measure import Figure, interleaved, median
from nano_sre.store import Store
from nano_sre.store.models import CheckRun
from support.results import make_result

BATCH = 100
LEAST = 0.8


def measure(*, quick: bool = False) -> list[Figure]:
    rows = 300 if quick else 1_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with_store = Store.open(f"sqlite:///{folder / 'ours.db'}", data_dir=folder)
        asyncio.run(record(with_store, 10))
        plain = Plain(folder / "plain.db", sample(with_store))
        taken = interleaved(
            3 if quick else 7,
            ours=lambda: _timed(lambda: asyncio.run(record(with_store, rows))),
            plain=lambda: _timed(lambda: plain.insert(rows)),
        )
        with_store.close()
        plain.close()
    ours, bare = median(taken["ours"]), median(taken["plain"])
    return [
        Figure(
            what=f"rows a CPU second, {rows} results",
            ours=f"{rows / ours:,.0f}",
            peer=f"{rows / bare:,.0f} peewee insert_many({BATCH})",
            ratio=bare / ours,
            goal=LEAST,
            at_least=True,
        )
    ]


async def record(store: Store, rows: int) -> None:
    """Record results as a busy run does: many at once, each awaited."""
    results = [make_result(f"check-{n % 50}") for n in range(rows)]
    await asyncio.gather(*(store.record(each, run_id="bench") for each in results))


def sample(store: Store) -> dict[str, Any]:
    """A row as the store wrote it."""
    row: dict[str, Any] = store.read(lambda db: next(iter(CheckRun.select().limit(1).dicts().execute(db))))
    return {name: value for name, value in row.items() if name != "id"}


class Plain:
    """The same columns in a table of its own, written in the plainest way peewee offers."""

    def __init__(self, file: Path, row: dict[str, Any]) -> None:
        self._db = peewee.SqliteDatabase(str(file), pragmas={"journal_mode": "wal", "synchronous": "normal"})
        columns: dict[str, Any] = {name: peewee.TextField(null=True) for name in row}
        self._model: Any = type(
            "Row", (peewee.Model,), {**columns, "Meta": type("Meta", (), {"database": self._db})}
        )
        self._db.create_tables([self._model])
        self._row = row

    def insert(self, rows: int) -> None:
        for start in range(0, rows, BATCH):
            with self._db.atomic():
                self._model.insert_many([self._row] * min(BATCH, rows - start)).execute()

    def close(self) -> None:
        self._db.close()


def _timed(work: Any) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
