"""`pagerduty`: incidents of a PagerDuty service, by its Events API v2."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, ClassVar, TypeGuard

from nano_sre.core.alert import Alert, Channel, Markup, Sent
from nano_sre.core.fields import Doc, Example, Text
from nano_sre.core.forms import Url
from nano_sre.core.registry import register
from nano_sre.core.sending import body, sent
from nano_sre.core.template import Template
from nano_sre.core.visible import web_address

SUMMARY = 1_024
DEDUP_KEY = 255
DETAILS = 100_000  # characters; an event may have 512,000 bytes
SEVERITIES = {"P0": "critical", "P1": "error", "P2": "warning"}


@register("alerter", "pagerduty")
class PagerDuty:
    """Opens incidents of a PagerDuty service, and resolves them when all of it has recovered.

    What is sent twice pages once. Of a partial recovery PagerDuty is not told: there is still somebody to page.
    """

    markup: ClassVar[Markup] = "plain"
    example: ClassVar[str] = '{name: pager, pagerduty: {routing_key: "${secret.PAGERDUTY_KEY}"}}'

    routing_key: Annotated[
        Text, Doc("The integration key of the service (Events API v2)."), Example('"${secret.PAGERDUTY_KEY}"')
    ]
    url: Annotated[
        Template | Url, Doc("Where events go; the European service region has an address of its own.")
    ] = Url("https://events.pagerduty.com/v2/enqueue")

    async def send_alert(self, alert: Alert, channel: Channel) -> Sent:
        if alert.kind == "partly_resolved":
            return Sent(ok=True, detail="nothing to tell: it is not over yet")
        done = await self._send("resolve" if alert.is_over else "trigger", alert, channel)
        if alert.kind == "test" and done.ok:  # nobody is to be woken for long by a test
            return await self._send("resolve", alert, channel)
        return done

    async def _send(self, action: str, alert: Alert, channel: Channel) -> Sent:
        event: dict[str, Any] = {
            "routing_key": channel.value(self.routing_key),
            "event_action": action,
            "dedup_key": dedup_key(alert.thread),
        }
        if action == "trigger":
            event |= description(alert, channel)
        reply = await channel.post(channel.value(self.url), json=event)
        answer = body(reply)
        errors = answer.get("errors")
        words = (
            "; ".join(map(str, errors))
            if isinstance(errors, list)
            else str(answer.get("message") or reply.text)
        )
        return sent(reply, at=channel.now(), words=words)


def dedup_key(thread: str) -> str:
    """What PagerDuty knows the trouble by: at most 255 characters, and another one for every thread."""
    if len(thread) <= DEDUP_KEY:
        return thread
    return f"{thread[:180]}:{hashlib.sha256(thread.encode()).hexdigest()}"


def is_public(address: str | None) -> TypeGuard[str]:
    """Whether a service can be expected to fetch a picture from there: PagerDuty shows none that comes by http."""
    return address is not None and address.startswith("https://")


def description(alert: Alert, channel: Channel) -> dict[str, Any]:
    """What PagerDuty shows of an event."""
    first = alert.first
    links = [
        {"href": address, "text": text}
        for url, text in ((alert.link, "Details"), (first.runbook, "Runbook"))
        if (address := web_address(url))
    ]
    shot = web_address(alert.picture)
    return {
        "client": "Nano-SRE",
        **({"images": [{"src": shot, "alt": "What the shopper saw"}]} if is_public(shot) else {}),
        **({"client_url": links[0]["href"]} if links and links[0]["text"] == "Details" else {}),
        **({"links": links} if links else {}),
        "payload": {
            "summary": channel.render("title", alert, limit=SUMMARY),
            "source": first.store_url or first.store_id,
            "severity": "info" if alert.kind == "test" else SEVERITIES.get(alert.severity, "info"),
            "timestamp": alert.at.isoformat(),
            "component": first.check_id,
            "group": first.store_id,
            "class": alert.cause.id if alert.cause else first.kind,
            "custom_details": {"message": channel.render("pagerduty", alert, limit=DETAILS)},
        },
    }
