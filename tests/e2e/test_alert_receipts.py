"""An agent that is killed between a channel's yes and the row that says so does not tell it again.

The moment is made to last: while the receiver has the message and has not answered, the database is locked, so that
the agent can hear the yes and cannot record it.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from nano_sre.core.result import utc_now
from nano_sre.store import Store
from nano_sre.store.alert_models import DeliveryRow
from nano_sre.store.outbox import UNSETTLED
from nano_sre.store.plain import iso
from support.agents import PATIENCE
from support.cli import STORE, Desk, api_check
from support.pages import Site, site
from support.postgres import PostgresServer
from support.processes import wait_for
from support.receivers import SECRET, Failing, Receivers, receivers

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

ALERTERS = """\
version: 1
alerters:
  - {{name: desk, webhook: {{url: "{url}/webhook", secret: "${{secret.DESK_KEY}}"}}}}
routes:
  - {{send_to: [desk]}}
policy: {{group_wait: 0s, at_most_every: 0s, flapping: off, remind_every: 30d}}
"""


@dataclass
class Lock:
    """Keeps everybody from writing to a database, from the first message on until `release`."""

    url: str
    taken: Any = None
    first: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> None:
        with self.first:
            if self.taken is None:
                self.taken = _locked(self.url)

    def release(self) -> None:
        self.taken.rollback()
        self.taken.close()


def _locked(url: str) -> Any:
    if url.startswith("sqlite"):
        held = sqlite3.connect(url.removeprefix("sqlite:///"), check_same_thread=False, timeout=30)
        held.execute("BEGIN IMMEDIATE")
        return held
    server = psycopg.connect(url)
    server.execute("LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE")
    return server


@dataclass
class Locking(Failing):
    """Fails never; does something with the first message before it is answered."""

    before: Callable[[], None] = lambda: None

    def next(self) -> None:
        self.before()


@dataclass
class Scene:
    """A shop of which a check fails, a receiver, and an agent that tells it."""

    desk: Desk
    shop: Site
    told: Receivers
    lock: Lock

    @property
    def receipts(self) -> list[Path]:
        return list((self.desk.data / "receipts").glob("*"))

    @property
    def heard(self) -> list[str]:
        return [body["kind"] for body in self.told.bodies]

    def kill_after_the_yes(self) -> None:
        with self._agent() as agent:
            wait_for(
                lambda: any(file.stat().st_size for file in self.receipts),
                seconds=PATIENCE,
                what="a receipt",
            )
            agent.kill()
        self.lock.release()
        assert self.heard == ["fired"]
        assert self.states() == ["sending"]

    def go_on(self) -> None:
        """An agent again, after the longest wait; the shop is well in the end."""
        with self._store() as store:
            now = iso(utc_now())
            store.write_now(
                lambda db: DeliveryRow.update(next_at=now).where(DeliveryRow.state << UNSETTLED).execute(db)
            )
        with self._agent() as agent:
            wait_for(lambda: self.states() == ["sent"], seconds=PATIENCE, what="the row")
            self.shop.put("/cart.js", "{}")
            wait_for(lambda: "resolved" in self.heard, seconds=PATIENCE, what="the end of it")
            agent.terminate()
            assert agent.wait(PATIENCE) == 0

    def states(self) -> list[str]:
        """Of the deliveries of what was told first."""
        with self._store() as store:
            query = DeliveryRow.select(DeliveryRow.state).where(DeliveryRow.kind == "fired")
            return store.read(lambda db: [state for (state,) in query.tuples().execute(db)])

    def _store(self) -> Store:
        return Store.open(self.desk.environ["NANO_SRE_DATABASE_URL"], data_dir=self.desk.data, create=False)

    @contextmanager
    def _agent(self) -> Iterator[Any]:
        with (
            (self.desk.folder / "agent.log").open("a") as log,
            self.desk.start("agent", "--no-page", "--quiet", stdout=log, stderr=log) as agent,
        ):
            try:
                yield agent
            finally:
                agent.kill()


@pytest.fixture(params=["sqlite", "postgresql"])
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    with ExitStack() as stack:
        shop = stack.enter_context(site())
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path}/data/nano_sre.db"
        else:
            url = stack.enter_context(PostgresServer()).fresh_database()
        lock = Lock(url)
        told = stack.enter_context(receivers(failing=Locking(before=lock.take)))
        desk = Desk(tmp_path, {"SHOP_URL": shop.url, "DESK_KEY": SECRET, "NANO_SRE_DATABASE_URL": url})
        desk.write("store.yaml", STORE)
        desk.write("cart.yaml", api_check("cart", more="every: 1s\nretries: 0\n"))
        (tmp_path / "alerters.yaml").write_text(ALERTERS.format(url=told.url))
        done = desk.process("apply", "--yes")
        assert done.code == 0, done.said
        yield Scene(desk, shop, told, lock)


def test_what_was_taken_before_the_kill_is_not_told_again(scene: Scene) -> None:
    scene.kill_after_the_yes()
    scene.go_on()
    assert scene.heard == ["fired", "resolved"]
    assert scene.receipts == []


def test_without_the_receipts_it_would_be_and_is_never_lost(scene: Scene) -> None:
    scene.kill_after_the_yes()
    for file in scene.receipts:
        file.unlink()
    scene.go_on()
    assert scene.heard == ["fired", "fired", "resolved"]
    assert len({body["key"] for body in scene.told.bodies}) == 2
