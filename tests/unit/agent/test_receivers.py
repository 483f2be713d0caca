from __future__ import annotations

import asyncio
from typing import Any

import pytest

from nano_sre.agent.inbox import Inbox
from nano_sre.agent.receivers import Receivers
from nano_sre.config.secrets import SecretTrouble
from nano_sre.core.template import parse
from nano_sre.core.trigger import NamedTrigger
from nano_sre.kinds.triggers.github import GitHub
from nano_sre.kinds.triggers.http import Http
from nano_sre.kinds.triggers.manual import Manual
from nano_sre.store import Store, StoreError
from support.deliveries import github, reveal

TRIGGERS = (
    NamedTrigger(name="after-deploy", kind=GitHub(event="push", secret=(parse("${secret.NEW}"),))),
    NamedTrigger(name="called", kind=Http(token=(parse("${secret.OLD}"),))),
    NamedTrigger(name="by-hand", kind=Manual()),
)
PUSHED = github({"ref": "refs/heads/main"}, event="push")


def receive(store: Any, name: str, headers: Any, body: bytes, *, times: int = 1, ask: Any = reveal) -> Any:
    async def scene() -> list[tuple[int, str]]:
        receivers = Receivers(TRIGGERS, Inbox(store), reveal=ask, say=said.append)
        return await asyncio.gather(*(receivers.receive(name, headers, body) for _ in range(times)))

    said: list[str] = []
    return asyncio.run(scene()), said


def keys(store: Store) -> list[str]:
    return [waiting.event.key for waiting in asyncio.run(Inbox(store).waiting())]


def test_what_is_accepted_is_on_disk_before_it_is_answered(kept: Store) -> None:
    shouted = {name.upper(): value for name, value in PUSHED.headers.items()}
    answers, _ = receive(kept, "after-deploy", shouted, PUSHED.body)
    assert answers == [(202, "Accepted: the checks will run.")]
    assert keys(kept) == ["72d3162e-cc78-11e3-81ab-4c9367dc0958"]


def test_of_ten_deliveries_at_once_one_runs(kept: Store) -> None:
    answers, _ = receive(kept, "after-deploy", PUSHED.headers, PUSHED.body, times=10)
    assert sorted(status for status, _ in answers) == [200] * 9 + [202]
    assert len(keys(kept)) == 1


@pytest.mark.parametrize("name", ["by-hand", "nobody", ""])
def test_what_cannot_be_called_is_not_there(kept: Store, name: str) -> None:
    (answer,), _ = receive(kept, name, PUSHED.headers, PUSHED.body)
    assert answer == (404, "There is no trigger of this name that can be called.")


def test_what_does_not_fit_is_answered_and_not_kept(kept: Store) -> None:
    ping = github({}, event="ping")
    assert receive(kept, "after-deploy", ping.headers, ping.body)[0] == [(200, "This trigger is ready.")]
    assert receive(kept, "after-deploy", {}, b"{}")[0][0][0] == 401
    assert keys(kept) == []


def test_a_secret_that_cannot_be_had_is_told_to_the_operator_alone(kept: Store) -> None:
    def fail(_: Any) -> str:
        raise SecretTrouble("The environment variable GITHUB is not set.")

    (answer,), said = receive(kept, "after-deploy", PUSHED.headers, PUSHED.body, ask=fail)
    assert answer == (503, "This cannot be judged now. Please send it again later.")
    assert said == [
        "A call of the trigger “after-deploy” cannot be judged. The environment variable GITHUB is not set."
    ]


class FullDisk:
    """A store that cannot write."""

    async def write(self, fn: Any) -> Any:
        raise StoreError("the disk is full")


def test_what_cannot_be_kept_is_to_be_sent_again() -> None:
    (answer,), said = receive(FullDisk(), "after-deploy", PUSHED.headers, PUSHED.body)
    assert answer == (503, "This could not be kept. Please send it again later.")
    assert said == ["A call of the trigger “after-deploy” could not be kept: the disk is full"]


def test_the_server_can_ask_which_there_are(kept: Store) -> None:
    assert Receivers(TRIGGERS, Inbox(kept), reveal=reveal, say=print).names == ("after-deploy", "called")
