"""What channels have taken and the database does not know yet: a line in a file, written before anything else runs.

A line costs microseconds where a row costs a transaction, and a process that is killed leaves it behind, for what was
written is the kernel's. It is not waited for until it is on the disk: after a power cut the last lines may be
missing, and what they say is then sent again.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nano_sre.alerts.dispatch import Send
from nano_sre.core.alert import Alert, Sent
from nano_sre.core.clock import Clock
from nano_sre.core.outbox import Delivery, Receipt

FOLDER = "receipts"
LONGEST = 64 * 1024  # bytes of a file of which everything is settled, before it begins anew
KEPT = 24 * 3_600.0  # seconds that receipts of another database lie here


class Receipts:
    """The receipts of one process, and those that dead ones have left in the folder. Safe to call from any thread.

    A folder that cannot be written to, or a full disk, is no reason not to send: nothing here raises `OSError`.
    """

    def __init__(self, folder: Path, *, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._lock = threading.Lock()
        self._unsettled: dict[tuple[str, str], Receipt] = {}
        self._file: _File | None = None
        self._strange: set[Path] = set()

    def open(self) -> None:
        """Make the file ready, so that a receipt is a single write."""
        with self._lock:
            if self._file is None:
                self._file = _created(self._folder)

    def noting(self, send: Send) -> Send:
        """`send`, which leaves a receipt of whatever is taken."""

        async def noted(delivery: Delivery, alert: Alert) -> Sent:
            self.open()
            sent = await send(delivery, alert)
            if sent.ok:
                self.note(delivery, sent)
            return sent

        return noted

    def note(self, delivery: Delivery, sent: Sent) -> None:
        """The channel has just taken this."""
        receipt = Receipt(
            key=delivery.key,
            alerter=delivery.alerter,
            at=self._clock.now(),
            detail=sent.detail,
            ref=sent.ref,
        )
        line = _line(receipt)
        with self._lock:
            if self._file is not None:
                self._file.append(line)
            self._unsettled[receipt.key, receipt.alerter] = receipt

    def of(self, delivery: Delivery) -> Receipt | None:
        """The receipt of a delivery that is not settled."""
        return self._unsettled.get((delivery.key, delivery.alerter))

    def unsettled(self) -> list[Receipt]:
        """What this process was told and its database may not know."""
        with self._lock:
            return list(self._unsettled.values())

    def settle(self, receipts: Iterable[Receipt]) -> None:
        """The database knows them now."""
        with self._lock:
            for each in receipts:
                self._unsettled.pop((each.key, each.alerter), None)
            if self._file is not None and not self._unsettled and self._file.size > LONGEST:
                self._file.empty()

    def left(self) -> Iterator[Left]:
        """What processes that died have left in the folder; each has to be settled by `Left.settle`."""
        own = None if self._file is None else self._file.path
        for path in _files(self._folder):
            if path == own or path in self._strange:
                continue
            file = _opened(path)
            if file is None:  # its process lives
                continue
            left = Left(file, file.receipts())
            try:
                yield left
            finally:
                file.close()
            if path.exists():
                self._strange.add(path)

    def close(self) -> None:
        """Let go of the file; one of which everything is settled is removed."""
        with self._lock:
            file, self._file = self._file, None
            if file is not None:
                if not self._unsettled:
                    file.remove()
                file.close()


@dataclass(frozen=True, slots=True)
class Left:
    """The file of a process that died, which nobody else reads meanwhile."""

    file: _File
    receipts: Sequence[Receipt]

    def settle(self, known: Iterable[Receipt]) -> None:
        """These are in the database now. What another database has to know stays for its own agent, for a day."""
        settled = {(each.key, each.alerter) for each in known}
        theirs = any((each.key, each.alerter) not in settled for each in self.receipts)
        if not theirs or self.file.age > KEPT:
            self.file.remove()


@dataclass(slots=True)
class _File:
    """A file and its lock, which the operating system takes back when the process ends, however that happens."""

    path: Path
    descriptor: int
    size: int = 0

    def append(self, line: bytes) -> None:
        with suppress(OSError):  # the row is still to come
            self.size += os.write(self.descriptor, line)

    def empty(self) -> None:
        with suppress(OSError):
            os.ftruncate(self.descriptor, 0)
            self.size = 0

    def remove(self) -> None:
        with suppress(OSError):
            self.path.unlink()

    def close(self) -> None:
        os.close(self.descriptor)

    @property
    def age(self) -> float:
        return time.time() - os.fstat(self.descriptor).st_mtime

    def receipts(self) -> list[Receipt]:
        """Every receipt in it; a line that was cut short is none."""
        with suppress(OSError), open(self.descriptor, "rb", closefd=False) as file:
            return [receipt for line in file if (receipt := _read(line)) is not None]
        return []


def _created(folder: Path) -> _File | None:
    """A new file that is ours; None where there can be none."""
    for _ in range(3):
        path = folder / f"{secrets.token_hex(8)}.jsonl"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = _locked(path, os.O_CREAT | os.O_EXCL)
        except OSError:
            return None
        if file is not None:
            return file
    return None


def _opened(path: Path) -> _File | None:
    """The file of somebody who died."""
    with suppress(OSError):
        return _locked(path)
    return None


def _locked(path: Path, more: int = 0) -> _File | None:
    """A file that nobody else holds. Raises `OSError`."""
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | more, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(descriptor), path.stat()):  # nobody removed it before it was locked
            return _File(path, descriptor)
    except OSError:
        os.close(descriptor)
        return None
    os.close(descriptor)
    return None


def _files(folder: Path) -> list[Path]:
    try:
        return [Path(entry.path) for entry in os.scandir(folder) if entry.name.endswith(".jsonl")]
    except OSError:
        return []


def _line(receipt: Receipt) -> bytes:
    """One line. It begins with the line break, so that what a full disk has cut short spoils nothing that follows."""
    said = {
        "key": receipt.key,
        "alerter": receipt.alerter,
        "at": receipt.at.isoformat(),
        "detail": receipt.detail,
        "ref": None if receipt.ref is None else dict(receipt.ref),
    }
    return b"\n" + json.dumps(said).encode()


def _read(line: bytes) -> Receipt | None:
    try:
        said: Mapping[str, Any] = json.loads(line)
        return Receipt(**{**said, "at": datetime.fromisoformat(said["at"])})
    except (ValueError, TypeError, KeyError):
        return None
