"""The owner's door: `store.db.execute(sql, params)`, the same SQL habits on both databases."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from nano_sre.store.database import Connections
from nano_sre.store.errors import StoreError, is_read_only
from nano_sre.store.writer import Writer

_TOKEN = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/ | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ | \? | %""",
    re.VERBOSE | re.DOTALL,
)
_TRANSACTION = re.compile(r"\s*(begin|start|commit|end|rollback|abort|savepoint|release)\b", re.IGNORECASE)


class Rows:
    """What a statement returned, read to its end: like a cursor, without one to close."""

    def __init__(self, cursor: Any) -> None:
        self.description = cursor.description
        self.rowcount: int = cursor.rowcount
        self.lastrowid: int | None = getattr(cursor, "lastrowid", None)
        self._rows: list[tuple[Any, ...]] = cursor.fetchall() if cursor.description else []
        self._next = 0

    def fetchone(self) -> tuple[Any, ...] | None:
        rows = self.fetchmany(1)
        return rows[0] if rows else None

    def fetchmany(self, size: int = 1) -> list[tuple[Any, ...]]:
        rows = self._rows[self._next : self._next + size]
        self._next += len(rows)
        return rows

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self.fetchmany(len(self._rows))

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        while (row := self.fetchone()) is not None:
            yield row


class SqlDoor:
    """SQL with `?` placeholders. Reads run beside the writer; a write is one transaction of its own."""

    def __init__(self, connections: Connections, writer: Writer) -> None:
        self._connections = connections
        self._writer = writer

    def execute(self, sql: str, params: Sequence[Any] | None = None) -> Rows:
        """Run one statement; committed when this returns. Raises `StoreError`."""
        if _TRANSACTION.match(sql):
            raise StoreError(
                "every statement is its own transaction here",
                hint="use store.write_now(fn) for several at once",
            )
        run = self._statement(sql, tuple(params or ()))
        try:
            return self._connections.read(run)
        except StoreError as error:
            # The database itself knows best what is a write: SQL says it in too many ways.
            if error.__cause__ is None or not is_read_only(error.__cause__):
                raise
        return self._writer.write_now(run)

    def commit(self) -> None:
        """Nothing to do: `execute` has committed. Here for code written for `sqlite3`."""

    def _statement(self, sql: str, params: tuple[Any, ...]) -> Callable[[Any], Rows]:
        text = sql if self._connections.is_sqlite else for_postgres(sql)
        return lambda db: Rows(db.execute_sql(text, params))


def for_postgres(sql: str) -> str:
    """`?` as `%s`, a literal `%` doubled; texts, names and comments keep their question marks."""
    return _TOKEN.sub(lambda token: "%s" if token.group() == "?" else token.group().replace("%", "%%"), sql)
