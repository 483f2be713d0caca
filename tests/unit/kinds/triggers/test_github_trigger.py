from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from nano_sre.core.fields import Unfit
from nano_sre.core.template import parse
from nano_sre.core.trigger import Reply, TriggerEvent
from nano_sre.kinds.triggers.github import GitHub
from support.deliveries import NOON, github, reveal

DEPLOYED = {
    "action": "created",
    "deployment_status": {
        "state": "success",
        "environment": "Production",
        "target_url": "https://ci.example/7",
    },
    "deployment": {"ref": "main", "sha": "abc123", "environment": "Production"},
    "repository": {"full_name": "ridge/theme"},
    "sender": {"login": "ada"},
}
SECRET = (parse("${secret.NEW}"),)
PRODUCTION = GitHub(state="success", environment="production", secret=SECRET)


def accepts(kind: GitHub, delivery: Any) -> Any:
    return kind.accepts(delivery, reveal=reveal)


def test_a_deployment_that_fits_is_an_event_with_what_people_want_to_know() -> None:
    assert accepts(PRODUCTION, github(DEPLOYED)) == TriggerEvent(
        trigger="after-deploy",
        key="72d3162e-cc78-11e3-81ab-4c9367dc0958",
        at=NOON,
        payload={
            "event": "deployment_status",
            "state": "success",
            "environment": "Production",
            "repository": "ridge/theme",
            "ref": "main",
            "commit": "abc123",
            "url": "https://ci.example/7",
            "by": "ada",
        },
    )


def test_the_signature_is_the_one_that_github_documents() -> None:
    said = GitHub(event="push", secret=(parse("${secret.DOCS}"),))
    signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    reply = said.accepts(
        github(b"Hello, World!", x_hub_signature_256=signature), reveal=lambda _: "It's a Secret to Everybody"
    )
    assert reply == Reply(status=400, text="The body is no JSON.")


@pytest.mark.parametrize(
    "headers",
    [
        {"x_hub_signature_256": ""},
        {"x_hub_signature_256": "sha256="},
        {"x_hub_signature_256": "sha256=" + "0" * 64},
        {"x_hub_signature_256": "sha1=" + "0" * 40},
        {"x_hub_signature_256": "sha256=\udcff"},
    ],
)
def test_what_is_not_signed_is_refused(headers: dict[str, str]) -> None:
    assert accepts(PRODUCTION, github(DEPLOYED, **headers)).status == 401


def test_a_body_that_was_changed_on_the_way_is_refused() -> None:
    sent = github(DEPLOYED)
    changed = github(
        DEPLOYED | {"action": "edited"}, **{"x-hub-signature-256": sent.headers["x-hub-signature-256"]}
    )
    assert accepts(PRODUCTION, changed).status == 401


def test_while_secrets_change_either_signs_and_no_other() -> None:
    both = GitHub(secret=(parse("${secret.NEW}"), parse("${secret.OLD}")))
    assert isinstance(accepts(both, github(DEPLOYED, key="old key")), TriggerEvent)
    assert isinstance(accepts(both, github(DEPLOYED, key="new key")), TriggerEvent)
    assert accepts(both, github(DEPLOYED, key="oldest key")).status == 401


def test_an_empty_secret_signs_nothing() -> None:
    assert accepts(GitHub(secret=(parse("${env.EMPTY}"),)), github(DEPLOYED, key="")).status == 401


def test_a_ping_is_answered() -> None:
    assert accepts(PRODUCTION, github({"zen": "Keep it logically awesome."}, event="ping")).status == 200


@pytest.mark.parametrize(
    ("said", "event", "why"),
    [
        (DEPLOYED, "push", "the event is “push”, this trigger waits for deployment_status"),
        (
            DEPLOYED | {"deployment_status": {"state": "pending", "environment": "production"}},
            "deployment_status",
            "the state is “pending”, this trigger waits for “success”",
        ),
        (
            DEPLOYED | {"deployment_status": {"state": "success", "environment": "preview"}},
            "deployment_status",
            "the environment is “preview”, this trigger waits for “production”",
        ),
        ({}, "deployment_status", "the state is “”, this trigger waits for “success”"),
        (
            {"deployment_status": ["odd"]},
            "deployment_status",
            "the state is “”, this trigger waits for “success”",
        ),
    ],
)
def test_what_does_not_fit_runs_nothing_and_is_no_failure_to_github(said: Any, event: str, why: str) -> None:
    assert accepts(PRODUCTION, github(said, event=event)) == Reply(status=200, text=f"Nothing to run: {why}.")


@pytest.mark.parametrize(
    ("event", "state", "said"),
    [
        (
            "workflow_run",
            "success",
            {"action": "completed", "workflow_run": {"conclusion": "success", "status": "completed"}},
        ),
        ("workflow_run", "completed", {"action": "completed", "workflow_run": {"conclusion": "failure"}}),
        ("release", "published", {"action": "published", "release": {"tag_name": "v1"}}),
        ("status", "success", {"state": "success"}),
        ("page_build", "built", {"build": {"status": "built"}}),
        ("push", None, {"ref": "refs/heads/main", "after": "abc"}),
    ],
)
def test_each_event_has_its_own_word_for_its_state(event: Any, state: str | None, said: Any) -> None:
    assert isinstance(
        accepts(GitHub(event=event, state=state, secret=SECRET), github(said, event=event)), TriggerEvent
    )


def test_a_webhook_that_sends_forms_is_read_too() -> None:
    body = urlencode({"payload": '{"ref": "refs/heads/main", "after": "abc"}'}).encode()
    event = accepts(
        GitHub(event="push", secret=SECRET),
        github(body, event="push", content_type="application/x-www-form-urlencoded"),
    )
    assert event.payload == {"event": "push", "ref": "refs/heads/main", "commit": "abc"}


@pytest.mark.parametrize("body", [b"[1]", b"{", b"\xff", b"[" * 100_000])
def test_a_body_that_says_nothing_is_refused(body: bytes) -> None:
    assert accepts(PRODUCTION, github(body)).status == 400


def test_without_a_delivery_id_the_same_body_is_the_same_event() -> None:
    first, second = (accepts(PRODUCTION, github(DEPLOYED, x_github_delivery="")) for _ in range(2))
    assert first.key == second.key
    assert len(first.key) == 64


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"secret": ("plain",)}, "stands here for everybody"),
        ({"secret": ()}, "anybody could call"),
        ({"secret": SECRET, "event": "push", "state": "success"}, "has no state"),
        ({"secret": SECRET, "event": "release", "environment": "production"}, "has no environment"),
    ],
)
def test_what_cannot_work_is_told_to_the_author(more: Any, why: str) -> None:
    with pytest.raises(Unfit, match=why):
        GitHub(**more)
