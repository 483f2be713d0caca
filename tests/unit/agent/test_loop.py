from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nano_sre.agent.folder import Folder
from nano_sre.agent.loop import WRITE_PAUSES, AgentLoop
from nano_sre.agent.making import agent_loop
from nano_sre.config.settings import Settings
from nano_sre.core.trigger import TriggerEvent
from nano_sre.store import Store
from support.cli import STORE, api_check
from support.demo import settings_in
from support.hours import LOOK, IdlePace, spend
from support.pages import Site, site
from support.results import make_result
from support.telling import minutes

PATIENCE = 100.0
START = datetime.fromisoformat("2026-03-02T12:00:30+00:00")
ALERTERS = """\
version: 1
alerters:
  - {name: team, webhook: {url: "${env.SHOP_URL}/team"}}
routes:
  - {send_to: [team]}
heartbeat: {url: "${env.SHOP_URL}/beat", every: 1m}
"""


@pytest.fixture
def shop() -> Iterator[Site]:
    with site(index="x") as made:
        for path in ("/cart.js", "/team", "/beat"):
            made.put(path, "{}")
        yield made


class Agent:
    """An agent in this process, whose clock is moved."""

    def __init__(self, tmp_path: Path, store: Store, url: str, **more: Any) -> None:
        self.store, self.more = store, more
        self.files = tmp_path / "checks"
        self.files.mkdir()
        self.settings: Settings = settings_in(tmp_path, {"SHOP_URL": url})
        self.database = tmp_path / "nano_sre.db"
        self.said: list[str] = []
        self.loop = self.restart()
        self.write("store.yaml", STORE)
        self.write("cart.yaml", api_check("cart", more="every: 10m\n"))
        self.write("alerters.yaml", ALERTERS)

    def restart(self, start: datetime = START) -> AgentLoop:
        self.loop = agent_loop(
            self.settings, self.store, say=self.said.append, pace=IdlePace(start), look=LOOK, **self.more
        )
        return self.loop

    def write(self, name: str, text: str) -> None:
        (self.files / name).write_text(text, encoding="utf-8")

    def apply(self) -> None:
        folder = Folder(
            paths=[self.files],
            settings=self.settings,
            store=self.store,
            pulse=self.loop.pulse,
            say=self.said.append,
        )
        assert folder.apply(), self.said

    def live(
        self, length: timedelta, meanwhile: Callable[[timedelta], object] = lambda _passed: None
    ) -> None:
        asyncio.run(spend(self.loop, length, patience=PATIENCE, meanwhile=meanwhile))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.database)) as connection, connection:
            return connection.execute(sql).fetchall()


@pytest.fixture
def agent(tmp_path: Path, kept: Store, shop: Site) -> Agent:
    made = Agent(tmp_path, kept, shop.url)
    made.apply()
    return made


class Once:
    """Does something when so much time has passed, once."""

    def __init__(self, after: timedelta, what: Callable[[], object]) -> None:
        self.after, self.what, self.done = after, what, False

    def __call__(self, passed: timedelta) -> None:
        if passed >= self.after and not self.done:
            self.done = True
            self.what()


def test_every_moment_runs_once_also_after_a_restart(agent: Agent) -> None:
    agent.live(minutes(35))
    keys = agent.rows("SELECT run_key FROM check_runs ORDER BY id")
    assert len(keys) == len(set(keys)) == 5  # the moment just past, and four more
    agent.restart(START + minutes(36))
    agent.live(minutes(1))
    assert agent.rows("SELECT run_key FROM check_runs ORDER BY id") == keys
    assert agent.loop.pulse.troubles == {}


def test_a_disk_that_is_full_for_a_while_costs_no_result(agent: Agent) -> None:
    full = "CREATE TRIGGER full BEFORE INSERT ON check_runs BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    agent.rows(full)
    troubles, pace = agent.loop.pulse.troubles, agent.loop.pace
    assert isinstance(pace, IdlePace)

    async def mend() -> None:
        while not troubles:
            await asyncio.sleep(0.01)
        agent.rows("DROP TRIGGER full")
        while troubles:  # time stands still while a round runs, except for the pause before it tries again
            await asyncio.sleep(0.01)
            if pace.sleeps(WRITE_PAUSES[0]):
                pace.move_on()

    async def whole() -> None:
        mending = asyncio.create_task(mend())
        await spend(agent.loop, minutes(15), patience=PATIENCE)
        await mending

    asyncio.run(whole())
    assert [text[:4] for text in agent.said[-2:]] == ["The ", "Over"]
    assert agent.loop.pulse.troubles == {}
    assert len(agent.rows("SELECT id FROM check_runs")) >= 2


def test_a_pause_ends_what_was_open(agent: Agent, shop: Site) -> None:
    shop.put("/cart.js", "{}", status=500)

    def pause() -> None:
        agent.write("cart.yaml", api_check("cart", more="every: 10m\nenabled: false\n"))
        agent.apply()

    agent.live(minutes(60), Once(minutes(30), pause))
    assert agent.rows("SELECT status FROM incidents") == [("resolved",)]
    assert agent.rows("SELECT kind FROM deliveries ORDER BY id") == [("fired",), ("resolved",)]
    assert agent.rows("SELECT target FROM alert_states") == []


def test_what_cannot_be_read_any_more_ends_nothing(agent: Agent, shop: Site) -> None:
    shop.put("/cart.js", "{}", status=500)

    def spoil() -> None:
        agent.rows("UPDATE revisions SET canonical = '{broken' WHERE check_id = 'cart'")
        agent.rows("UPDATE registry SET serial = serial + 1")

    agent.live(minutes(25), Once(minutes(15), spoil))
    assert agent.rows("SELECT status FROM incidents") == [("open",)]
    assert agent.loop.pulse.troubles == {
        "registry": "What is registered of cart cannot be read; nano-sre apply puts it back."
    }


def test_events_run_what_their_trigger_says_and_those_without_a_trigger_nothing(
    tmp_path: Path, kept: Store, shop: Site
) -> None:
    class Foreign:
        """A trigger of somebody's own."""

        def has_pending_events(self) -> bool:
            return False

        def pop_event(self) -> object:
            raise NotImplementedError

    agent = Agent(tmp_path, kept, shop.url, foreign={"theirs": Foreign()})
    agent.write("cart.yaml", api_check("cart"))
    agent.write("other.yaml", api_check("other"))
    agent.write(
        "triggers.yaml", "version: 1\ntriggers:\n  - {name: smoke, manual: {}, run: {checks: [cart]}}\n"
    )
    agent.apply()
    inbox = agent.loop.sources.inbox

    def put(name: str) -> None:
        asyncio.run(inbox.put(TriggerEvent(trigger=name, key=name, at=START)))

    for name in ("smoke", "gone", "theirs"):
        put(name)
    agent.live(minutes(5))
    assert agent.rows("SELECT trigger_name, state FROM trigger_events ORDER BY id") == [
        (name, "done") for name in ("smoke", "gone", "theirs")
    ]
    ran = agent.rows("SELECT check_id, run_key FROM check_runs ORDER BY check_id")
    assert ran == [("cart", "trigger/smoke@smoke"), ("other", "trigger/theirs@theirs")]


def test_a_heart_beats_after_full_cycles_only(agent: Agent, shop: Site) -> None:
    agent.loop.pulse.trouble("folder", "The folder is invalid.")  # what was applied before runs on
    agent.live(minutes(30))
    assert 2 <= shop.asked.count("GET /beat") <= 31
    assert agent.loop.pulse.last_cycle is not None


def test_a_heart_does_not_beat_while_a_part_of_the_agent_fails(agent: Agent, shop: Site) -> None:
    agent.loop.pulse.trouble("rounds again", "X901: a round broke off.")
    agent.live(minutes(30))
    assert shop.asked.count("GET /beat") == 0
    assert agent.loop.pulse.last_cycle is None


def test_what_runs_may_finish_when_it_is_asked_to_stop(agent: Agent, shop: Site) -> None:
    shop.put("/cart.js", "{}", wait=0.3)

    async def whole() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(agent.loop.run(stop))
        async with asyncio.timeout(PATIENCE):
            while "GET /cart.js" not in shop.asked:
                await asyncio.sleep(0.01)
            stop.set()
            await running

    asyncio.run(whole())
    assert agent.rows("SELECT status FROM check_runs") == [("PASS",)]
    assert "Stopping. 1 running targets may finish first; once more stops at once." in agent.said


def test_old_runs_are_forgotten_every_hour(agent: Agent) -> None:
    old = make_result(at=datetime.fromisoformat("2020-01-01T00:00:00+00:00"))

    def keep() -> None:
        asyncio.get_running_loop().create_task(agent.store.record(old, run_id="old"))

    agent.live(minutes(130), Once(minutes(70), keep))
    assert agent.rows("SELECT COUNT(*) FROM check_runs WHERE check_id = 'checkout'") == [(0,)]
    assert agent.rows("SELECT COUNT(*) FROM rollups") != [(0,)]
