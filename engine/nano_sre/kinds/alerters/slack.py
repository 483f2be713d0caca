"""`slack`: messages to a Slack channel, by an incoming webhook or by a bot."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar

from nano_sre.core.alert import REMINDERS, Alert, Channel, Markup, Picture, Press, Reply, Sent, Unsigned
from nano_sre.core.fields import Doc, Example, Text, Unfit
from nano_sre.core.forms import Url
from nano_sre.core.ports import Abort
from nano_sre.core.registry import register
from nano_sre.core.sending import body, retry_after, sent
from nano_sre.core.template import Template
from nano_sre.core.visible import web_address
from nano_sre.kinds._shared.slack_presses import after, buttons, is_genuine, read_press

HEADER = 150  # characters of a header block
SECTION = 3_000
BLOCKS = 50
TOTAL = 11_500  # of all blocks: Slack refuses about 13,200, which it documents nowhere
FALLBACK = 3_000
PATIENCE = 4.0  # seconds for each half of what a picture takes: it must not hold up the words
PASSING = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)
GONE = frozenset({"thread_not_found", "message_not_found", "cannot_reply_to_message", "cant_update_message"})


@register("alerter", "slack")
class Slack:
    """Sends messages to a Slack channel.

    With `webhook`, each message stands for itself. With `token` and `channel` a bot writes: what follows goes into
    the thread of the first message, which is kept up to date. What the shopper saw is put there too, if the bot may
    `files:write`. With `signing_secret` its messages have buttons: set the “Request URL” under “Interactivity” of the
    Slack app to the address of the status page and `/slack/actions`.
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
        Doc(
            "The token of a bot that may `chat:write`, and `files:write` for pictures; in place of a webhook."
        ),
        Example('"${secret.SLACK_TOKEN}"'),
    ] = None
    channel: Annotated[
        Text | None, Doc("Where the bot writes: a channel's id or name."), Example("C0123456789")
    ] = None
    signing_secret: Annotated[
        Text | None,
        Doc(
            "The signing secret of the Slack app: with it, messages have buttons that acknowledge and snooze."
        ),
        Example('"${secret.SLACK_SIGNING_SECRET}"'),
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
        if self.signing_secret is not None and self.token is None:
            raise Unfit(
                "a webhook's messages cannot have buttons: “signing_secret” would mean nothing",
                "signing_secret",
                key=True,
                code="E209",
                hint="write `token` and `channel` in place of `webhook`",
            )
        if isinstance(self.signing_secret, str):
            raise Unfit(
                "this signing secret stands here for everybody to read",
                "signing_secret",
                code="E314",
                hint='write “signing_secret: "${secret.SLACK_SIGNING_SECRET}"” and set SLACK_SIGNING_SECRET in the '
                "environment or in .env",
            )
        if self.token is not None and self.channel is None:
            raise Unfit(
                "a bot needs to know where to write",
                "token",
                key=True,
                hint="add `channel`, such as C0123456789",
            )

    async def send_alert(self, alert: Alert, channel: Channel) -> Sent:
        if self.webhook is not None:
            reply = await channel.post(channel.value(self.webhook), json=said(alert, channel))
            return sent(reply, at=channel.now())
        known = alert.kind in REMINDERS and channel.ref.get("picture")
        picture = None if known else await channel.picture(alert)
        if picture is None:
            return await self._as_bot(self._said(alert, channel), channel)
        # Nobody sees what is uploaded before it is shared. That is done first, so that little can happen between
        # Slack's yes to the message and our knowing of it.
        uploaded = await _soon(self._upload(picture, channel))
        words = "in the thread" if uploaded.ok else None
        done = await self._as_bot(self._said(alert, channel, picture=words), channel)
        if not done.ok or done.ref is None:
            return done
        shown = await _soon(self._share(uploaded, done.ref, channel)) if uploaded.ok else uploaded
        if not shown.ok:
            return replace(done, detail=f"{done.detail}, but without its picture: {shown.detail}")
        return replace(done, ref={**done.ref, "picture": picture.name})

    def _said(self, alert: Alert, channel: Channel, *, picture: str | None = None) -> dict[str, Any]:
        """The message, with buttons in place of links where somebody hears of their being pressed."""
        if not self.has_buttons:
            return said(alert, channel, picture=picture)
        message = said(replace(alert, acknowledge=None), channel, picture=picture)
        pressed = buttons(alert.incidents, web_address(alert.link))
        return {**message, "blocks": [*message["blocks"], *pressed]}

    @property
    def has_buttons(self) -> bool:
        return self.signing_secret is not None

    def pressed(self, headers: Mapping[str, str], content: bytes, channel: Channel) -> Press | None:
        secret = channel.value(self.signing_secret)
        if not is_genuine(headers, content, secret=secret, now=channel.now()):
            raise Unsigned
        return read_press(content)

    async def show(self, press: Press, words: str, channel: Channel, *, gone: tuple[str, ...]) -> Sent:
        message = press.message
        given = {
            "channel": message["channel"],
            "ts": message["ts"],
            "text": message["text"],
            "blocks": after(press, words, gone=gone),
        }
        return await _soon(self._judged("chat.update", given, channel))

    async def _judged(self, method: str, given: dict[str, Any], channel: Channel) -> Sent:
        return judged(await self._call(method, channel, given), channel)

    async def _upload(self, picture: Picture, channel: Channel) -> Sent:
        """Leave the picture with Slack; `ref` then holds its `file`."""
        about = {"filename": picture.name, "length": str(len(picture.data)), "alt_txt": picture.alt}
        reply = await self._call("files.getUploadURLExternal", channel, form=about)
        done = judged(reply, channel)
        if not done.ok:
            return done
        answer = body(reply)
        kind = {"Content-Type": picture.media_type}
        taken = await channel.post(str(answer.get("upload_url")), content=picture.data, headers=kind)
        return replace(
            sent(taken, at=channel.now()), ref={"file": str(answer.get("file_id")), "title": picture.alt}
        )

    async def _share(self, uploaded: Sent, first: Mapping[str, str], channel: Channel) -> Sent:
        """Show what was uploaded in the thread of a message."""
        file = uploaded.ref or {}
        given = {
            "files": [{"id": file["file"], "title": file["title"]}],
            "channel_id": first["channel"],
            "thread_ts": first["ts"],
        }
        return judged(await self._call("files.completeUploadExternal", channel, given), channel)

    async def _as_bot(self, message: dict[str, Any], channel: Channel) -> Sent:
        """Write; what belongs to an earlier message goes into its thread, and the earlier one is brought up to date."""
        first = channel.ref
        where = {"channel": first.get("channel") or channel.value(self.channel)}
        in_thread = {"thread_ts": first["ts"]} if "ts" in first else {}
        reply = await self._call("chat.postMessage", channel, {**where, **message, **in_thread})
        if in_thread and body(reply).get("error") in GONE:
            in_thread = {}
            reply = await self._call("chat.postMessage", channel, {**where, **message})
        done = judged(reply, channel)
        if not done.ok:
            return done
        if not in_thread:
            answer = body(reply)
            ref = {"channel": str(answer["channel"]), "ts": str(answer["ts"]), "picture": ""}
            return Sent(ok=True, detail="sent", ref=ref)
        edited = judged(
            await self._call("chat.update", channel, {**where, **message, "ts": first["ts"]}), channel
        )
        detail = (
            "sent to the thread"
            if edited.ok
            else f"sent, but the first message stays as it was: {edited.detail}"
        )
        return Sent(ok=True, detail=detail, ref=first)

    async def _call(
        self,
        method: str,
        channel: Channel,
        given: dict[str, Any] | None = None,
        *,
        form: dict[str, str] | None = None,
    ) -> Reply:
        assert self.token is not None
        return await channel.post(
            f"{channel.value(self.api)}/{method}",
            json=given,
            form=form,
            headers={"Authorization": f"Bearer {channel.value(self.token)}"},
        )


async def _soon(work: Awaitable[Sent]) -> Sent:
    """What came of something that the message does not depend on."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await work
    except TimeoutError:
        return Sent(ok=False, detail=f"no answer within {PATIENCE:g} s")
    except (OSError, Abort) as error:
        return Sent(ok=False, detail=str(error))


def judged(reply: Reply, channel: Channel) -> Sent:
    """What came of a call of Slack's API, which answers 200 to what it refuses."""
    answer = body(reply)
    if reply.status != 200 or answer.get("ok") is True:
        return sent(reply, at=channel.now())
    error = str(answer.get("error") or "an answer that is none of Slack's")
    lacking = f" ({answer['needed']})" if error == "missing_scope" and answer.get("needed") else ""
    return Sent(
        ok=False,
        detail=f"Slack refuses: {error}{lacking}",
        permanent="error" in answer and error not in PASSING,
        retry_after=retry_after(reply, at=channel.now()),
    )


def said(alert: Alert, channel: Channel, *, picture: str | None = None) -> dict[str, Any]:
    """The message as Block Kit, and as plain text for notifications. Nothing in it is expanded or linked by Slack.

    `picture` says where what the shopper saw is found.
    """
    head = channel.render("title", alert, limit=HEADER - 3)
    text = channel.render("slack", alert, markup="slack", limit=TOTAL, picture=picture)
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
