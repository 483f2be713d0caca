"""A database in memory with our tables, for trying out what would happen. It is gone when it is closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self, TypeVar

from peewee import SqliteDatabase

from nano_sre.store.schema import run_scripts

T = TypeVar("T")


class Scratch:
    """What a `Store` is to those who only ask for transactions; for one thread."""

    def __init__(self) -> None:
        self._db = SqliteDatabase(":memory:", pragmas={"foreign_keys": 1})
        self._db.connect()
        run_scripts(self._db)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._db.close()

    async def write(self, fn: Callable[[Any], T]) -> T:
        """Run `fn(db)` in one transaction."""
        return self.write_now(fn)

    def write_now(self, fn: Callable[[Any], T]) -> T:
        with self._db.atomic():
            return fn(self._db)

    def read(self, fn: Callable[[Any], T]) -> T:
        return fn(self._db)
