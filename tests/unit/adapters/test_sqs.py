from __future__ import annotations

from collections.abc import Iterator

import pytest

from nano_sre.adapters.sqs import QueueTrouble, SqsQueue, region_of
from support.queues import CREDENTIALS, REGION, QueueServer


@pytest.fixture(scope="module")
def server() -> Iterator[QueueServer]:
    with QueueServer() as server:
        yield server


@pytest.fixture
def queue(server: QueueServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, SqsQueue]]:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    url = server.fresh_queue()
    queue = SqsQueue(url, region=REGION, endpoint=server.endpoint)
    yield url, queue
    queue.close()


def test_a_message_is_received_hidden_and_deleted(server: QueueServer, queue: tuple[str, SqsQueue]) -> None:
    url, reader = queue
    (sent,) = server.send(url, '{"state": "success"}')
    (message,) = reader.receive(wait=1, hidden=30)
    assert (message.id, message.body) == (sent, '{"state": "success"}')
    assert server.left(url) == (0, 1)
    reader.hide(message, seconds=0)
    assert server.left(url) == (1, 0)
    (again,) = reader.receive(wait=1, hidden=30)
    assert again.id == sent
    reader.delete(again)
    assert server.left(url) == (0, 0)
    assert reader.receive(wait=0, hidden=30) == []


def test_several_come_at_once(server: QueueServer, queue: tuple[str, SqsQueue]) -> None:
    url, reader = queue
    sent = server.send(url, *"abc")
    assert sorted(message.id for message in reader.receive(wait=1, hidden=30)) == sorted(sent)


def test_a_queue_that_is_not_there_is_a_sentence(server: QueueServer, queue: tuple[str, SqsQueue]) -> None:
    missing = SqsQueue(f"{server.endpoint}/123456789012/none", region=REGION, endpoint=server.endpoint)
    with pytest.raises(QueueTrouble, match="does not answer as it should"):
        missing.receive(wait=0, hidden=30)
    missing.close()


@pytest.mark.parametrize(("region", "endpoint"), [(REGION, "no address"), ("not a region!", None)])
def test_what_cannot_be_an_address_is_a_sentence(region: str, endpoint: str | None) -> None:
    with pytest.raises(QueueTrouble, match="cannot be used"):
        SqsQueue("https://example.com/queue", region=region, endpoint=endpoint)


def test_the_region_is_in_the_address() -> None:
    assert region_of("https://sqs.eu-central-1.amazonaws.com/123456789012/q") == "eu-central-1"
    assert region_of("https://queue.example/q") is None
