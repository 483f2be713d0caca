"""`webhook`: the alert as JSON to an address of your own."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import field, fields, is_dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from nano_sre.core.alert import Alert, Channel, Markup, Sent
from nano_sre.core.fields import Doc, Example, Text
from nano_sre.core.forms import Url
from nano_sre.core.registry import register
from nano_sre.core.sending import sent
from nano_sre.core.template import Template


@register("alerter", "webhook")
class Webhook:
    """Posts the alert as JSON to an address of your own, signed if you like.

    The same message always has the same `Idempotency-Key`, so what is sent twice can be told. With `secret`,
    `X-Nano-SRE-Signature` is `sha256=` and the HMAC of `X-Nano-SRE-Timestamp`, a full stop and the body.
    """

    markup: ClassVar[Markup] = "plain"
    example: ClassVar[str] = (
        '{name: our-desk, webhook: {url: "https://desk.example.com/alerts", secret: "${secret.DESK_KEY}"}}'
    )

    url: Annotated[Template | Url, Doc("The address."), Example("https://desk.example.com/alerts")]
    headers: Annotated[
        Mapping[str, Text], Doc("Headers to send along."), Example('{Authorization: "${secret.DESK_TOKEN}"}')
    ] = field(default_factory=dict)
    secret: Annotated[
        Text | None, Doc("What the body is signed with, as a secret."), Example('"${secret.DESK_KEY}"')
    ] = None
    format: Annotated[Literal["json"], Doc("How the alert is written.")] = "json"

    async def send_alert(self, alert: Alert, channel: Channel) -> Sent:
        document = {
            "format": "nano-sre/alert",
            "version": 1,
            "headline": channel.render("title", alert),
            "text": channel.render("webhook", alert),
            "is_over": alert.is_over,
            **plain(alert),
        }
        content = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
        headers = {name: channel.value(value) for name, value in self.headers.items()}
        headers |= {"Content-Type": "application/json", "Idempotency-Key": alert.key}
        if self.secret is not None:
            stamp = str(int(channel.now().timestamp()))
            headers |= signature(content, stamp, key=channel.value(self.secret))
        reply = await channel.post(channel.value(self.url), content=content, headers=headers)
        return sent(reply, at=channel.now())


def signature(content: bytes, stamp: str, *, key: str) -> dict[str, str]:
    """The headers that prove who sent a body, and when."""
    digest = hmac.new(key.encode(), f"{stamp}.".encode() + content, hashlib.sha256).hexdigest()
    return {"X-Nano-SRE-Timestamp": stamp, "X-Nano-SRE-Signature": f"sha256={digest}"}


def plain(value: Any) -> Any:
    """Data of an alert as JSON takes it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value
