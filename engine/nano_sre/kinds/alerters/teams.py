"""`teams`: messages to a Microsoft Teams channel, by a webhook of Workflows."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, ClassVar

from nano_sre.core.alert import BOLD_OFF, BOLD_ON, Alert, Channel, Markup, Sent
from nano_sre.core.fields import Doc, Example
from nano_sre.core.forms import Url
from nano_sre.core.registry import register
from nano_sre.core.sending import sent
from nano_sre.core.template import Template
from nano_sre.core.visible import web_address

LARGEST = 27_000  # bytes of the whole message; Teams takes 28 KB
TITLE = 400
MOST_BUTTONS = 3
_BOLD = re.compile(f"{BOLD_ON}([^{BOLD_OFF}]*){BOLD_OFF}")


@register("alerter", "teams")
class Teams:
    """Sends messages to a channel of Microsoft Teams, by the webhook of a workflow.

    In Teams, choose “Workflows” at the channel and “Send webhook alerts to a channel”.
    """

    markup: ClassVar[Markup] = "teams"
    example: ClassVar[str] = '{name: office, teams: {webhook: "${secret.TEAMS_WEBHOOK}"}}'

    webhook: Annotated[
        Template | Url, Doc("The address that the workflow gives."), Example('"${secret.TEAMS_WEBHOOK}"')
    ]

    async def send_alert(self, alert: Alert, channel: Channel) -> Sent:
        message = next(
            made
            for limit in (12_000, 6_000, 3_000, 1_000)
            if len(json.dumps(made := said(alert, channel, limit=limit))) <= LARGEST or limit == 1_000
        )
        reply = await channel.post(channel.value(self.webhook), json=message)
        refused = re.search(r"returned HTTP error (\d{3})", reply.text)
        if reply.status == 200 and refused:  # a workflow may answer 200 to what Teams refuses
            return Sent(
                ok=False,
                detail=f"Teams answers {refused[1]}",
                permanent=refused[1] not in ("429", "500", "503"),
            )
        return sent(reply, at=channel.now())


def said(alert: Alert, channel: Channel, *, limit: int) -> dict[str, Any]:
    """An Adaptive Card. Page text stands in runs of text, in which Teams looks for no markup."""
    title = channel.render("title", alert, limit=TITLE)
    text = channel.render("teams", alert, markup="teams", limit=limit)
    heading = {"type": "TextRun", "text": f"{alert.mark} {title}", "weight": "Bolder"}
    links = [(alert.link, "Details"), (alert.first.runbook, "Runbook"), (alert.acknowledge, "Acknowledge")]
    actions = [
        {"type": "Action.OpenUrl", "title": words, "url": address}
        for url, words in links
        if (address := web_address(url))
    ]
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "fallbackText": title,
        "body": [
            {"type": "RichTextBlock", "inlines": [heading]},
            *(block for paragraph in text.split("\n\n") for block in lines_of(paragraph)),
        ],
        "actions": actions[:MOST_BUTTONS],
    }
    shot = web_address(alert.picture)
    if shot and shot.startswith(
        "https://"
    ):  # Teams fetches it for each reader, and shows none that comes by http
        card["body"].append({"type": "Image", "url": shot, "altText": "What the shopper saw"})
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return {"type": "message", "attachments": [attachment]}


def lines_of(paragraph: str) -> list[dict[str, Any]]:
    """The lines of a paragraph, each a block of its own: a run of text breaks no line in every client."""
    return [
        {
            "type": "RichTextBlock",
            "inlines": runs(line),
            "spacing": "Medium" if number == 0 else "None",
        }
        for number, line in enumerate(line for line in paragraph.splitlines() if line.strip())
    ]


def runs(line: str) -> list[dict[str, Any]]:
    """A line in runs of text, those between the marks of bold in bold."""
    found: list[dict[str, Any]] = []
    for number, part in enumerate(_BOLD.split(line)):
        text = part.replace(BOLD_ON, "").replace(BOLD_OFF, "")
        if text:
            found.append({"type": "TextRun", "text": text} | ({"weight": "Bolder"} if number % 2 else {}))
    return found or [{"type": "TextRun", "text": " "}]
