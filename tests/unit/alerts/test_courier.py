from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Iterator

import pytest

from nano_sre.alerts.courier import BRISK, USUAL, Courier
from nano_sre.core.alert import Alert, Sent
from nano_sre.core.outbox import Delivery
from support.telling import NOON


@pytest.fixture
def courier() -> Iterator[Courier]:
    made = Courier()
    yield made
    made.close()


def delivery(key: str) -> Delivery:
    return Delivery(
        id=1, key=key, alerter="team", thread="t", kind="fired", attempts=1, created_at=NOON, alert="", ref={}
    )


class Service:
    """Answers when it is told to; `making` are those whose message is being made or waits for its answer."""

    def __init__(self, *slow: str) -> None:
        self.slow = slow
        self.making: list[str] = []
        self.together = 0
        self.threads: set[str] = set()
        self.intervals: set[float] = set()

    async def send(self, delivery: Delivery, _alert: Alert | None) -> Sent:
        self.making.append(delivery.key)
        self.together = max(self.together, len(self.making))
        self.threads.add(threading.current_thread().name)
        self.intervals.add(sys.getswitchinterval())
        try:
            await asyncio.sleep(60 if delivery.key in self.slow else 0.001)
        finally:
            self.making.remove(delivery.key)
        return Sent(ok=True, detail=delivery.key)


def test_messages_are_sent_from_a_thread_of_their_own(courier: Courier) -> None:
    service = Service()
    sent = asyncio.run(courier.carrying(service.send)(delivery("a"), None))  # type: ignore[arg-type, coroutine]
    assert sent == Sent(ok=True, detail="a")
    assert service.threads == {"nano-sre-courier"}


def test_the_next_is_made_when_the_one_before_is_answered(courier: Courier) -> None:
    service = Service()

    async def go() -> list[Sent]:
        send = courier.carrying(service.send)
        return await asyncio.gather(*(send(delivery(key), None) for key in "abcd"))  # type: ignore[arg-type]

    assert [each.detail for each in asyncio.run(go())] == ["a", "b", "c", "d"]
    assert service.together == 1


def test_a_slow_answer_holds_up_nobody_for_long(courier: Courier) -> None:
    service = Service("slow")

    async def go() -> str:
        send = courier.carrying(service.send)
        slow = asyncio.ensure_future(send(delivery("slow"), None))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        quick = await send(delivery("quick"), None)  # type: ignore[arg-type]
        assert not slow.done()
        slow.cancel()
        await asyncio.gather(slow, return_exceptions=True)
        return quick.detail

    assert asyncio.run(go()) == "quick"
    courier.close()
    assert service.making == []


def test_who_is_cancelled_while_waiting_for_an_answer_cancels_it(courier: Courier) -> None:
    service = Service("slow")

    async def go() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await courier.carrying(service.send)(delivery("slow"), None)  # type: ignore[arg-type]
        assert (await courier.carrying(service.send)(delivery("next"), None)).detail == "next"  # type: ignore[arg-type]

    asyncio.run(go())
    assert service.making == []


def test_others_compute_for_a_moment_only_while_an_answer_is_awaited(courier: Courier) -> None:
    service = Service()
    asyncio.run(courier.carrying(service.send)(delivery("a"), None))  # type: ignore[arg-type, coroutine]
    assert list(service.intervals) == [pytest.approx(BRISK)]
    assert sys.getswitchinterval() == pytest.approx(USUAL)


def test_what_goes_wrong_is_raised_where_it_was_asked_for(courier: Courier) -> None:
    async def breaks(_delivery: Delivery, _alert: Alert) -> Sent:
        raise ValueError("a plug-in's")

    with pytest.raises(ValueError, match="a plug-in's"):
        asyncio.run(courier.carrying(breaks)(delivery("a"), None))  # type: ignore[arg-type, coroutine]


def test_it_may_begin_again(courier: Courier) -> None:
    async def thread() -> threading.Thread:
        return threading.current_thread()

    first = asyncio.run(courier.do(thread))
    courier.close()
    second = asyncio.run(courier.do(thread))
    assert not first.is_alive()
    assert second.is_alive()
    courier.close()
    courier.close()
    assert not second.is_alive()
