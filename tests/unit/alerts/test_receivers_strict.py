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
BUTTON = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "A"}, "value": "1"}
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
        ("/teams", card({"type": "Image", "url": "http://x/y.png", "altText": "x"})),
        ("/pagerduty", {**EVENT, "images": [{"src": "http://x/y.png"}]}),
        ("/slack/webhook", {"text": "x", "blocks": [{"type": "actions", "elements": []}]}),
        ("/slack/webhook", {"text": "x", "blocks": [{"type": "actions", "elements": [BUTTON, BUTTON]}]}),
        (
            "/slack/webhook",
            {"text": "x", "blocks": [{"type": "actions", "elements": [{**BUTTON, "value": ""}]}]},
        ),
        ("/discord/1/t", {"content": "x", "embeds": [{"image": {"url": "attachment://x.png"}}], **QUIET}),
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


HEADERS = {"authorization": f"Bearer {SLACK_TOKEN}", "host": "slack.test", "content-type": "application/json"}
FORM = {**HEADERS, "content-type": "application/x-www-form-urlencoded"}


def slack(services: Services, call: str, raw: bytes, headers: dict[str, str]) -> Any:
    return services.answer("POST", f"/slack/api/{call}", raw, headers)[2]


def complete(services: Services, **given: Any) -> Any:
    told = {"files": [{"id": "F0000000001"}], "channel_id": "C0123456789", "thread_ts": "1.1", **given}
    return slack(services, "files.completeUploadExternal", json.dumps(told).encode(), HEADERS)


def test_slack_wants_every_step_of_an_upload_as_it_was_announced() -> None:
    services = Services(Journal())
    services.messages["1.1"] = {}
    begin = "files.getUploadURLExternal"
    assert (
        slack(services, begin, b'{"filename": "x.png", "length": 3}', HEADERS)["error"] == "invalid_arguments"
    )
    assert slack(services, begin, b"filename=x.png&length=0", FORM)["error"] == "invalid_arguments"
    assert complete(services)["error"] == "file_not_found"
    begun = slack(services, begin, b"filename=x.png&length=3", FORM)
    assert begun["upload_url"] == "http://slack.test/slack/upload/F0000000001"
    assert complete(services)["error"] == "file_not_found"  # nothing was uploaded
    picture = {"content-type": "image/png"}
    with pytest.raises(Refused, match="length"):
        services.answer("POST", "/slack/upload/F0000000001", b"four", picture)
    with pytest.raises(Refused, match="not found"):
        services.answer("POST", "/slack/upload/F0000000009", b"abc", picture)
    assert services.answer("POST", "/slack/upload/F0000000001", b"abc", picture)[1] == 200
    assert complete(services, channel_id="#alerts")["error"] == "invalid_arguments"
    assert complete(services, channel_id="C9999999999")["error"] == "channel_not_found"
    assert complete(services, thread_ts="9.9")["error"] == "thread_not_found"
    assert complete(services)["ok"] is True
    assert complete(services)["error"] == "file_not_found"  # once is enough


def body_of(message: dict[str, Any], *, end: str = "--b--") -> bytes:
    said = json.dumps({"content": "x", **QUIET, **message})
    return (
        f'--b\r\nContent-Disposition: form-data; name="payload_json"\r\n\r\n{said}\r\n'
        '--b\r\nContent-Disposition: form-data; name="files[0]"; filename="x.png"\r\n'
        "Content-Type: image/png\r\n\r\n"
    ).encode() + f"\x89PNG\r\n{end}\r\n".encode("latin-1")


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (body_of({}), "multipart/form-data; boundary=b"),  # the file is not announced
        (body_of({"attachments": [{"id": 0, "filename": "y.png"}]}), "multipart/form-data; boundary=b"),
        (body_of({"attachments": [{"id": 1, "filename": "x.png"}]}), "multipart/form-data; boundary=b"),
        (body_of({"attachments": [{"id": 0, "filename": "x.png"}]}), "multipart/form-data; boundary=c"),
        (body_of({"attachments": [{"id": 0, "filename": "x.png"}]}), "multipart/form-data"),
        (
            body_of({"attachments": [{"id": 0, "filename": "x.png"}]}, end="--b"),
            "multipart/form-data; boundary=b",
        ),
    ],
)
def test_discord_wants_its_parts_whole_and_announced(raw: bytes, kind: str) -> None:
    good = body_of({"attachments": [{"id": 0, "filename": "x.png"}]})
    services = Services(Journal())
    assert (
        services.answer(
            "POST", "/discord/1/t?wait=true", good, {"content-type": "multipart/form-data; boundary=b"}
        )[1]
        == 200
    )
    with pytest.raises(Refused):
        services.answer("POST", "/discord/1/t", raw, {"content-type": kind})
