"""A shop whose answers break and mend at random; its journal says what it answered to which check, and when."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CHECK = """\
version: 1
kind: api
id: check-{number}
name: Check {number}
every: 1s
retries: 0
requests:
  - get: /answers/{number}
    expect: {{status: 200, json: {{"$.broken": 0}}}}
"""


@dataclass(frozen=True)
class Answer:
    """What a check was told: 0 when all was well, else the serial number of what was broken."""

    check: str
    broken: int
    at: datetime


@dataclass
class Shop:
    """Every fourth check finds something broken in the beginning; then one after the other turns."""

    checks: int
    journal: Path
    chance: random.Random
    url: str = ""
    broken: dict[int, int] = field(default_factory=dict)
    turns: int = 0
    _over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def flip(self, rate: float) -> None:
        """Break and mend, one after the other, until everything is mended."""
        while not self._over.wait(self.chance.uniform(0, 2 / rate)):
            number = self.chance.randrange(self.checks)
            with self._lock:
                self.turns += 1
                if self.broken.pop(number, None) is None:
                    self.broken[number] = self.turns

    def mend(self) -> None:
        """All is well from now on."""
        self._over.set()
        with self._lock:
            self.broken.clear()

    def answer(self, number: int) -> int:
        with self._lock:
            said = self.broken.get(number, 0)
            line = {"check": f"check-{number}", "broken": said, "at": datetime.now(UTC).isoformat()}
            with self.journal.open("a", encoding="utf-8") as out:
                out.write(json.dumps(line) + "\n")
        return said

    def answers(self) -> list[Answer]:
        """The journal so far."""
        lines = map(json.loads, self.journal.read_text("utf-8").splitlines())
        return [Answer(each["check"], each["broken"], datetime.fromisoformat(each["at"])) for each in lines]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, shop: Shop) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.shop = shop

    def handle_error(self, request: object, client_address: object) -> None:
        """A visitor that is killed cuts its connections: no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        _, _, number = self.path.rpartition("/answers/")
        status, body = (
            (200, {"broken": self.server.shop.answer(int(number))}) if number.isdigit() else (404, {})
        )
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_given: object) -> None:
        """The journal is what tells."""


@contextmanager
def flipping(checks: int, journal: Path, *, rate: float, seed: int) -> Iterator[Shop]:
    """A shop on loopback with so many answers at `/answers/<number>`, of which `rate` turn in a second."""
    journal.touch()
    shop = Shop(checks, journal, random.Random(seed))
    shop.broken, shop.turns = {number: number + 1 for number in range(0, checks, 4)}, checks
    server = _Server(shop)
    shop.url = f"http://127.0.0.1:{server.server_address[1]}"
    serving = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    turning = threading.Thread(target=shop.flip, args=(rate,), daemon=True)
    serving.start()
    turning.start()
    try:
        yield shop
    finally:
        shop.mend()
        turning.join()
        server.shutdown()
        server.server_close()
        serving.join()
