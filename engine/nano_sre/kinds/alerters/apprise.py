"""`apprise`: the hundred further services that the Apprise library knows."""

from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.alert import Alert, Channel, Markup, Sent
from nano_sre.core.fields import Doc, Example, Text
from nano_sre.core.registry import register

BODY = 3_000  # many of the services cut at some thousand characters, in the middle of whatever stands there


@register("alerter", "apprise")
class Apprise:
    """Sends messages by the Apprise library, which knows a hundred services more.

    It is an extra: `pip install 'nano-sre[apprise]'`.
    """

    markup: ClassVar[Markup] = "plain"
    example: ClassVar[str] = '{name: phone, apprise: {url: "${secret.APPRISE_URL}"}}'

    url: Annotated[
        Text, Doc("An address as Apprise writes them."), Example('"pover://${secret.PUSHOVER_KEYS}"')
    ]

    async def send_alert(self, alert: Alert, channel: Channel) -> Sent:
        mood = {"🔴": "failure", "🟠": "warning", "🟡": "warning", "🟢": "success"}.get(alert.mark, "info")
        await channel.apprise(
            channel.value(self.url),
            title=channel.render("title", alert, limit=250),
            body=channel.render("apprise", alert, limit=BODY),
            mood=mood,
        )
        return Sent(ok=True, detail="sent by Apprise")
