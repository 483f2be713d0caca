from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from nano_sre.alerts.samples import alert, item, sample_alerts, several
from nano_sre.core.fields import Unfit
from nano_sre.kinds.alerters.slack import Slack, sections
from support.receivers import SLACK_TOKEN, Receivers
from support.sending import secret, send
from support.uploads import png

ALERTS = sample_alerts()
HIDDEN = {"HOOK": "http://127.0.0.1:1/T000/B000/xyzzyxyzzy", "TOKEN": SLACK_TOKEN}


def bot(services: Receivers, channel: str = "#alerts", token: str = "TOKEN", **more: Any) -> Slack:
    return Slack(token=secret(token), channel=channel, api=f"{services.url}/slack/api", **more)


def text_of(message: dict[str, Any]) -> str:
    return "\n".join(block["text"]["text"] for block in message["blocks"] if "text" in block)


def buttons_of(message: dict[str, Any]) -> dict[str, str]:
    """Words of the buttons, and what each of them carries."""
    elements = [e for block in message["blocks"] if block["type"] == "actions" for e in block["elements"]]
    return {each["text"]["text"]: each.get("value") or each["url"] for each in elements}


@pytest.mark.parametrize("name", ALERTS)
def test_slack_takes_every_kind_of_message(name: str, services: Receivers) -> None:
    (sent,) = send(Slack(webhook=f"{services.url}/slack/webhook"), ALERTS[name])
    assert sent.ok, [each.failed for each in services.journal.entries]


def test_page_text_neither_mentions_nor_links(services: Receivers) -> None:
    send(Slack(webhook=f"{services.url}/slack/webhook"), ALERTS["hostile"])
    (message,) = services.bodies
    for text in (text_of(message).partition("\n")[2], message["text"]):
        for bad in ("<!channel>", "<@U1>", "@everyone", "<https://evil", "\u202e", "\x1b", "\u200b\n"):
            assert bad not in text
        assert "&lt;!channel&gt;" in text
    assert all(block["text"].get("verbatim", True) for block in message["blocks"])


def test_what_follows_goes_into_the_thread_and_the_first_message_is_kept_up_to_date(
    services: Receivers,
) -> None:
    done = send(
        bot(services), ALERTS["fired"], ALERTS["reminder"], ALERTS["resolved"], environ={"TOKEN": SLACK_TOKEN}
    )
    assert [each.ok for each in done] == [True] * 3
    assert len({each.ref["ts"] for each in done if each.ref}) == 1
    first, reminder, resolved = services.services.messages.values()
    assert text_of(first).startswith("🟢 Resolved after 24 minutes")
    root = done[0].ref["ts"]  # type: ignore[index]
    assert reminder["thread_ts"] == resolved["thread_ts"] == root
    assert done[0].ref == {"channel": "C0123456789", "ts": root, "picture": ""}


def test_a_first_message_that_was_deleted_begins_a_thread_anew(services: Receivers) -> None:
    (sent,) = send(
        bot(services),
        ALERTS["reminder"],
        environ={"TOKEN": SLACK_TOKEN},
        ref={"channel": "C0123456789", "ts": "1.1"},
    )
    assert sent.ok
    assert sent.ref is not None
    assert sent.ref["ts"] != "1.1"
    assert "thread_ts" not in services.services.messages[sent.ref["ts"]]


@pytest.mark.parametrize(
    ("channel", "token", "error"),
    [("#alerts", "xoxb-another-one-0123456789", "invalid_auth"), ("#gone", SLACK_TOKEN, "channel_not_found")],
)
def test_200_with_an_error_is_no_success(channel: str, token: str, error: str, services: Receivers) -> None:
    (sent,) = send(bot(services, channel), ALERTS["fired"], environ={"TOKEN": token})
    assert not sent.ok
    assert sent.permanent
    assert sent.detail == f"Slack refuses: {error}"


def test_a_limit_is_waited_for(services: Receivers) -> None:
    services.failing.orders += [429]
    services.failing.retry_after = "30"
    (sent,) = send(bot(services), ALERTS["fired"], environ={"TOKEN": SLACK_TOKEN})
    assert (sent.ok, sent.permanent, sent.retry_after) == (False, False, 30.0)


def test_an_address_that_is_gone_is_said_without_the_address() -> None:
    (sent,) = send(Slack(webhook=secret("HOOK")), ALERTS["fired"], environ=HIDDEN)
    assert not sent.ok
    assert not sent.permanent
    assert "xyzzy" not in sent.detail


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "does not say where"),
        ({"webhook": "https://x", "token": "t", "channel": "c"}, "would mean nothing"),
        ({"webhook": "https://x", "channel": "c"}, "“channel” would mean nothing"),
        ({"token": "t"}, "needs to know where"),
        ({"webhook": "https://x", "signing_secret": secret("S")}, "cannot have buttons"),
        ({"token": "t", "channel": "c", "signing_secret": "plain"}, "for everybody to read"),
        ({"channel": "c"}, "does not say where"),
    ],
)
def test_a_webhook_or_a_bot(given: dict[str, str], told: str) -> None:
    with pytest.raises(Unfit, match=told):
        Slack(**given)


def test_sections_lose_nothing_and_are_never_too_many() -> None:
    words = [f"word{n}" for n in range(1_500)]
    for text in ("\n\n".join(words), " ".join(words), "x" * 11_000, "🛒" * 5_000):
        parts = sections(text)
        assert len(parts) < 50
        assert max(len(each) for each in parts) <= 3_000
        assert "".join("".join(parts).split()) == "".join(text.split())


SHOTS = {"runs/01JDB0/buy-a-snowboard-3.png": png()}
BOT = {"TOKEN": SLACK_TOKEN}


def calls(services: Receivers) -> list[str]:
    return [each.path.removeprefix("/slack/").partition("/F")[0] for each in services.journal.entries]


def test_what_the_shopper_saw_is_in_the_thread(services: Receivers) -> None:
    (sent,) = send(bot(services), ALERTS["fired"], environ=BOT, files=SHOTS)
    assert (sent.ok, sent.detail) == (True, "sent")
    (file,) = services.services.files.values()
    assert file["data"] == png()
    assert file["shared"] == sent.ref["ts"]  # type: ignore[index]
    assert "saw on desktop at the step “Add to cart”" in file["alt_txt"]
    assert "Screenshot*: in the thread" in text_of(services.services.messages[file["shared"]])
    # What is slow is done before the message, which nobody is to get twice.
    assert calls(services) == [
        "api/files.getUploadURLExternal",
        "upload",
        "api/chat.postMessage",
        "api/files.completeUploadExternal",
    ]


def test_the_picture_comes_once_however_often_it_is_said(services: Receivers) -> None:
    alerts = ALERTS["fired"], ALERTS["reminder"], ALERTS["resolved"]
    done = send(bot(services), *alerts, environ=BOT, files=SHOTS)
    assert all(each.ok for each in done)
    assert len(services.services.files) == 1


def test_a_try_that_fails_shows_no_picture_and_the_next_one_shows_it_once(services: Receivers) -> None:
    alert = ALERTS["fired"]
    services.failing.orders += [None, None, 503]  # the upload passes, the message does not
    failed, sent = send(bot(services), alert, alert, environ=BOT, files=SHOTS)
    assert (failed.ok, sent.ok) == (False, True)
    assert [file["shared"] is not None for file in services.services.files.values()] == [False, True]
    assert len(services.services.messages) == 1


def test_a_bot_that_may_send_no_files_still_tells(services: Receivers) -> None:
    services.services.refuses_files = True
    (sent,) = send(bot(services), ALERTS["fired"], environ=BOT, files=SHOTS)
    assert sent.ok
    assert sent.detail == "sent, but without its picture: Slack refuses: missing_scope (files:write)"
    (message,) = services.services.messages.values()
    assert "`runs/01JDB0/buy-a-snowboard-3.png` in the data folder" in text_of(message)


@pytest.mark.parametrize("broken", [1, 2, 4])
def test_a_step_of_the_upload_that_breaks_costs_no_message(broken: int, services: Receivers) -> None:
    services.failing.orders += [None] * (broken - 1) + ["reset"]
    (sent,) = send(bot(services), ALERTS["fired"], environ=BOT, files=SHOTS)
    assert sent.ok
    assert "but without its picture" in sent.detail
    assert len(services.services.messages) == 1


WITH_BUTTONS = {**BOT, "SIGNING": "x" * 32}


@pytest.mark.parametrize("name", ALERTS)
def test_slack_takes_every_kind_of_message_with_its_buttons(name: str, services: Receivers) -> None:
    made = bot(services, signing_secret=secret("SIGNING"))
    (sent,) = send(made, replace(ALERTS[name], acknowledge="https://x.example/a"), environ=WITH_BUTTONS)
    assert sent.ok, [each.failed for each in services.journal.entries]
    (message,) = services.services.messages.values()
    assert "x.example" not in text_of(message)


def test_buttons_act_on_all_incidents_of_the_message_and_end_with_it(services: Receivers) -> None:
    made = bot(services, signing_secret=secret("SIGNING"))
    trouble = alert("fired", "group", item(incident=7), item(incident=9), *several(200, incident=11))
    send(made, trouble, alert("resolved", "group", item()), environ=WITH_BUTTONS)
    first, resolved = services.services.messages.values()
    journal = [each.body for each in services.journal.taken]
    assert buttons_of(journal[0]) == {
        "Acknowledge": "7 9 11",
        "Snooze 1 h": "7 9 11",
        "Open report": "http://127.0.0.1:8700/incidents/7",
    }
    assert list(buttons_of(first)) == list(buttons_of(resolved)) == ["Open report"]


def test_without_a_signing_secret_there_is_no_button_that_nobody_hears_of(services: Receivers) -> None:
    linked = replace(ALERTS["fired"], acknowledge="https://x.example/acknowledge/y")
    send(bot(services), linked, environ=BOT)
    (message,) = services.services.messages.values()
    assert buttons_of(message) == {}
    assert "<https://x.example/acknowledge/y|Acknowledge>" in text_of(message)
