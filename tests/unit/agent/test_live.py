from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from nano_sre.agent.files import contents
from nano_sre.agent.inbox import Inbox
from nano_sre.agent.live import LiveTriggers
from nano_sre.agent.trigger import IntervalTrigger
from nano_sre.core.template import parse
from nano_sre.core.trigger import NamedTrigger, TriggerEvent
from nano_sre.kinds.triggers.files import Files
from nano_sre.kinds.triggers.sqs import Sqs
from nano_sre.store import Store, StoreError
from support.deliveries import NOON
from support.queues import CREDENTIALS, REGION, QueueServer


class Stage:
    """Live triggers at work in a test."""

    def __init__(self, inbox: Any, live: LiveTriggers, said: list[str]) -> None:
        self.inbox = inbox
        self.live = live
        self.said = said

    async def events(self, count: int = 1) -> list[TriggerEvent]:
        async with asyncio.timeout(60):
            while len(found := await self.inbox.waiting()) < count:
                await self.inbox.news(patience=1)
        return [each.event for each in found]

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not holds():
                await asyncio.sleep(0.02)


def play(
    store: Any, scene: Any, *triggers: NamedTrigger, folder: Path = Path(), reveal: Any = str, **foreign: Any
) -> list[str]:
    said: list[str] = []

    async def whole() -> None:
        inbox = store if isinstance(store, Inbox) else Inbox(store)
        live = LiveTriggers(
            triggers, inbox, reveal=reveal, say=said.append, folder=folder, foreign=foreign, rest=0.05
        )
        await live.start()
        try:
            await scene(Stage(inbox, live, said))
        finally:
            await live.stop()

    asyncio.run(whole())
    return said


# Files


def watched(*paths: str) -> NamedTrigger:
    return NamedTrigger(name="theme", kind=Files(paths=paths))


def test_changes_of_a_folder_are_one_event(kept: Store, tmp_path: Path) -> None:
    folder = tmp_path / "theme" / "assets"
    folder.mkdir(parents=True)

    async def scene(stage: Stage) -> None:
        await touched(stage, [folder / "a.css", folder / "b.css"])

    play(kept, scene, watched("theme"), folder=tmp_path)


async def touched(stage: Stage, files: list[Path]) -> None:
    """Writes until the watcher, which begins some time after its start, has seen it."""
    async with asyncio.timeout(60):
        while not (found := await stage.inbox.waiting()):
            for file in files:
                file.write_text(f"{time.monotonic()}", encoding="utf-8")
            await stage.inbox.news(patience=1)
    (event,) = [each.event for each in found]
    assert event.payload == {"changed": ", ".join(map(str, files)), "count": len(files)}


def test_a_file_that_is_put_in_the_place_of_another_is_a_change(kept: Store, tmp_path: Path) -> None:
    (tmp_path / "stock.csv").write_text("sku", encoding="utf-8")

    async def scene(stage: Stage) -> None:
        number = 0
        async with asyncio.timeout(60):
            while not (found := await stage.inbox.waiting()):
                number += 1
                (tmp_path / "other.csv").write_text("unwatched", encoding="utf-8")
                (tmp_path / f"new-{number}").write_text("sku,quantity", encoding="utf-8")
                (tmp_path / f"new-{number}").replace(tmp_path / "stock.csv")
                await stage.inbox.news(patience=1)
        assert found[0].event.payload == {"changed": str(tmp_path / "stock.csv"), "count": 1}

    play(kept, scene, watched("stock.csv"), folder=tmp_path)


def test_what_changed_while_nobody_watched_is_one_event(kept: Store, tmp_path: Path) -> None:
    theme = tmp_path / "theme"
    theme.mkdir()
    for name in ("same.css", "other.css", "gone.css"):
        (theme / name).write_text(name, encoding="utf-8")

    async def until_looked(stage: Stage) -> None:
        async with asyncio.timeout(60):
            while await stage.inbox.last_look("theme") != contents([theme]):
                await asyncio.sleep(0.02)

    async def nothing(stage: Stage) -> None:
        await until_looked(stage)
        assert await stage.inbox.waiting() == []

    play(kept, nothing, watched("theme"), folder=tmp_path)
    (theme / "same.css").write_text("same.css", encoding="utf-8")
    play(kept, nothing, watched("theme"), folder=tmp_path)
    (theme / "other.css").write_text("else", encoding="utf-8")
    (theme / "gone.css").unlink()
    (theme / "new.css").write_text("new", encoding="utf-8")

    async def one(stage: Stage) -> None:
        (event,) = await stage.events()
        names = ", ".join(str(theme / name) for name in ("gone.css", "new.css", "other.css"))
        assert event.payload == {"changed": names, "count": 3}

    play(kept, one, watched("theme"), folder=tmp_path)

    async def no_more(stage: Stage) -> None:
        await until_looked(stage)
        assert len(await stage.inbox.waiting()) == 1

    play(kept, no_more, watched("theme"), folder=tmp_path)

    async def elsewhere(stage: Stage) -> None:
        async with asyncio.timeout(60):
            while await stage.inbox.last_look("theme") != contents([theme / "new.css"]):
                await asyncio.sleep(0.02)
        assert len(await stage.inbox.waiting()) == 1, "a trigger that looks elsewhere has no past there"

    play(kept, elsewhere, watched("theme/new.css"), folder=tmp_path)


def test_a_folder_that_is_not_there_is_told_once_and_waited_for(kept: Store, tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.until(lambda: bool(stage.live.troubles))
        (tmp_path / "later" / "theme").mkdir(parents=True)
        await stage.until(lambda: not stage.live.troubles)

    said = play(kept, scene, watched("later/theme"), folder=tmp_path)
    why = f"There is no {tmp_path}/later/theme, and no folder that it could come to be in."
    assert said == [
        f"The trigger “theme” cannot work and is tried again. {why}",
        "The trigger “theme” works again.",
    ]


# Queues


@pytest.fixture(scope="module")
def server() -> Iterator[QueueServer]:
    with QueueServer() as server:
        yield server


@pytest.fixture
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**CREDENTIALS, "AWS_DEFAULT_REGION": REGION}.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("_credentials")
def test_a_queue_is_read_from_where_the_environment_says(server: QueueServer, kept: Store) -> None:
    url = server.fresh_queue()
    kind = Sqs(queue_url=parse("${env.QUEUE}"), region=REGION, endpoint=server.endpoint)

    async def scene(stage: Stage) -> None:
        (sent,) = server.send(url, "deployed")
        assert [event.key for event in await stage.events()] == [sent]

    play(
        kept,
        scene,
        NamedTrigger(name="queue", kind=kind),
        reveal=lambda text: url if text == kind.queue_url else text,
    )


# Other people's


class CloudWatchEventTrigger:
    """As the project's architecture document shows it, but for the waiting time and the endpoint."""

    def __init__(self, queue_url: str, endpoint: str):
        self.queue_url = queue_url
        self.endpoint = endpoint
        self.events: list[dict] = []

    async def poll_sqs(self):
        sqs = boto3.client("sqs", endpoint_url=self.endpoint)
        while True:
            response = sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=1, WaitTimeSeconds=1)
            if "Messages" in response:
                for msg in response["Messages"]:
                    self.events.append(msg)
                    sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=msg["ReceiptHandle"])
            await asyncio.sleep(0)

    def has_pending_events(self) -> bool:
        return len(self.events) > 0

    def pop_event(self) -> dict:
        return self.events.pop(0) if self.events else {}


@pytest.mark.usefixtures("_credentials")
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the document's client is never closed
def test_the_trigger_of_the_architecture_document_works_as_it_stands(
    server: QueueServer, kept: Store
) -> None:
    url = server.fresh_queue()

    async def scene(stage: Stage) -> None:
        sent = server.send(url, "one", "two")
        events = await stage.events(2)
        assert sorted(event.key for event in events) == sorted(sent)
        assert {event.payload["Body"] for event in events if event.payload} == {"one", "two"}

    assert play(kept, scene, cloud=CloudWatchEventTrigger(url, server.endpoint)) == []


def test_an_interval_trigger_is_one_of_them(kept: Store) -> None:
    async def scene(stage: Stage) -> None:
        (event,) = await stage.events()
        assert event.trigger == "beat"
        assert event.payload is not None
        assert event.payload["trigger"] == "interval"

    play(kept, scene, beat=IntervalTrigger(3600))


class Counting:
    """Starts, has its events, stops."""

    def __init__(self, *events: Any) -> None:
        self.events = list(events)
        self.calls: list[str] = []

    def start(self) -> None:
        self.calls.append("start")

    async def stop(self) -> None:
        self.calls.append("stop")

    def has_pending_events(self) -> bool:
        return bool(self.events)

    def pop_event(self) -> Any:
        return self.events.pop(0)


def test_start_and_stop_are_called_and_an_event_says_its_own_key(kept: Store) -> None:
    own = TriggerEvent(trigger="by its own name", key="own", at=NOON)
    trigger = Counting({"key": 7, "by": "ada"}, {"key": 7}, "hello", own)

    async def scene(stage: Stage) -> None:
        first, second, third = await stage.events(3)
        assert (first.key, first.payload) == ("7", {"key": 7, "by": "ada"})
        assert second.payload == {"event": "hello"}
        assert third == TriggerEvent(trigger="deploys", key="own", at=NOON)

    play(kept, scene, deploys=trigger)
    assert trigger.calls == ["start", "stop"]


class Endless(Counting):
    async def start(self) -> None:  # type: ignore[override]
        self.calls.append("start")
        while True:
            await asyncio.sleep(0.01)
            self.events.append({"key": "from start"})

    def stop(self) -> None:  # type: ignore[override]
        self.calls.append("stop")


def test_a_start_that_never_returns_is_where_its_work_is_done(kept: Store) -> None:
    trigger = Endless()

    async def scene(stage: Stage) -> None:
        assert [event.key for event in await stage.events()] == ["from start"]

    play(kept, scene, endless=trigger)
    assert trigger.calls == ["start", "stop"]


class Flaky(Counting):
    def has_pending_events(self) -> bool:
        if self.calls.count("start") < 2:
            raise ConnectionError("the broker is away")
        return super().has_pending_events()


def test_one_that_fails_is_told_once_and_keeps_nobody_from_working(kept: Store) -> None:
    async def scene(stage: Stage) -> None:
        assert {event.trigger for event in await stage.events(2)} == {"flaky", "well"}
        await stage.until(lambda: not stage.live.troubles)

    said = play(kept, scene, flaky=Flaky("a"), well=Counting("b"))
    assert said == [
        "The trigger “flaky” cannot work and is tried again. The broker is away.",
        "The trigger “flaky” works again.",
    ]


class Polling(Counting):
    """Its first poll fails; its second blocks its thread, and nobody else's."""

    polls = 0

    async def poll(self) -> None:
        self.polls += 1
        if self.polls == 1:
            raise PermissionError("the token has expired")
        self.events.append({"key": "polled"})
        while "stop" not in self.calls[1:]:
            time.sleep(0.01)  # noqa: ASYNC251 - as other people's code does


def test_a_poll_that_fails_is_told_and_one_that_blocks_hinders_nobody(kept: Store) -> None:
    async def scene(stage: Stage) -> None:
        assert [event.key for event in await stage.events()] == ["polled"]

    trigger = Polling()
    assert play(kept, scene, polling=trigger)[0] == (
        "The trigger “polling” cannot work and is tried again. The token has expired."
    )
    assert trigger.calls == ["start", "stop", "start", "stop"]


def test_what_was_taken_over_and_could_not_be_kept_is_kept_later(kept: Store) -> None:
    class Full(Inbox):
        fails = 2

        async def put(self, event: TriggerEvent) -> bool:
            if self.fails:
                self.fails -= 1
                raise StoreError("the disk is full")
            return await super().put(event)

    async def scene(stage: Stage) -> None:
        assert [event.payload for event in await stage.events()] == [{"event": "only once"}]

    said = play(Full(kept), scene, once=Counting("only once"))
    assert said[0] == "The trigger “once” cannot work and is tried again. The disk is full."


class Bell:
    """A kind of a plug-in."""

    comes = "live"

    def watch(self, *, reveal: Any) -> Counting:
        return Counting({"key": reveal("ding")})


def test_a_kind_of_a_plug_in_makes_its_own_object(kept: Store) -> None:
    async def scene(stage: Stage) -> None:
        assert [(event.trigger, event.key) for event in await stage.events()] == [("bell", "DING")]

    play(kept, scene, NamedTrigger(name="bell", kind=Bell()), reveal=str.upper)
