from __future__ import annotations

import asyncio
from pathlib import Path

from nano_sre.agent.desk import AgentDesk
from nano_sre.agent.making import agent_loop
from nano_sre.store import Store
from support.demo import settings_in
from support.hours import IdlePace
from support.results import make_report, make_result
from support.telling import NOON


def at_desk(tmp_path: Path, store: Store) -> AgentDesk:
    return AgentDesk(agent_loop(settings_in(tmp_path), store, say=print, pace=IdlePace(NOON)))


def test_an_agent_that_has_just_begun_is_well(tmp_path: Path, kept: Store) -> None:
    health = at_desk(tmp_path, kept).health()
    assert (health.well, health.checks, health.running, health.serial) == (True, 0, 0, 0)
    assert (health.started, health.now) == (NOON, NOON)


def test_results_and_troubles_are_told(tmp_path: Path, kept: Store) -> None:
    desk = at_desk(tmp_path, kept)
    desk.loop.pulse.saw(make_result())
    desk.loop.pulse.trouble("writing", "The disk is full.")
    health = desk.health()
    assert (health.well, health.troubles, health.results) == (False, ("The disk is full.",), {"pass": 1})


def test_the_database_is_asked_once_a_second_at_most(tmp_path: Path, kept: Store) -> None:
    desk = at_desk(tmp_path, kept)
    assert desk.health() is desk.health()
    asyncio.run(kept.record_run(make_report(make_result())))


def test_a_database_that_is_gone_is_a_trouble_and_no_crash(tmp_path: Path, kept: Store) -> None:
    desk = at_desk(tmp_path, kept)
    kept.write_now(lambda db: db.execute_sql("DROP TABLE incidents"))
    health = desk.health()
    assert not health.well
    assert health.troubles[0].startswith("The database cannot be read: ")


def test_a_call_before_the_first_look_is_put_off(tmp_path: Path, kept: Store) -> None:
    desk = at_desk(tmp_path, kept)
    status, text = asyncio.run(desk.receive("called", {}, b""))
    assert (status, text) == (503, "The agent is not ready yet. Please send it again in a moment.")
