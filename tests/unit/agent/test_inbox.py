from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from nano_sre.agent.inbox import Inbox
from nano_sre.core.trigger import TriggerEvent
from nano_sre.store import Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def event(key: str = "delivery-1") -> TriggerEvent:
    return TriggerEvent(trigger="after-deploy", key=key, at=NOON, payload={"sha": "abc"})


def test_the_way_of_an_event(kept: Store) -> None:
    async def scene() -> None:
        inbox = Inbox(kept)
        assert await inbox.waiting() == []
        assert await inbox.put(event())
        assert not await inbox.put(event())
        (waiting,) = await inbox.waiting()
        assert waiting.event == event()
        assert waiting.event.run_key == "trigger/after-deploy@delivery-1"
        await inbox.begin([waiting])
        assert await inbox.waiting() == []
        await inbox.finish([waiting], run_id="r1")
        assert await inbox.waiting() == []
        assert not await inbox.put(event())

    asyncio.run(scene())


def test_of_what_ran_when_the_process_died_one_runs_at_a_time(kept: Store) -> None:
    async def died(*keys: str) -> None:
        inbox = Inbox(kept)
        found = {each.event.key: each for each in await inbox.waiting()}
        await inbox.begin([found[key] for key in keys])

    async def offered(inbox: Inbox) -> list[str]:
        return [each.event.key for each in await inbox.waiting()]

    async def scene() -> None:
        said: list[str] = []
        for key in ("kills", "harmless"):
            await Inbox(kept).put(event(key))
        await died("kills", "harmless")
        await Inbox(kept).put(event("fresh"))
        assert await offered(Inbox(kept)) == ["kills", "fresh"]
        await died("kills")
        inbox = Inbox(kept, say=said.append)
        assert await offered(inbox) == ["harmless", "fresh"], "it has been tried less often"
        found = await inbox.waiting()
        await inbox.begin(found)
        assert await offered(inbox) == [], "the other one waits until this one is through"
        await inbox.finish(found, run_id="r1")
        assert await offered(inbox) == ["kills"]
        await died("kills")
        waits = asyncio.create_task(inbox.finished("after-deploy", "kills"))
        await asyncio.sleep(0)
        assert await offered(inbox) == []
        await asyncio.wait_for(waits, 60)
        assert len(said) == 1
        assert "“kills” of the trigger “after-deploy” was put aside" in said[0]
        incident = kept.db.execute("SELECT target, status FROM incidents").fetchall()
        assert [tuple(row) for row in incident] == [("monitor/triggers/after-deploy", "open")]
        await inbox.put(event("better"))
        found = await inbox.waiting()
        await inbox.begin(found)
        await inbox.finish(found, run_id="r2")
        assert [tuple(r) for r in kept.db.execute("SELECT status FROM incidents").fetchall()] == [
            ("resolved",)
        ]

    asyncio.run(scene())


def test_a_stop_on_purpose_is_not_held_against_an_event(kept: Store) -> None:
    async def scene() -> None:
        await Inbox(kept).put(event())
        for _ in range(5):
            inbox = Inbox(kept)
            await inbox.begin(await inbox.waiting())
            await inbox.let_go()
        (waiting,) = await Inbox(kept).waiting()
        assert not waiting.began

    asyncio.run(scene())


def test_a_run_that_came_to_nothing_gives_its_event_back(kept: Store) -> None:
    async def scene() -> None:
        inbox = Inbox(kept)
        await inbox.put(event())
        taken = await inbox.waiting()
        await inbox.begin(taken)
        inbox.give_back(taken)
        (again,) = await inbox.waiting()
        assert again.began

    asyncio.run(scene())


def test_news_come_at_once_and_patience_ends(kept: Store) -> None:
    async def scene() -> None:
        inbox = Inbox(kept)
        await inbox.waiting()
        await inbox.news(patience=0.01)
        waits = asyncio.create_task(inbox.news(patience=60))
        await asyncio.sleep(0)
        await inbox.put(event())
        await asyncio.wait_for(waits, 30)

    asyncio.run(scene())


def test_who_waits_for_the_end_of_a_run_goes_on_then(kept: Store) -> None:
    async def scene() -> None:
        inbox = Inbox(kept)
        await inbox.put(event())
        waits = asyncio.create_task(inbox.finished("after-deploy", "delivery-1"))
        taken = await inbox.waiting()
        await inbox.begin(taken)
        assert not waits.done()
        await inbox.finish(taken, run_id="r1")
        await asyncio.wait_for(waits, 30)
        await asyncio.wait_for(inbox.finished("after-deploy", "delivery-1"), 30)

    asyncio.run(scene())


def test_somebody_asks_by_hand_as_often_as_they_like(kept: Store) -> None:
    async def scene() -> None:
        inbox = Inbox(kept)
        first = await inbox.ask("by-hand", who="ada")
        second = await inbox.ask("by-hand", who="ada")
        assert first.key != second.key
        assert [waiting.event for waiting in await inbox.waiting()] == [first, second]

    asyncio.run(scene())


KILLED = """
import asyncio, os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from nano_sre.agent.inbox import Inbox
from nano_sre.core.trigger import TriggerEvent
from nano_sre.store import Store

async def scene(store):
    inbox = Inbox(store)
    for key in ("done", "begun", "waiting"):
        await inbox.put(TriggerEvent(trigger="t", key=key, at=datetime.now(UTC)))
    done, begun, _ = await inbox.waiting()
    await inbox.begin([done, begun])
    await inbox.finish([done], run_id="r1")
    os.kill(os.getpid(), signal.SIGKILL)

folder = Path(sys.argv[1])
asyncio.run(scene(Store.open(f"sqlite:///{folder}/nano_sre.db", data_dir=folder / "data")))
"""


def test_after_kill_9_what_was_not_finished_waits_again(tmp_path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    with Store.open(f"sqlite:///{tmp_path}/nano_sre.db", data_dir=tmp_path / "data") as store:
        found = asyncio.run(Inbox(store).waiting())
    assert [(waiting.event.key, waiting.began) for waiting in found] == [("begun", True), ("waiting", False)]
