"""The one thread of a process that writes.

Jobs that wait together share one transaction (one fsync instead of a hundred), each in its own savepoint. A
job is a function of the database that does nothing but read and write it: after a lock, a deadlock or a lost
connection it runs again from the start.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from nano_sre.store.database import Connections
from nano_sre.store.errors import StoreError, is_busy, is_database_error

T = TypeVar("T")

MAX_BATCH = 100
_PAUSES = (0.05, 0.25, 1.0)  # seconds before the next try, on top of the database's own busy timeout


@dataclass(frozen=True, slots=True)
class _Job:
    run: Callable[[Any], Any]
    done: Future[Any] = field(default_factory=Future)


@dataclass(frozen=True, slots=True)
class _Raised:
    error: BaseException


class Writer:
    """Owns the writing connection. Safe to call from any thread and any event loop."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._db = connections.writer
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="nano-sre-writer", daemon=True)
        self._thread.start()

    async def write(self, fn: Callable[[Any], T]) -> T:
        """Run `fn(db)` in a transaction of the writer thread and return what it returns.

        Once handed over, it is carried out even if the waiting task is cancelled. Raises what `fn` raises;
        errors of the database arrive as `StoreError`.
        """
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[T] = loop.create_future()

        def deliver(done: Future[Any]) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is gone, and with it whoever waited
                loop.call_soon_threadsafe(_settle, waiting, done)

        self._submit(fn).add_done_callback(deliver)
        return await waiting

    def write_now(self, fn: Callable[[Any], T]) -> T:
        """The same for code that is not async: blocks until the transaction is committed."""
        if threading.current_thread() is self._thread:
            with self._db.atomic():
                return fn(self._db)
        return cast("T", self._submit(fn).result())

    def close(self) -> None:
        """Finish what was handed over, then stop. Calling it twice is fine."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._jobs.put(None)
        self._thread.join()

    def _submit(self, fn: Callable[[Any], Any]) -> Future[Any]:
        job = _Job(fn)
        with self._closing:
            if self._closed:
                raise StoreError("the store is closed")
            self._jobs.put(job)
        return job.done

    def _serve(self) -> None:
        while jobs := self._waiting():
            self._carry_out(jobs)
        with contextlib.suppress(Exception):
            self._db.close()

    def _waiting(self) -> list[_Job]:
        """Block for a job, then take what else waits already; empty when it is time to stop."""
        jobs: list[_Job] = []
        with contextlib.suppress(queue.Empty):
            while len(jobs) < MAX_BATCH:
                job = self._jobs.get(block=not jobs)
                if job is None:
                    if jobs:
                        self._jobs.put(None)
                    break
                jobs.append(job)
        return jobs

    def _carry_out(self, jobs: list[_Job]) -> None:
        try:
            outcomes = self._commit(jobs)
        except BaseException as error:  # noqa: BLE001 - whatever a job raises belongs to its caller, not to the thread
            if len(jobs) > 1 and not (is_busy(error) or self._dropped()):
                for job in jobs:
                    self._carry_out([job])
                return
            outcomes = [_Raised(error)] * len(jobs)
        for job, outcome in zip(jobs, outcomes, strict=True):
            if isinstance(outcome, _Raised):
                job.done.set_exception(self._told(outcome.error))
            else:
                job.done.set_result(outcome)

    def _commit(self, jobs: list[_Job]) -> list[Any]:
        """All jobs in one transaction. A commit without an answer is not repeated: it may have worked."""
        pauses = list(_PAUSES)
        while True:
            committing = False
            try:
                self._db.connect(reuse_if_open=True)
                with self._db.atomic():
                    outcomes = [self._attempt(job, alone=len(jobs) == 1) for job in jobs]
                    committing = True
                return outcomes  # noqa: TRY300 - nothing may follow the commit
            except Exception as error:
                dropped = self._dropped()
                if dropped:
                    self._forget_connection()
                again = is_busy(error) or (dropped and not committing)
                if not again or not pauses:
                    raise
                time.sleep(pauses.pop(0))

    def _attempt(self, job: _Job, *, alone: bool) -> Any:
        if alone:
            return job.run(self._db)
        try:
            with self._db.atomic():
                return job.run(self._db)
        except BaseException as error:
            if is_database_error(error):
                raise
            return _Raised(error)

    def _dropped(self) -> bool:
        """Whether the server went away. A connection that could not be opened counts as well."""
        if self._connections.is_sqlite:
            return False
        return self._db.is_closed() or bool(self._db.connection().closed)

    def _forget_connection(self) -> None:
        with contextlib.suppress(Exception):
            self._db.close()

    def _told(self, error: BaseException) -> BaseException:
        if not is_database_error(error):
            return error
        told = self._connections.explain(error)
        told.__cause__ = error
        return told


def _settle(waiting: asyncio.Future[T], done: Future[T]) -> None:
    if waiting.done():
        return
    error = done.exception()
    if error is None:
        waiting.set_result(done.result())
    else:
        waiting.set_exception(error)
