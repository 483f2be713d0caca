"""A journey fails in a real browser, its picture reaches Slack and mail, and who presses the button is written down."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from support.agents import PATIENCE, AgentProcess, agent
from support.cli import STORE, Desk
from support.mailbox import Mailbox, mailbox
from support.pages import Site, site
from support.processes import wait_for
from support.receivers import SIGNING_SECRET, SLACK_TOKEN, Receivers, press, receivers

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

JOURNEY = """\
version: 1
kind: journey
id: buy
name: Buy
every: 2s
retries: 0
devices: [desktop]
timeout: 30s
steps:
  - open: /
  - see: {text: Add to cart, timeout: 1s}
"""
ALERTERS = """\
version: 1
alerters:
  - name: team
    slack:
      token: "${{secret.SLACK_TOKEN}}"
      channel: C0123456789
      signing_secret: "${{secret.SIGNING}}"
      api: {url}/slack/api
  - name: mail
    email: {{to: shop@example.com, from: nano-sre@example.com, server: "{host}", port: {port}, tls: "off"}}
link: https://status.example.com
routes:
  - {{send_to: [team, mail]}}
policy: {{group_wait: 0s, at_most_every: 0s, fail_after: 1, flapping: off, remind_every: 30d}}
"""
TOKEN = "the-token-of-the-status-page"


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[tuple[Desk, Site, Receivers, Mailbox]]:
    with ExitStack() as stack:
        shop = stack.enter_context(site(index="<title>Shop</title><h1>Snowboards</h1>"))
        told, post = stack.enter_context(receivers()), stack.enter_context(mailbox())
        desk = Desk(
            tmp_path,
            {
                "SHOP_URL": shop.url,
                "SLACK_TOKEN": SLACK_TOKEN,
                "SIGNING": SIGNING_SECRET,
                "NANO_SRE_TOKEN": TOKEN,
            },
        )
        desk.write("store.yaml", STORE)
        desk.write("buy.yaml", JOURNEY)
        desk.write("alerters.yaml", ALERTERS.format(url=told.url, host=post.host, port=post.port))
        yield desk, shop, told, post


def test_the_picture_comes_with_the_message_and_the_button_is_heard(
    scene: tuple[Desk, Site, Receivers, Mailbox],
) -> None:
    desk, shop, told, post = scene
    files, messages = told.services.files, told.services.messages
    with agent(desk, "checks") as running:
        wait_for(
            lambda: post.messages and any(each["shared"] for each in files.values()),
            seconds=PATIENCE,
            what="the picture",
        )
        (kept,) = {each.read_bytes() for each in newest(desk)} & {each["data"] for each in files.values()}
        assert kept.startswith(b"\x89PNG")
        assert kept == pictures_of(post.messages[0])[0]
        acknowledge(running, messages)
        wait_for(lambda: "ada (Slack)" in acknowledged(desk), seconds=PATIENCE, what="the acknowledgement")
        status, page = running.ask(acknowledge_link(post.messages[0]))
        assert (status, "Acknowledged by ada (Slack)" in page) == (200, True)
        shop.put("/", "<title>Shop</title><button>Add to cart</button>")
        wait_for(lambda: len(post.messages) == 2, seconds=PATIENCE, what="the end of it")
        assert pictures_of(post.messages[1]) == []
        wait_for(lambda: len(messages) == 2, seconds=PATIENCE, what="the end of it in Slack")
        assert len(files) == 1
        assert running.end() == 0
    assert "Traceback" not in running.said


def newest(desk: Desk) -> list[Path]:
    return list((desk.data / "runs").glob("**/*-failure.png"))


def acknowledged(desk: Desk) -> list[str]:
    return [str(row[0]) for row in desk.rows("SELECT acknowledged_by FROM incidents")]


def acknowledge(running: AgentProcess, messages: dict[str, dict[str, Any]]) -> None:
    ts, message = next(iter(messages.items()))
    headers, body = press(message, ts, "acknowledge", at=time.time())
    forged, _ = press(message, ts, "acknowledge", at=time.time(), key="another")
    assert running.ask("/slack/actions", body=body, **forged)[0] == 401
    assert running.ask("/slack/actions", body=body, **headers)[0] == 200
    wait_for(
        lambda: any(each["type"] == "context" for each in messages[ts]["blocks"]),
        seconds=PATIENCE,
        what="the changed message",
    )


def pictures_of(message: Any) -> list[bytes]:
    return [part.get_content() for part in message.walk() if part.get_content_maintype() == "image"]


def acknowledge_link(message: Any) -> str:
    """The path of the signed link in the HTML of a message."""
    html = message.get_body(("html",)).get_content()
    return "/acknowledge/" + html.partition("https://status.example.com/acknowledge/")[2].partition('"')[0]
