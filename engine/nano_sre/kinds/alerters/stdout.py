"""`stdout`: messages on the terminal of the agent."""

from __future__ import annotations

from typing import ClassVar

from nano_sre.core.alert import Alert, Channel, Markup, Sent
from nano_sre.core.registry import register


@register("alerter", "stdout")
class Stdout:
    """Prints messages on the terminal, or into whatever the agent's output is sent to."""

    markup: ClassVar[Markup] = "plain"
    example: ClassVar[str] = "{name: console, stdout: {}}"

    async def send_alert(self, alert: Alert, channel: Channel) -> Sent:
        title = channel.render("title", alert)
        text = channel.render("stdout", alert)
        indented = "\n".join(f"  {line}" if line else "" for line in text.splitlines())
        channel.say(f"{title}\n{indented}\n")
        return Sent(ok=True, detail="printed")
