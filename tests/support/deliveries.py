"""Requests to triggers, as their senders make them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from nano_sre.core.template import Template
from nano_sre.core.trigger import Delivery

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
VALUES = {
    "secret.NEW": "new key",
    "secret.OLD": "old key",
    "secret.SHOPIFY_WEBHOOK_SECRET": "hush",
    "env.EMPTY": "",
}


def reveal(text: Any) -> str:
    return str(text.resolve(lambda ref: VALUES[ref.name])) if isinstance(text, Template) else text


def github(said: Any, *, key: str = "new key", event: str = "deployment_status", **headers: str) -> Delivery:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    signature = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    return Delivery(
        trigger="after-deploy",
        body=body,
        at=NOON,
        headers={
            "x-hub-signature-256": f"sha256={signature}",
            "x-github-event": event,
            "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
            "content-type": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        },
    )


def shopify(said: Any, *, key: str = "hush", topic: str = "themes/publish", **headers: str) -> Delivery:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    signature = hmac.new(key.encode(), body, hashlib.sha256).digest()
    return Delivery(
        trigger="theme-published",
        body=body,
        at=NOON,
        headers={
            "x-shopify-hmac-sha256": base64.b64encode(signature).decode(),
            "x-shopify-topic": topic,
            "x-shopify-shop-domain": "ridge.myshopify.com",
            "x-shopify-webhook-id": "webhook-1",
            "x-shopify-event-id": "event-1",
            "x-shopify-triggered-at": "2026-03-01T11:59:58.5Z",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        },
    )


def call(body: bytes = b"", **headers: str) -> Delivery:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Delivery(trigger="called", headers=named, body=body, at=NOON)
