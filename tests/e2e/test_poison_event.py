"""An event whose run kills the agent is put aside after a few starts, and what came after it runs."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nano_sre.core.trigger import TriggerEvent
from nano_sre.store import Store, triggers
from support.agents import PATIENCE, agent
from support.cli import CART, STORE, Desk
from support.pages import site
from support.processes import wait_for

KILLER = """\
import os
import signal

from nano_sre.agent.core import Skill, SkillResult


class Killer(Skill):
    def name(self) -> str:
        return "killer"

    async def run(self, context) -> SkillResult:
        os.kill(os.getpid(), signal.SIGKILL)
        return SkillResult(self.name(), "PASS", "nobody reads this")
"""
SKILL = "version: 1\nkind: skill\nid: killer\nname: Killer\nskill: killing:Killer\n"
TRIGGERS = """\
version: 1
triggers:
  - {name: bad, manual: {}, run: {checks: [killer]}}
  - {name: good, manual: {}, run: {checks: [cart]}}
"""
ALERTERS = """\
version: 1
alerters:
  - {name: team, webhook: {url: "${env.SHOP_URL}/team"}}
  - {name: spare, webhook: {url: "${env.SHOP_URL}/spare"}}
routes:
  - {send_to: [team]}
fallback: spare
"""
STARTS = 3


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_an_event_that_kills_is_put_aside(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with site(index="<h1>Shop</h1>") as shop:
        shop.put("/cart.js", "{}")
        shop.put("/team", "{}")
        shop.put("/spare", "{}")
        desk = Desk(tmp_path, {"SHOP_URL": shop.url})
        if database == "postgres":
            server = request.getfixturevalue("postgres")
            desk.environ["NANO_SRE_DATABASE_URL"] = server.fresh_database()
        for name, text in {
            "store.yaml": STORE,
            "cart.yaml": CART,
            "killer.yaml": SKILL,
            "killing.py": KILLER,
            "../triggers.yaml": TRIGGERS,
            "../alerters.yaml": ALERTERS,
        }.items():
            desk.write(name, text)
        assert (done := desk.nano("apply")).code == 0, done.said
        url = desk.environ["NANO_SRE_DATABASE_URL"]
        with Store.open(url, data_dir=desk.data) as store:
            for name in ("bad", "good", "good"):
                event = TriggerEvent(trigger=name, key=f"{time.monotonic_ns()}", at=datetime.now(UTC))
                asyncio.run(store.write(lambda db, event=event: triggers.keep(db, event)))
            for _ in range(STARTS):
                with agent(desk) as died:
                    assert died.process.wait(timeout=PATIENCE) == -9, died.said
            with agent(desk) as living:
                living.until_said("was put aside")
                settled = {("bad", "dead"), ("good", "done")}
                wait_for(lambda: set(states(store)) == settled, seconds=PATIENCE, what="settled events")
                wait_for(lambda: "POST /spare" in shop.asked, seconds=PATIENCE, what="a word to the fallback")
                assert "nano_sre_dead_events 1.0" in living.ask("/metrics")[1]
                assert "1 event put aside" in living.ask("/")[1]
        assert shop.asked.count("POST /team") == 0, "it is the monitor's own trouble"
        assert "monitor/triggers/bad" in desk.nano("incidents").out


def states(store: Store) -> list[tuple[str, str]]:
    rows = store.db.execute("SELECT trigger_name, state FROM trigger_events").fetchall()
    return [tuple(row) for row in rows]
