"""Services that take alerts, on loopback, as strict as the real ones; a journal says what each of them took.

Each service has a path: `/slack/webhook`, `/slack/api/<method>`, `/slack/upload/<file>`, `/discord`, `/pagerduty`, `/teams`, `/webhook`,
`/ntfy/<topic>`, `/telegram/bot<token>/sendMessage`, `/any`. `python -m support.receivers --port 0 --journal FILE
--fail 0.35 --seed 1` runs them as a process of its own, which prints its address and fails at random.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import random
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from support.uploads import Part, as_noted, parts_of

SECRET = "the-shared-secret"
SLACK_TOKEN = "xoxb-of-the-tests-0123456789"
SIGNING_SECRET = "the-signing-secret-of-the-tests"
ROUTING_KEY = "R0123456789ABCDEF0123456789ABCDE"


class Refused(Exception):
    """What a service answers to what it does not take."""

    def __init__(self, status: int, text: str, **headers: str) -> None:
        super().__init__(text)
        self.status, self.text, self.headers = status, text, headers


@dataclass(frozen=True)
class Taken:
    """One request that a service took, or was to fail by order. `lost` ones it took, and nobody heard of it."""

    service: str
    path: str
    body: Any
    headers: Mapping[str, str]
    failed: str | None = None
    lost: bool = False


@dataclass
class Journal:
    """What came, in order; `file` keeps it in JSON lines for other processes."""

    file: Path | None = None
    entries: list[Taken] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, taken: Taken) -> None:
        with self.lock:
            self.entries.append(taken)
            if self.file is not None:
                line = json.dumps(
                    {
                        "at": datetime.now(UTC).isoformat(),
                        "service": taken.service,
                        "path": taken.path,
                        "body": taken.body,
                        "failed": taken.failed,
                        "lost": taken.lost,
                    }
                )
                with self.file.open("a", encoding="utf-8") as out:
                    out.write(f"{line}\n")
                    out.flush()

    @property
    def taken(self) -> list[Taken]:
        return [each for each in self.entries if each.failed is None]

    @property
    def bodies(self) -> list[Any]:
        return [each.body for each in self.taken]


# What each service checks. It raises `Refused`, or returns the answer's status and body.


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def only(given: Mapping[str, Any], *known: str, error: str = "invalid_payload") -> None:
    strange = sorted(set(given) - set(known))
    if strange:
        raise Refused(400, f"{error}: unknown {', '.join(strange)}")


def _slack_message(given: dict[str, Any], *also: str) -> None:
    only(given, "text", "blocks", "unfurl_links", "unfurl_media", *also)
    if not given.get("text") and not given.get("blocks"):
        raise Refused(400, "no_text")
    if units(given.get("text", "")) > 40_000:
        raise Refused(400, "msg_too_long")
    blocks = given.get("blocks", [])
    if len(blocks) > 50:
        raise Refused(400, "invalid_blocks: more than 50")
    for block in blocks:
        _slack_block(block)
    actions = [e["action_id"] for block in blocks if block["type"] == "actions" for e in block["elements"]]
    if len(set(actions)) != len(actions):
        raise Refused(400, "invalid_blocks: an action_id twice")
    if sum(units(block["text"]["text"]) for block in blocks if "text" in block) > 12_000:
        raise Refused(400, "msg_blocks_too_long")


def _slack_block(block: dict[str, Any]) -> None:
    if block.get("type") in ("actions", "context"):
        only(block, "type", "elements", "block_id", error="invalid_blocks")
        if not 1 <= len(block["elements"]) <= {"actions": 25, "context": 10}[block["type"]]:
            raise Refused(400, "invalid_blocks: elements")
        for element in block["elements"]:
            _slack_element(element, button=block["type"] == "actions")
        return
    most = {"header": 150, "section": 3_000}.get(block.get("type", ""))
    if most is None:
        raise Refused(400, "invalid_blocks: type")
    only(block, "type", "text", "block_id", error="invalid_blocks")
    text = block["text"]
    allowed = ("type", "text", "emoji") if text["type"] == "plain_text" else ("type", "text", "verbatim")
    only(text, *allowed, error="invalid_blocks")
    if block["type"] == "header" and text["type"] != "plain_text":
        raise Refused(400, "invalid_blocks: header")
    if not 1 <= units(text["text"]) <= most:
        raise Refused(400, f"invalid_blocks: {units(text['text'])} characters in a {block['type']}")


def _slack_element(element: dict[str, Any], *, button: bool) -> None:
    """A button of `actions`, a text of `context`."""
    text = element
    if button:
        only(element, "type", "action_id", "text", "value", "url", "style", error="invalid_blocks")
        text = element["text"]
        if element["type"] != "button" or not 1 <= len(element["action_id"]) <= 255:
            raise Refused(400, "invalid_blocks: button")
        if not 1 <= len(element.get("value", "x")) <= 2_000 or len(element.get("url", "")) > 3_000:
            raise Refused(400, "invalid_blocks: value")
        if element.get("style", "primary") not in ("primary", "danger"):
            raise Refused(400, "invalid_blocks: style")
    only(text, "type", "text", "emoji", error="invalid_blocks")
    if text["type"] != "plain_text" or not 1 <= units(text["text"]) <= (75 if button else 3_000):
        raise Refused(400, "invalid_blocks: text of an element")


class Services:
    """The services and what they remember."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.messages: dict[str, dict[str, Any]] = {}  # of Slack and Discord, by ts or id, as they stand now
        self.files: dict[str, dict[str, Any]] = {}  # of Slack, by id: filename, length, data, shared
        self.refuses_files = False  # Slack's bot lacks files:write; Discord takes none
        self.open_events: dict[str, str] = {}  # of PagerDuty, dedup_key → summary
        self._numbers = iter(range(1, 1_000_000))
        self._lock = threading.Lock()

    @staticmethod
    def _read(raw: bytes, kind: str) -> Any:
        """The body as its content type says, strictly. Raises `ValueError`."""
        if kind.startswith("multipart/form-data"):
            return parts_of(raw, kind)
        if kind.startswith("application/x-www-form-urlencoded"):
            return dict(parse_qsl(raw.decode(), strict_parsing=True, keep_blank_values=True))
        if kind.startswith("image/"):
            return Part(name="", filename="", kind=kind, data=raw)
        return json.loads(raw) if "json" in kind else raw.decode()

    def answer(self, method: str, path: str, raw: bytes, headers: Mapping[str, str]) -> tuple[Any, int, Any]:
        """The body as it was read, the status and the answer. Raises `Refused`."""
        service = path.strip("/").split("/")[0].partition("?")[0]
        check: Callable[..., Any] | None = getattr(self, f"_{service}", None)
        if check is None:
            raise Refused(404, "no such service")
        try:
            given = self._read(raw, headers.get("content-type", ""))
        except ValueError:
            raise Refused(400, "invalid_payload") from None
        with self._lock:
            status, said = check(method, path, given, headers, raw)
        return given, status, said

    def _slack(
        self, _method: str, path: str, given: Any, headers: Mapping[str, str], _raw: bytes
    ) -> tuple[int, Any]:
        if path == "/slack/webhook":
            _slack_message(given)
            return 200, "ok"
        if path.startswith("/slack/upload/"):
            return self._slack_upload(path.removeprefix("/slack/upload/"), given)
        if not path.startswith("/slack/api/"):
            raise Refused(404, "no_service")
        try:
            return 200, self._slack_call(path.removeprefix("/slack/api/"), given, headers)
        except Refused as refused:
            return 200, {"ok": False, "error": refused.text.partition(":")[0]}

    def _slack_call(self, call: str, given: Any, headers: Mapping[str, str]) -> dict[str, Any]:
        if headers.get("authorization") != f"Bearer {SLACK_TOKEN}":
            raise Refused(200, "invalid_auth")
        if call.startswith("files."):
            return self._slack_files(call, given, headers)
        if given.get("channel") not in ("C0123456789", "#alerts"):
            raise Refused(200, "channel_not_found")
        if call == "chat.postMessage":
            _slack_message(given, "channel", "thread_ts")
            if "thread_ts" in given and given["thread_ts"] not in self.messages:
                raise Refused(200, "thread_not_found")
            ts = f"1700000000.{next(self._numbers):06}"
            self.messages[ts] = given
            return {"ok": True, "channel": "C0123456789", "ts": ts}
        if call == "chat.update":
            _slack_message(given, "channel", "ts")
            if not given["channel"].startswith("C"):
                raise Refused(200, "channel_not_found")
            if given["ts"] not in self.messages:
                raise Refused(200, "message_not_found")
            self.messages[given["ts"]] = given
            return {"ok": True, "channel": "C0123456789", "ts": given["ts"]}
        raise Refused(200, "unknown_method")

    def _slack_files(self, call: str, given: Any, headers: Mapping[str, str]) -> dict[str, Any]:
        """The two halves of an upload; what is wrong is said with the words of the real service."""
        if self.refuses_files:
            return {"ok": False, "error": "missing_scope", "needed": "files:write", "provided": "chat:write"}
        if call == "files.getUploadURLExternal":
            if not headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
                raise Refused(200, "invalid_arguments")
            only(given, "filename", "length", "alt_txt", error="invalid_arguments")
            if not given.get("filename") or not given.get("length", "").isdecimal() or given["length"] == "0":
                raise Refused(200, "invalid_arguments")
            if len(given.get("alt_txt", "")) > 1_000:
                raise Refused(200, "alt_txt_too_large")
            number = f"F{next(self._numbers):010}"
            self.files[number] = {**given, "data": None, "shared": None}
            return {
                "ok": True,
                "upload_url": f"http://{headers['host']}/slack/upload/{number}",
                "file_id": number,
            }
        if call != "files.completeUploadExternal":
            raise Refused(200, "unknown_method")
        only(given, "files", "channel_id", "thread_ts", "initial_comment", error="invalid_arguments")
        if not re.fullmatch(r"[CGDZ][A-Z0-9]{8,}", given.get("channel_id", "")):
            raise Refused(200, "invalid_arguments")
        if given["channel_id"] != "C0123456789":
            raise Refused(200, "channel_not_found")
        if given.get("thread_ts") not in self.messages:
            raise Refused(200, "thread_not_found")
        for each in given["files"]:
            only(each, "id", "title", error="invalid_arguments")
            file = self.files.get(each["id"])
            if file is None or file["data"] is None or file["shared"] is not None:
                raise Refused(200, "file_not_found")
            file["shared"] = given["thread_ts"]
        return {"ok": True, "files": [{"id": each["id"]} for each in given["files"]]}

    def _slack_upload(self, number: str, given: Any) -> tuple[int, Any]:
        file = self.files.get(number)
        if file is None or file["data"] is not None:
            raise Refused(404, "not found")
        if not isinstance(given, Part) or len(given.data) != int(file["length"]):
            raise Refused(400, "the length is not what was announced")
        file["data"] = given.data
        return 200, f"OK - {len(given.data)}"

    def _discord_parts(self, given: Any) -> tuple[Any, dict[str, Part]]:
        """The message and its files by their names: as JSON alone, or in parts of which one is the message."""
        if not isinstance(given, dict) or "payload_json" not in given:
            return given, {}
        files = {name: part for name, part in given.items() if isinstance(part, Part)}
        only(given, "payload_json", *files, error="50035 Invalid Form Body")
        message = json.loads(given["payload_json"])
        if self.refuses_files or sum(len(each.data) for each in files.values()) > 10_000_000:
            raise Refused(413, '{"message": "Request entity too large", "code": 40005}')
        announced = {f"files[{each['id']}]": each for each in message.get("attachments", [])}
        for name, part in files.items():
            only(announced.get(name) or {}, "id", "filename", "description", error="50035 Invalid Form Body")
            if name not in announced or announced[name]["filename"] != part.filename or not part.is_picture:
                raise Refused(400, '{"message": "Invalid Form Body", "code": 50035}')
            if len(announced[name].get("description", "")) > 1_024:
                raise Refused(400, '{"message": "Invalid Form Body: description", "code": 50035}')
        if announced.keys() != files.keys():
            raise Refused(400, '{"message": "Invalid Form Body: attachments", "code": 50035}')
        return message, {part.filename: part for part in files.values()}

    def _discord(
        self, method: str, path: str, given: Any, _headers: Mapping[str, str], _raw: bytes
    ) -> tuple[int, Any]:
        given, files = self._discord_parts(given)
        only(
            given,
            "attachments",
            "content",
            "embeds",
            "allowed_mentions",
            "username",
            error="50035 Invalid Form Body",
        )
        if given.get("allowed_mentions") != {"parse": []}:
            raise Refused(400, "these tests want no mention to be parsed")
        if not given.get("content") and not given.get("embeds"):
            raise Refused(400, '{"message": "Cannot send an empty message", "code": 50006}')
        if units(given.get("content", "")) > 2_000:
            raise Refused(400, '{"content": ["Must be 2000 or fewer in length."]}')
        if len(given.get("embeds", [])) > 10 or sum(map(_embed_size, given.get("embeds", []))) > 6_000:
            raise Refused(400, '{"embeds": ["Embed size exceeds maximum size of 6000"]}')
        base, _, query = path.partition("?")
        number = base.rpartition("/messages/")[2] if method == "PATCH" else ""
        if number:
            if number not in self.messages:
                raise Refused(404, '{"message": "Unknown Message", "code": 10008}')
            files = {**self.messages[number]["files"], **files}
        for embed in given.get("embeds", []):
            shown = embed.get("image", {}).get("url", "")
            if shown.startswith("attachment://") and shown.removeprefix("attachment://") not in files:
                raise Refused(400, "these tests want the picture that an embed shows")
        given = {**given, "files": files}
        if number:
            self.messages[number] = given
            return 200, {"id": number}
        if query != "wait=true":
            return 204, ""
        number = str(next(self._numbers))
        self.messages[number] = given
        return 200, {"id": number}

    def _pagerduty(self, _method: str, _path: str, given: Any, _headers: Any, raw: bytes) -> tuple[int, Any]:
        def wrong(*errors: str) -> Refused:
            return Refused(
                400,
                json.dumps(
                    {"status": "invalid event", "message": "Event object is invalid", "errors": errors}
                ),
            )

        if len(raw) > 512_000:
            raise Refused(413, "too large")
        only(
            given,
            "routing_key",
            "event_action",
            "dedup_key",
            "payload",
            "client",
            "client_url",
            "links",
            "images",
        )
        if given.get("routing_key") != ROUTING_KEY:
            raise wrong("Invalid routing key")
        if given.get("event_action") not in ("trigger", "acknowledge", "resolve"):
            raise wrong("'event_action' is invalid")
        key = given.get("dedup_key")
        if not key or len(key) > 255:
            raise wrong("Length of 'dedup_key' is incorrect (should be 255 or less)")
        if given["event_action"] == "resolve":
            self.open_events.pop(key, None)
        else:
            self._pagerduty_payload(given, wrong)
            self.open_events[key] = given["payload"]["summary"]
        return 202, {"status": "success", "message": "Event processed", "dedup_key": key}

    @staticmethod
    def _pagerduty_payload(given: dict[str, Any], wrong: Callable[..., Refused]) -> None:
        payload = given.get("payload") or {}
        only(
            payload,
            "summary",
            "source",
            "severity",
            "timestamp",
            "component",
            "group",
            "class",
            "custom_details",
        )
        lacking = [
            f"'payload.{name}' is missing or blank"
            for name in ("summary", "source", "severity")
            if not payload.get(name)
        ]
        if lacking:
            raise wrong(*lacking)
        if len(payload["summary"]) > 1_024:
            raise wrong("Length of 'payload.summary' is incorrect")
        if payload["severity"] not in ("critical", "error", "warning", "info"):
            raise wrong(
                "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')"
            )
        for each in given.get("links", []):
            only(each, "href", "text")
            if not each.get("href", "").startswith("http"):
                raise wrong("'links.href' is invalid")
        for each in given.get("images", []):
            only(each, "src", "href", "alt")
            if not each.get("src", "").startswith("https://"):
                raise wrong("'images.src' is invalid")

    def _teams(self, _method: str, _path: str, given: Any, _headers: Any, raw: bytes) -> tuple[int, Any]:
        if len(raw) > 28_000:
            raise Refused(413, "Request Entity Too Large")
        only(given, "type", "attachments")
        if given.get("type") != "message" or len(given["attachments"]) != 1:
            raise Refused(400, "TriggerInputSchemaMismatch")
        attachment = given["attachments"][0]
        only(attachment, "contentType", "contentUrl", "content")
        card = attachment["content"]
        if (
            attachment["contentType"] != "application/vnd.microsoft.card.adaptive"
            or card["type"] != "AdaptiveCard"
        ):
            raise Refused(400, "TriggerInputSchemaMismatch")
        only(card, "$schema", "type", "version", "body", "actions", "msteams", "fallbackText")
        for element in card["body"]:
            _teams_element(element)
        for action in card.get("actions", []):
            only(action, "type", "title", "url")
            if action["type"] != "Action.OpenUrl" or not action["url"].startswith("http"):
                raise Refused(400, "BadRequest: action")
        return 202, ""

    def _webhook(
        self, _method: str, _path: str, given: Any, headers: Mapping[str, str], raw: bytes
    ) -> tuple[int, Any]:
        stamp = headers.get("x-nano-sre-timestamp", "")
        right = hmac.new(SECRET.encode(), f"{stamp}.".encode() + raw, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(headers.get("x-nano-sre-signature", ""), f"sha256={right}"):
            raise Refused(401, "wrong signature")
        if given.get("format") != "nano-sre/alert" or not headers.get("idempotency-key"):
            raise Refused(422, "no alert of Nano-SRE")
        return 204, ""

    def _ntfy(
        self, _method: str, _path: str, given: Any, headers: Mapping[str, str], raw: bytes
    ) -> tuple[int, Any]:
        if len(given["message"].encode()) > 4_096 or not given["topic"]:
            raise Refused(400, '{"code": 40009, "error": "invalid request"}')
        only(given, "topic", "title", "message", "priority", "tags", "click")
        return 200, {"id": "x"}

    def _telegram(self, _method: str, path: str, given: Any, _headers: Any, _raw: bytes) -> tuple[int, Any]:
        if "/bot12345:of-the-tests/sendMessage" not in path:
            raise Refused(404, '{"ok": false, "error_code": 404, "description": "Not Found"}')
        only(given, "chat_id", "text", "link_preview_options")
        if not 1 <= units(given["text"]) <= 4_096:
            raise Refused(
                400, '{"ok": false, "error_code": 400, "description": "Bad Request: message is too long"}'
            )
        return 200, {"ok": True}

    def _googlechat(self, _method: str, _path: str, given: Any, _headers: Any, raw: bytes) -> tuple[int, Any]:
        only(given, "text")
        if len(raw) > 32_000 or len(given["text"]) > 4_096:
            raise Refused(400, "INVALID_ARGUMENT")
        return 200, {}

    def _any(self, *_given: Any) -> tuple[int, Any]:
        return 200, "ok"


def _embed_size(embed: dict[str, Any]) -> int:
    only(
        embed,
        "title",
        "description",
        "color",
        "url",
        "timestamp",
        "footer",
        "image",
        error="50035 Invalid Form Body",
    )
    only(embed.get("image", {}), "url", error="50035 Invalid Form Body")
    limits = {"title": 256, "description": 4_096}
    for name, most in limits.items():
        if units(embed.get(name, "")) > most:
            raise Refused(400, f'{{"embeds": ["{name}: Must be {most} or fewer in length."]}}')
    return sum(units(embed.get(name, "")) for name in limits) + units(embed.get("footer", {}).get("text", ""))


def _teams_element(element: dict[str, Any]) -> None:
    if element["type"] == "TextBlock":
        only(element, "type", "text", "wrap", "weight", "size", "color", "style")
    elif element["type"] == "RichTextBlock":
        only(element, "type", "inlines", "spacing")
        for run in element["inlines"]:
            only(run, "type", "text", "weight")
            if run["type"] != "TextRun" or not run["text"]:
                raise Refused(400, "BadRequest: TextRun")
    elif element["type"] == "Image":
        only(element, "type", "url", "altText")
        if not element["url"].startswith("https://") or not element["altText"]:
            raise Refused(400, "BadRequest: Image")
    else:
        raise Refused(400, f"BadRequest: {element['type']}")


def press(
    message: Mapping[str, Any],
    ts: str,
    action: str,
    *,
    at: float,
    who: str = "ada",
    key: str = SIGNING_SECRET,
) -> tuple[dict[str, str], bytes]:
    """The request that Slack sends when somebody presses a button of a message: its headers and its body."""
    elements = [e for block in message["blocks"] if block["type"] == "actions" for e in block["elements"]]
    pressed = next(each for each in elements if each["action_id"] == action)
    payload = {
        "type": "block_actions",
        "user": {"id": "U0123456789", "username": who, "name": who, "team_id": "T0123456789"},
        "container": {
            "type": "message",
            "message_ts": ts,
            "channel_id": "C0123456789",
            "is_ephemeral": False,
        },
        "channel": {"id": "C0123456789", "name": "alerts"},
        "message": {
            "type": "message",
            "ts": ts,
            "text": message["text"],
            "blocks": [{**block, "block_id": f"b{n}"} for n, block in enumerate(message["blocks"])],
        },
        "actions": [{**pressed, "block_id": "b", "action_ts": f"{at:.6f}"}],
    }
    body = urlencode({"payload": json.dumps(payload)}).encode()
    stamp = str(int(at))
    digest = hmac.new(key.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={digest}",
    }
    return headers, body


@dataclass
class Failing:
    """How the next requests are treated: orders come first, then chance. `orders` are 500, 429, 404, `timeout`, `reset`, None (to pass)."""

    orders: list[int | str | None] = field(default_factory=list)
    share: float = 0.0
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    retry_after: str = "1"
    wait: float = 1.0

    def next(self) -> int | str | None:
        if self.orders:
            return self.orders.pop(0)
        return (
            self.chance.choice((500, 500, 503, 429, "reset", "lost"))
            if self.chance.random() < self.share
            else None
        )


@dataclass
class Receivers:
    """The address of the services, what they took, and how they are to fail."""

    url: str
    journal: Journal
    services: Services
    failing: Failing

    @property
    def bodies(self) -> list[Any]:
        return self.journal.bodies


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, services: Services, failing: Failing) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.services, self.failing = services, failing

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that is killed cuts its connections: no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        fate = self.server.failing.next()
        if fate is None:
            self._say(*self._answer(raw))
        elif fate == "lost":  # it is taken, but the sender never hears of it
            self._answer(raw, lost=True)
            self._reset()
        else:
            self._note(raw.decode(errors="replace"), str(fate))
            self._fail(fate)

    def do_PATCH(self) -> None:
        self.do_POST()

    def _note(self, body: Any, failed: str | None, *, lost: bool = False) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        service = self.path.split("/")[1].partition("?")[0]
        self.server.services.journal.add(Taken(service, self.path, as_noted(body), headers, failed, lost))

    def _answer(self, raw: bytes, *, lost: bool = False) -> tuple[int, str, dict[str, str]]:
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            given, status, said = self.server.services.answer(self.command, self.path, raw, headers)
        except Refused as refused:
            self._note(raw.decode(errors="replace"), f"{refused.status} {refused.text}")
            return refused.status, refused.text, refused.headers
        except (KeyError, TypeError, AttributeError) as error:
            self._note(raw.decode(errors="replace"), f"400 {error!r}")
            return 400, f"invalid_payload: {error!r}", {}
        refused = said.get("error") if isinstance(said, dict) and said.get("ok") is False else None
        self._note(given, refused, lost=lost)
        return status, said if isinstance(said, str) else json.dumps(said), {}

    def _fail(self, fate: int | str) -> None:
        if fate == "timeout":
            time.sleep(self.server.failing.wait)
            self.close_connection = True
        elif fate == "reset":
            self._reset()
        else:
            more = {"Retry-After": self.server.failing.retry_after} if fate == 429 else {}
            self._say(int(fate), f"answers {fate} by order", more)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def _say(self, status: int, text: str, headers: Mapping[str, str]) -> None:
        data = b"" if status == 204 else text.encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_given: object) -> None:
        """The journal is what tells."""


@contextmanager
def receivers(
    *, port: int = 0, journal: Path | None = None, failing: Failing | None = None
) -> Iterator[Receivers]:
    """The services on loopback, until the block ends."""
    kept, fails = Journal(file=journal), failing or Failing()
    services = Services(kept)
    server = _Server(port, services, fails)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield Receivers(f"http://127.0.0.1:{server.server_address[1]}", kept, services, fails)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main() -> None:
    parser = argparse.ArgumentParser(description="Services that take alerts, on loopback.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--journal", type=Path, required=True)
    parser.add_argument("--fail", type=float, default=0.0, help="share of requests that fail")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    failing = Failing(share=given.fail, chance=random.Random(given.seed))
    with receivers(port=given.port, journal=given.journal, failing=failing) as made:
        print(made.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
