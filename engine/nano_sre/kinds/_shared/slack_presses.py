"""What Slack tells when somebody presses a button: whether it is Slack that tells it, who pressed, and what for."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, get_args
from urllib.parse import parse_qs

from nano_sre.core.alert import Press, PressFor
from nano_sre.core.visible import clean, cut

OLDEST = 300  # seconds between Slack's clock and ours: what is older may have been overheard
LONGEST_NAME = 60


def is_genuine(headers: Mapping[str, str], content: bytes, *, secret: str, now: datetime) -> bool:
    """Whether Slack signed this, in the last minutes. Names of headers are lower case; compares in constant time."""
    stamp = headers.get("x-slack-request-timestamp", "")
    if not (stamp.isascii() and stamp.isdecimal()) or abs(now.timestamp() - int(stamp)) > OLDEST:
        return False
    right = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + content, hashlib.sha256).hexdigest()
    return hmac.compare_digest(headers.get("x-slack-signature", "").encode(), f"v0={right}".encode())


def read_press(content: bytes) -> Press | None:
    """Who pressed what; None when it is not a press of a button of ours. Never raises."""
    try:
        told = json.loads(parse_qs(content.decode())["payload"][0])
        (action,) = told["actions"]
        wanted, user, message = action["action_id"], told["user"], told["message"]
        place = {"channel": str(told["container"]["channel_id"]), "ts": str(told["container"]["message_ts"])}
        said = {"text": str(message.get("text", "")), "blocks": list(message["blocks"])}
        incidents = tuple(int(each) for each in str(action.get("value", "")).split())
        name = cut(clean(str(user.get("username") or user.get("name") or user["id"])), LONGEST_NAME)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if told.get("type") != "block_actions" or wanted not in get_args(PressFor):
        return None
    return Press(wanted=wanted, incidents=incidents, who=name, message={**place, **said})


def buttons(incidents: tuple[int, ...], report: str | None) -> list[dict[str, Any]]:
    """The block with the buttons; no block when there is nothing to press."""
    numbers = " ".join(map(str, incidents))
    found = []
    if incidents:
        found += [
            button("acknowledge", "Acknowledge", value=numbers, style="primary"),
            button("snooze", "Snooze 1 h", value=numbers),
        ]
    if report:
        found.append(button("open", "Open report", url=report))
    return [{"type": "actions", "elements": found}] if found else []


def button(action: PressFor, text: str, **more: str) -> dict[str, Any]:
    return {"type": "button", "action_id": action, "text": {"type": "plain_text", "text": text}, **more}


def after(press: Press, words: str, *, gone: tuple[str, ...]) -> list[dict[str, Any]]:
    """The blocks of the message without the buttons that are `gone`, and a line that says what became of it."""
    blocks = []
    for each in press.message["blocks"]:
        block = each
        if each.get("type") == "actions":
            left = [element for element in each["elements"] if element.get("action_id") not in gone]
            block = {**each, "elements": left} if left else None
        if block is not None:
            blocks.append(block)
    at = next((n for n, each in enumerate(blocks) if each.get("type") == "actions"), len(blocks))
    line = {"type": "context", "elements": [{"type": "plain_text", "text": words, "emoji": False}]}
    return [*blocks[:at], line, *blocks[at:]]
