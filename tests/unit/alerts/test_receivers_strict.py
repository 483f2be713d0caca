"""The receivers refuse what the services refuse: else the tests of the alerters would prove nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support.receivers import ROUTING_KEY, SECRET, SLACK_TOKEN, Journal, Refused, Services

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}
EVENT = {
    "routing_key": ROUTING_KEY,
    "event_action": "trigger",
    "dedup_key": "k",
    "payload": {"summary": "s", "source": "s", "severity": "error"},
}
QUIET = {"allowed_mentions": {"parse": []}}


def card(*elements: dict[str, Any]) -> dict[str, Any]:
    content = {"type": "AdaptiveCard", "version": "1.4", "body": list(elements)}
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "content": content}]}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/slack/webhook", {"text": "x", "colour": "red"}),
        ("/slack/webhook", {}),
        ("/slack/webhook", {"text": "x", "blocks": [SECTION] * 51}),
        (
            "/slack/webhook",
            {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3_001}}]},
        ),
        (
            "/slack/webhook",
            {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2_900}}] * 5},
        ),
        ("/slack/webhook", {"blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]}),
        ("/discord/1/t", {"content": "x"}),
        ("/discord/1/t", {"content": "x" * 2_001, **QUIET}),
        ("/discord/1/t", {"embeds": [{"description": "x" * 4_097}], **QUIET}),
        ("/discord/1/t", {"embeds": [{"description": "x" * 4_000}] * 2, **QUIET}),
        ("/discord/1/t", {"embeds": [{"title": "x" * 257}], **QUIET}),
        ("/pagerduty", {**EVENT, "routing_key": "other"}),
        ("/pagerduty", {**EVENT, "dedup_key": ""}),
        ("/pagerduty", {**EVENT, "dedup_key": "x" * 256}),
        ("/pagerduty", {**EVENT, "payload": {"summary": "x" * 1_025, "source": "s", "severity": "error"}}),
        ("/pagerduty", {**EVENT, "payload": {"summary": "x", "source": "s", "severity": "P1"}}),
        ("/pagerduty", {**EVENT, "mood": "bad"}),
        ("/pagerduty", {**EVENT, "client": "x" * 512_000}),
        ("/teams", card({"type": "TextBlock", "text": "x" * 28_000})),
        ("/teams", card({"type": "Image", "url": "x"})),
        ("/teams", card({"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": ""}]})),
        ("/telegram/bot12345:of-the-tests/sendMessage", {"chat_id": "1", "text": "x" * 4_097}),
        ("/telegram/bot1:other/sendMessage", {"chat_id": "1", "text": "x"}),
    ],
)
def test_what_a_service_refuses(path: str, body: dict[str, Any]) -> None:
    services = Services(Journal())
    with pytest.raises(Refused):
        services.answer("POST", path, json.dumps(body).encode(), {"content-type": "application/json"})


def test_a_wrong_signature_and_a_wrong_token_are_refused() -> None:
    services = Services(Journal())
    headers = {"content-type": "application/json", "x-nano-sre-signature": f"sha256={SECRET}"}
    with pytest.raises(Refused, match="wrong signature"):
        services.answer("POST", "/webhook", b"{}", headers)
    said = services.answer(
        "POST", "/slack/api/chat.postMessage", b'{"channel": "#alerts", "text": "x"}', headers
    )[2]
    assert said == {"ok": False, "error": "invalid_auth"}
    headers["authorization"] = f"Bearer {SLACK_TOKEN}"
    gone = b'{"channel": "C0123456789", "ts": "1.1", "text": "x"}'
    assert services.answer("POST", "/slack/api/chat.update", gone, headers)[2]["error"] == "message_not_found"


def test_what_a_service_takes() -> None:
    services = Services(Journal())
    for path, body in (("/slack/webhook", {"blocks": [SECTION]}), ("/pagerduty", EVENT)):
        services.answer("POST", path, json.dumps(body).encode(), {"content-type": "application/json"})
    assert services.open_events == {"k": "s"}
