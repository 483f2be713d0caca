"""`discord`: messages to a Discord channel, by a webhook."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from nano_sre.core.alert import Alert, Channel, Markup, Reply, Sent
from nano_sre.core.fields import Doc, Example
from nano_sre.core.forms import Url
from nano_sre.core.registry import register
from nano_sre.core.sending import body, sent
from nano_sre.core.template import Template

CONTENT = 2_000
DESCRIPTION = 4_096
COLOURS = {"🔴": 0xD7263D, "🟠": 0xF46036, "⚪": 0x8D99AE, "🟡": 0xF4C430, "🟢": 0x2E933C, "🔵": 0x1B98E0}


@register("alerter", "discord")
class Discord:
    """Sends messages to a Discord channel. The first message of a trouble is kept up to date."""

    markup: ClassVar[Markup] = "discord"
    example: ClassVar[str] = '{name: shop, discord: {webhook: "${secret.DISCORD_WEBHOOK}"}}'

    webhook: Annotated[
        Template | Url, Doc("The address of the channel's webhook."), Example('"${secret.DISCORD_WEBHOOK}"')
    ]

    async def send_alert(self, alert: Alert, channel: Channel) -> Sent:
        webhook = channel.value(self.webhook).partition("?")[0].rstrip("/")
        first = channel.ref.get("message")
        message = said(alert, channel)
        done = judged(await channel.post(f"{webhook}?wait=true", json=message), channel)
        if not done.ok or first is None:
            return done
        edited = judged(
            await channel.post(f"{webhook}/messages/{first}", json=message, method="PATCH"), channel
        )
        if edited.ok:
            return Sent(ok=True, detail="sent, and the first message is up to date", ref=channel.ref)
        return Sent(
            ok=True,
            detail=f"sent, but the first message stays as it was: {edited.detail}",
            ref=done.ref if edited.permanent else channel.ref,
        )


def judged(reply: Reply, channel: Channel) -> Sent:
    """What came of it. Discord says in JSON what is wrong, and what the message is called."""
    answer = body(reply)
    ref = {"message": str(answer["id"])} if answer.get("id") else None
    words = answer.get("message")
    return sent(reply, at=channel.now(), ref=ref, words=str(words) if words else None)


def said(alert: Alert, channel: Channel) -> dict[str, Any]:
    """The line that says it all, for the notification, and below it what there is to know. Nobody is mentioned."""
    return {
        "content": f"{alert.mark} {channel.render('title', alert, markup='discord', limit=CONTENT - 4)}",
        "embeds": [
            {
                "description": channel.render("discord", alert, markup="discord", limit=DESCRIPTION),
                "color": COLOURS[alert.mark],
                "timestamp": alert.at.isoformat(),
            }
        ],
        "allowed_mentions": {"parse": []},
    }
