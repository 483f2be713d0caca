"""A process of the agent's own parts: it takes deliveries from a folder, keeps a timetable, and runs what is due.

`python small_agent.py FOLDER`. A delivery is a file; its answer is a file `<name>.answer`. The clock stands one
beat after the last mark, so that every beat is due exactly once.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from nano_sre.agent.inbox import Inbox
from nano_sre.agent.receivers import Receivers
from nano_sre.agent.schedule import Timetable, Timing, shared_out
from nano_sre.core.template import parse
from nano_sre.core.trigger import NamedTrigger
from nano_sre.kinds.triggers.http import Http
from nano_sre.store import Store, triggers
from support.results import make_report, make_result

BEAT = timedelta(minutes=1)
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
TIMING = Timing(name="check/main/cart", every=BEAT // timedelta(milliseconds=1))
CALLED = NamedTrigger(name="called", kind=Http(token=(parse("${secret.TOKEN}"),)))


async def run(store: Store, run_key: str, *targets: str) -> str:
    """A run whose results are recorded once, however often it is begun."""
    await asyncio.sleep(0.003)
    there = store.read(partial(triggers.recorded, run_key=run_key))
    results = [make_result(target) for target in targets if f"main/{target}@desktop/us" not in there]
    await store.record_run(make_report(*results, run_id=run_key), run_key=run_key)
    return run_key


async def receive(receivers: Receivers, folder: Path) -> None:
    for file in sorted(folder.glob("*.delivery")):  # noqa: ASYNC240 - nothing else goes on here
        answer = file.with_suffix(".answer")
        if not answer.exists():
            headers = {"Authorization": "Bearer token", "Idempotency-Key": file.stem}
            status, text = await receivers.receive("called", headers, file.read_bytes())
            answer.write_text(f"{status} {text}", encoding="utf-8")


async def forever(store: Store, folder: Path) -> None:
    inbox = Inbox(store)
    receivers = Receivers([CALLED], inbox, reveal=lambda _: "token", say=print)
    marks = store.read(triggers.marks)
    now = marks.get(TIMING.name, START)
    table = Timetable([TIMING], now=now, marks=marks)
    while True:
        await receive(receivers, folder)
        for fire in table.due(now):
            await run(store, fire.key, "cart")
            await store.write(partial(triggers.mark, due={fire.name: fire.due}))
        now = table.next_due() or now
        events = await inbox.waiting()
        await inbox.begin(events)
        for event, targets in shared_out((each, ["cart", "search"]) for each in events[:1]):
            await inbox.finish([event], run_id=await run(store, event.event.run_key, *targets))
        inbox.give_back(events[1:])


if __name__ == "__main__":
    place = Path(sys.argv[1])
    asyncio.run(forever(Store.open(f"sqlite:///{place}/nano_sre.db", data_dir=place / "data"), place))
