"""`discord`: messages to a Discord channel, by a webhook."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Annotated, Any, ClassVar

from nano_sre.core.alert import REMINDERS, Alert, Channel, Markup, Picture, Reply, Sent
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
    """Sends messages to a Discord channel, with what the shopper saw.

    The first message of a trouble is kept up to date.
    """

    markup: ClassVar[Markup] = "discord"
    example: ClassVar[str] = '{name: shop, discord: {webhook: "${secret.DISCORD_WEBHOOK}"}}'

    webhook: Annotated[
        Template | Url, Doc("The address of the channel's webhook."), Example('"${secret.DISCORD_WEBHOOK}"')
    ]

    async def send_alert(self, alert: Alert, channel: Channel) -> Sent:
        webhook = channel.value(self.webhook).partition("?")[0].rstrip("/")
        first = channel.ref.get("message")
        done = await self._post(f"{webhook}?wait=true", alert, channel)
        if not done.ok or first is None:
            return done
        edited = judged(
            await channel.post(
                f"{webhook}/messages/{first}",
                json=said(alert, channel, picture=channel.ref.get("picture")),
                method="PATCH",
            ),
            channel,
        )
        if edited.ok:
            return Sent(
                ok=True, detail=f"{done.detail}, and the first message is up to date", ref=channel.ref
            )
        return Sent(
            ok=True,
            detail=f"{done.detail}, but the first message stays as it was: {edited.detail}",
            ref=done.ref if edited.permanent else channel.ref,
        )

    async def _post(self, url: str, alert: Alert, channel: Channel) -> Sent:
        """A new message, with its picture unless Discord refuses that. A reminder needs none that hangs above it."""
        known = alert.kind in REMINDERS and channel.ref.get("picture")
        picture = None if known else await channel.picture(alert)
        if picture is None:
            return judged(await channel.post(url, json=said(alert, channel)), channel)
        done = judged(
            await channel.post(
                url,
                form={"payload_json": json.dumps(with_picture(alert, channel, picture))},
                files={"files[0]": picture},
            ),
            channel,
            picture=picture.name,
        )
        if done.ok or not done.permanent:
            return done
        alone = judged(await channel.post(url, json=said(alert, channel)), channel)
        return replace(alone, detail=f"sent without its picture ({done.detail})") if alone.ok else alone


def judged(reply: Reply, channel: Channel, *, picture: str = "") -> Sent:
    """What came of it. Discord says in JSON what is wrong, and what the message is called."""
    answer = body(reply)
    ref = {"message": str(answer["id"]), "picture": picture} if answer.get("id") else None
    words = answer.get("message")
    done = sent(reply, at=channel.now(), ref=ref, words=str(words) if words else None)
    return replace(done, detail="sent") if done.ok else done


def with_picture(alert: Alert, channel: Channel, picture: Picture) -> dict[str, Any]:
    """The message, and what is to be known of the file beside it."""
    attached = {"id": 0, "filename": picture.name, "description": picture.alt}
    return {**said(alert, channel, picture=picture.name), "attachments": [attached]}


def said(alert: Alert, channel: Channel, *, picture: str | None = None) -> dict[str, Any]:
    """The line that says it all, for the notification, and below it what there is to know. Nobody is mentioned.

    `picture` is the name of a file that hangs at the message.
    """
    words = "below" if picture else None
    text = channel.render("discord", alert, markup="discord", limit=DESCRIPTION, picture=words)
    return {
        "content": f"{alert.mark} {channel.render('title', alert, markup='discord', limit=CONTENT - 4)}",
        "embeds": [
            {
                "description": text,
                "color": COLOURS[alert.mark],
                "timestamp": alert.at.isoformat(),
                **({"image": {"url": f"attachment://{picture}"}} if picture else {}),
            }
        ],
        "allowed_mentions": {"parse": []},
    }
