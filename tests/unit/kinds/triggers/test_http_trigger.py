from __future__ import annotations

from typing import Any

import pytest

from nano_sre.core.fields import Unfit
from nano_sre.core.template import parse
from nano_sre.core.trigger import TriggerEvent
from nano_sre.kinds.triggers.http import Http
from support.deliveries import NOON, call, reveal

CALLED = Http(token=(parse("${secret.NEW}"),))


def accepts(delivery: Any, kind: Http = CALLED) -> Any:
    return kind.accepts(delivery, reveal=reveal)


def test_the_right_token_is_an_event() -> None:
    event = accepts(call(b'{"release": 7, "by": "ada", "more": {}}', authorization="Bearer new key"))
    assert event == TriggerEvent(
        trigger="called", key="called 2026-03-01T12:00:00+00:00", at=NOON, payload={"release": 7, "by": "ada"}
    )
    assert isinstance(accepts(call(authorization="bearer  new key ")), TriggerEvent)


@pytest.mark.parametrize(
    "given", ["", "new key", "Basic new key", "Bearer", "Bearer ", "Bearer old key", "Bearer né"]
)
def test_any_other_is_refused(given: str) -> None:
    assert accepts(call(authorization=given)).status == 401
    assert accepts(call()).status == 401


def test_an_empty_token_opens_nothing() -> None:
    empty = Http(token=(parse("${env.EMPTY}"),))
    assert accepts(call(authorization="Bearer "), empty).status == 401


def test_the_callers_own_key_names_the_event() -> None:
    said = {"authorization": "Bearer new key"}
    assert accepts(call(idempotency_key=" deploy-7 ", **said)).key == "deploy-7"
    assert accepts(call(idempotency_key="x" * 201, **said)).status == 400


def test_a_body_is_an_object_and_little_of_it_is_kept() -> None:
    assert accepts(call(b"hello", authorization="Bearer new key")).status == 400
    many = b"{" + b",".join(b'"key%d": "%s"' % (n, b"v" * 900) for n in range(99)) + b"}"
    payload = accepts(call(many, authorization="Bearer new key")).payload
    assert len(payload) == 20
    assert {len(value) for value in payload.values()} == {500}


def test_a_token_stays_out_of_the_file() -> None:
    with pytest.raises(Unfit, match="everybody to read"):
        Http(token=("abc",))
