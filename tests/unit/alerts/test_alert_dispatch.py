from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nano_sre.alerting.tray import StoredTray, plan_in
from nano_sre.alerts.dispatch import Dispatcher, Limits
from nano_sre.alerts.receipts import Receipts
from nano_sre.core.alert import Alert, Sent
from nano_sre.core.outbox import Delivery
from nano_sre.core.ports import cannot_work
from nano_sre.store import deliveries, outbox
from nano_sre.store.alert_models import DeliveryRow
from nano_sre.store.errors import StoreError
from nano_sre.store.scratch import Scratch
from support.telling import Hands, make_notice, make_rules, minutes, to

OK = Sent(ok=True)


class Tray(StoredTray):
    """The real one, which also says what it was told of alerters."""

    def __init__(self, database: Scratch, receipts: Receipts) -> None:
        super().__init__(database, receipts)
        self.worries: list[tuple[str, str]] = []
        self.full = False

    async def sent(self, delivery: Delivery, sent: Sent, *, now: datetime) -> None:
        if self.full:
            raise StoreError("the disk is full")
        await super().sent(delivery, sent, now=now)

    async def unreachable(self, alerter: str, *, error: str, **more: Any) -> None:
        self.worries.append((alerter, error))


class Channels:
    """Answers what it is told to, and keeps what it was given."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str]] = []
        self.answers: dict[str, list[Any]] = {}
        self.hang: dict[str, asyncio.Event] = {}

    async def send(self, delivery: Delivery, alert: Alert) -> Sent:
        self.got.append((delivery.alerter, alert.kind))
        if delivery.alerter in self.hang:
            await self.hang[delivery.alerter].wait()
        answers = self.answers.get(delivery.alerter)
        answer = answers.pop(0) if answers else OK
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, Sent)
        return answer


class Office:
    """A dispatcher over a database in memory, with a clock that is moved by hand."""

    def __init__(self, database: Scratch, folder: Path) -> None:
        self.database, self.clock, self.channels = database, Hands(), Channels()
        self.receipts = Receipts(folder, clock=self.clock)
        self.tray = Tray(database, self.receipts)
        self.rules = make_rules()
        self.dispatcher = Dispatcher(
            tray=self.tray,
            send=self.receipts.noting(self.channels.send),
            clock=self.clock,
            limits=Limits(),
            chance=lambda: 1.0,
        )

    def fail(self, *checks: str, kind: str = "fired", number: int = 1) -> None:
        for check in checks:
            notice = make_notice(
                f"main/{check}@desktop", kind=kind, episode=check, number=number, at=self.clock.now()
            )
            self.database.write_now(
                lambda db, notice=notice, check=check: outbox.enqueue(
                    db,
                    notice,
                    incident_id=None,
                    check_id=check,
                    store_id="main",
                    severity="P1",
                    cause=None,
                    payload={},
                )
            )
        self.plan()

    def plan(self) -> None:
        self.database.write_now(lambda db: plan_in(db, self.rules, self.clock.now()))

    async def send(self) -> None:
        await self.dispatcher.start()
        await self.dispatcher.settle()

    def states(self) -> list[tuple[str, str, int]]:
        query = DeliveryRow.select().order_by(DeliveryRow.id)
        return self.database.read(
            lambda db: [(r["alerter"], r["state"], r["attempts"]) for r in query.dicts().execute(db)]
        )

    def due_in(self) -> timedelta | None:
        due = self.database.read(deliveries.next_due)
        return None if due is None else due - self.clock.now()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Scratch() as database:
        yield Office(database, tmp_path / "receipts")


async def _sent(office: Office) -> None:
    office.fail("cart")
    await office.send()


def test_what_is_due_is_sent_once(office: Office) -> None:
    asyncio.run(_sent(office))
    asyncio.run(office.send())
    assert office.channels.got == [("team", "fired")]
    assert office.states() == [("team", "sent", 1)]


@pytest.mark.parametrize("catches_up", [True, False], ids=["at-a-turn", "when-it-is-due-again"])
def test_what_was_taken_and_cannot_be_recorded_is_not_sent_again(office: Office, catches_up: bool) -> None:
    office.fail("cart")
    office.tray.full = True
    with pytest.raises(StoreError):
        asyncio.run(office.send())
    assert office.states() == [("team", "sending", 1)]
    office.tray.full = False
    if catches_up:
        asyncio.run(office.tray.catch_up())
    office.clock.move(minutes(2))
    if not catches_up:
        with pytest.raises(StoreError):  # what ended the lane
            asyncio.run(office.send())
    asyncio.run(office.send())
    assert office.channels.got == [("team", "fired")]
    assert [state for _, state, _ in office.states()] == ["sent"]
    assert office.receipts.unsettled() == []


def test_the_wait_grows_and_has_an_end(office: Office) -> None:
    office.channels.answers["team"] = [Sent(ok=False, detail="500")] * 12
    waits = []
    office.fail("cart")
    for _ in range(12):
        asyncio.run(office.send())
        waits.append((office.due_in() or timedelta()).total_seconds())
        office.clock.move(office.due_in() or timedelta())
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]
    asyncio.run(office.send())
    assert office.states() == [("team", "sent", 13)]


def test_an_alerter_that_keeps_failing_is_a_worry_before_it_is_given_up(office: Office) -> None:
    office.channels.answers["team"] = [Sent(ok=False, detail="500")] * 5
    office.fail("cart")
    for _ in range(5):
        asyncio.run(office.send())
        office.clock.move(office.due_in() or timedelta())
    assert office.tray.worries == [("team", "500")]
    assert office.states() == [("team", "waiting", 5)]


def test_retry_after_pauses_the_whole_alerter_and_nobody_else(office: Office) -> None:
    office.rules = make_rules(to("team", "pager"))
    office.channels.answers["team"] = [Sent(ok=False, detail="429", retry_after=120)]
    office.fail("cart")
    asyncio.run(office.send())
    office.fail("search")
    asyncio.run(office.send())
    assert office.channels.got.count(("team", "fired")) == 1
    assert office.channels.got.count(("pager", "fired")) == 2
    assert office.dispatcher.paused() == office.clock.now() + timedelta(seconds=120)
    assert office.tray.worries == []
    office.clock.move(minutes(2.1))
    asyncio.run(office.send())
    assert [state for _, state, _ in office.states()] == ["sent"] * 4


@pytest.mark.parametrize(
    "answer",
    [Sent(ok=False, detail="invalid_auth", permanent=True), cannot_work("SLACK_TOKEN is not set")],
    ids=str,
)
def test_what_cannot_help_is_not_tried_again(office: Office, answer: Any) -> None:
    office.channels.answers["team"] = [answer]
    asyncio.run(_sent(office))
    assert office.states() == [("team", "dead", 1)]
    assert [who for who, _ in office.tray.worries] == ["team"]


def test_after_a_day_it_is_given_up(office: Office) -> None:
    office.channels.answers["team"] = [Sent(ok=False, detail="500")] * 2
    asyncio.run(_sent(office))
    office.clock.move(minutes(24 * 60))
    asyncio.run(office.send())
    assert office.states() == [("team", "dead", 2)]


def test_an_alerter_that_raises_is_tried_again(office: Office) -> None:
    office.channels.answers["team"] = [ValueError("a bug of somebody's")]
    asyncio.run(_sent(office))
    assert office.states() == [("team", "waiting", 1)]


def test_a_channel_that_hangs_delays_nobody(office: Office) -> None:
    office.rules = make_rules(to("slow", "team"))

    async def go() -> None:
        office.channels.hang["slow"] = asyncio.Event()
        office.fail("cart")
        await office.dispatcher.start()
        while ("team", "sent", 1) not in office.states():
            await asyncio.sleep(0)
        assert ("slow", "sending", 1) in office.states()
        office.fail("search")
        await office.dispatcher.start()
        while office.states().count(("team", "sent", 1)) < 2:
            await asyncio.sleep(0)
        office.channels.hang["slow"].set()
        await office.dispatcher.settle()

    asyncio.run(go())
    assert [state for _, state, _ in office.states()] == ["sent"] * 4


def test_no_answer_is_a_failure(office: Office) -> None:
    office.dispatcher.limits = Limits(patience=timedelta(milliseconds=10))

    async def go() -> None:
        office.channels.hang["team"] = asyncio.Event()
        await _sent(office)

    asyncio.run(go())
    assert office.states() == [("team", "waiting", 1)]


def test_so_many_at_once_and_then_one_a_second(office: Office) -> None:
    office.fail(*(f"check-{n}" for n in range(15)))
    asyncio.run(office.send())
    assert len(office.channels.got) == 10
    assert office.dispatcher.paused() == office.clock.now() + timedelta(seconds=1)
    asyncio.run(office.send())
    assert len(office.channels.got) == 10
    office.clock.move(timedelta(seconds=1))
    asyncio.run(office.send())
    assert len(office.channels.got) == 11


def test_messages_of_a_thread_arrive_in_their_order(office: Office) -> None:
    office.channels.answers["team"] = [Sent(ok=False, detail="500")]

    async def go() -> None:
        office.channels.hang["team"] = asyncio.Event()
        office.fail("cart")
        await office.dispatcher.start()
        while not office.channels.got:
            await asyncio.sleep(0)
        office.fail("cart", kind="resolved", number=2)  # while the first is on its way
        office.channels.hang["team"].set()
        await office.dispatcher.settle()

    asyncio.run(go())
    office.clock.move(minutes(1))
    asyncio.run(office.send())
    assert office.channels.got == [("team", "fired"), ("team", "fired"), ("team", "resolved")]


def test_closing_in_the_middle_loses_nothing(office: Office) -> None:
    async def go() -> None:
        office.channels.hang["team"] = asyncio.Event()
        office.fail("cart")
        await office.dispatcher.start()
        while not office.channels.got:
            await asyncio.sleep(0)
        await office.dispatcher.close()

    asyncio.run(go())
    office.channels.hang.clear()
    office.clock.move(minutes(1))
    asyncio.run(office.send())
    assert office.states() == [("team", "sent", 2)]
