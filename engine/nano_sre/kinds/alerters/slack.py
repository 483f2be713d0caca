"""`slack`: messages to a Slack channel, by an incoming webhook or by a bot."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from nano_sre.core.alert import Alert, Channel, Markup, Reply, Sent
from nano_sre.core.fields import Doc, Example, Text, Unfit
from nano_sre.core.forms import Url
from nano_sre.core.registry import register
from nano_sre.core.sending import body, retry_after, sent
from nano_sre.core.template import Template

HEADER = 150  # characters of a header block
SECTION = 3_000
BLOCKS = 50
TOTAL = 11_500  # of all blocks: Slack refuses about 13,200, which it documents nowhere
FALLBACK = 3_000
PASSING = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)
GONE = frozenset({"thread_not_found", "message_not_found", "cannot_reply_to_message", "cant_update_message"})


@register("alerter", "slack")
class Slack:
    """Sends messages to a Slack channel.

    With `webhook`, each message stands for itself. With `token` and `channel` a bot writes: what follows goes into
    the thread of the first message, which is kept up to date.
    """

    markup: ClassVar[Markup] = "slack"
    example: ClassVar[str] = '{name: team, slack: {webhook: "${secret.SLACK_WEBHOOK}"}}'

    webhook: Annotated[
        Template | Url | None,
        Doc("The address of an incoming webhook."),
        Example('"${secret.SLACK_WEBHOOK}"'),
    ] = None
    token: Annotated[
        Text | None,
        Doc("The token of a bot that may `chat:write`, in place of a webhook."),
        Example('"${secret.SLACK_TOKEN}"'),
    ] = None
    channel: Annotated[
        Text | None, Doc("Where the bot writes: a channel's id or name."), Example("C0123456789")
    ] = None
    api: Annotated[
        Template | Url, Doc("The address of Slack's API, for those who reach it through a gateway.")
    ] = Url("https://slack.com/api")

    def __post_init__(self) -> None:
        if self.webhook is None and self.token is None:
            raise Unfit(
                "this does not say where to write",
                hint="write `webhook`, or `token` and `channel`",
                code="E209",
            )
        if self.webhook is not None and (self.token is not None or self.channel is not None):
            other = "token" if self.token is not None else "channel"
            raise Unfit(
                f"a webhook knows its channel: “{other}” would mean nothing",
                other,
                key=True,
                code="E209",
                hint="keep either `webhook`, or `token` and `channel`",
            )
        if self.token is not None and self.channel is None:
            raise Unfit(
                "a bot needs to know where to write",
                "token",
                key=True,
                hint="add `channel`, such as C0123456789",
            )

    async def send_alert(self, alert: Alert, channel: Channel) -> Sent:
        message = said(alert, channel)
        if self.webhook is not None:
            reply = await channel.post(channel.value(self.webhook), json=message)
            return sent(reply, at=channel.now())
        return await self._as_bot(message, alert, channel)

    async def _as_bot(self, message: dict[str, Any], alert: Alert, channel: Channel) -> Sent:
        """Write; what belongs to an earlier message goes into its thread, and the earlier one is brought up to date."""
        first = channel.ref
        where = {"channel": first.get("channel") or channel.value(self.channel)}
        in_thread = {"thread_ts": first["ts"]} if "ts" in first else {}
        reply = await self._call("chat.postMessage", {**where, **message, **in_thread}, channel)
        if in_thread and body(reply).get("error") in GONE:
            in_thread = {}
            reply = await self._call("chat.postMessage", {**where, **message}, channel)
        done = judged(reply, channel)
        if not done.ok:
            return done
        if not in_thread:
            answer = body(reply)
            return Sent(
                ok=True, detail="sent", ref={"channel": str(answer["channel"]), "ts": str(answer["ts"])}
            )
        edited = judged(
            await self._call("chat.update", {**where, **message, "ts": first["ts"]}, channel), channel
        )
        detail = (
            "sent to the thread"
            if edited.ok
            else f"sent, but the first message stays as it was: {edited.detail}"
        )
        return Sent(ok=True, detail=detail, ref=first)

    async def _call(self, method: str, given: dict[str, Any], channel: Channel) -> Reply:
        assert self.token is not None
        return await channel.post(
            f"{channel.value(self.api)}/{method}",
            json=given,
            headers={"Authorization": f"Bearer {channel.value(self.token)}"},
        )


def judged(reply: Reply, channel: Channel) -> Sent:
    """What came of a call of Slack's API, which answers 200 to what it refuses."""
    answer = body(reply)
    if reply.status != 200 or answer.get("ok") is True:
        return sent(reply, at=channel.now())
    error = str(answer.get("error") or "an answer that is none of Slack's")
    return Sent(
        ok=False,
        detail=f"Slack refuses: {error}",
        permanent="error" in answer and error not in PASSING,
        retry_after=retry_after(reply, at=channel.now()),
    )


def said(alert: Alert, channel: Channel) -> dict[str, Any]:
    """The message as Block Kit, and as plain text for notifications. Nothing in it is expanded or linked by Slack."""
    head = channel.render("title", alert, limit=HEADER - 3)
    text = channel.render("slack", alert, markup="slack", limit=TOTAL)
    return {
        "text": channel.render("title", alert, markup="slack", limit=FALLBACK),
        "blocks": [
            {
                "type": "header",
                "text": {"type": "plain_text", "text": f"{alert.mark} {head}", "emoji": False},
            },
            *(
                {"type": "section", "text": {"type": "mrkdwn", "text": each, "verbatim": True}}
                for each in sections(text)
            ),
        ],
        "unfurl_links": False,
        "unfurl_media": False,
    }


def sections(text: str) -> list[str]:
    """The text in parts that a section takes, divided between paragraphs, lines or words; never too many parts."""
    parts: list[str] = []
    for paragraph in text.split("\n\n"):
        rest = paragraph
        while size(rest) > SECTION:
            at = max(rest.rfind("\n", 1, SECTION // 2), rest.rfind(" ", 1, SECTION // 2))
            at = at if at > 0 else SECTION // 2
            parts.append(rest[:at])
            rest = rest[at:].lstrip()
        if parts and (len(parts) >= BLOCKS // 4 or not rest) and size(parts[-1]) + size(rest) + 2 <= SECTION:
            parts[-1] = f"{parts[-1]}\n\n{rest}".rstrip()  # a template of many short paragraphs
        elif rest:
            parts.append(rest)
    return parts


def size(text: str) -> int:
    """The length as Slack counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
