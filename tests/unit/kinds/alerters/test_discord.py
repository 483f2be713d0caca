from __future__ import annotations

import re

import pytest

from nano_sre.alerts.samples import sample_alerts
from nano_sre.kinds.alerters.discord import Discord
from support.receivers import Receivers
from support.sending import send
from support.uploads import png

ALERTS = sample_alerts()


def to_discord(services: Receivers) -> Discord:
    return Discord(webhook=f"{services.url}/discord/1/token")


@pytest.mark.parametrize("name", ALERTS)
def test_discord_takes_every_kind_of_message(name: str, services: Receivers) -> None:
    (sent,) = send(to_discord(services), ALERTS[name])
    assert sent.ok, sent.detail
    (message,) = services.bodies
    assert "checks/buy.yaml:14:5" in message["embeds"][0]["description"] or "bare" in name or name == "test"


def test_page_text_is_only_text(services: Receivers) -> None:
    send(to_discord(services), ALERTS["hostile"])
    (message,) = services.bodies
    assert not set(re.sub(r"\\.", "", message["content"])) & set("*_~`<[")
    for text in (message["content"], message["embeds"][0]["description"]):
        assert "@everyone" not in text
        assert "\u202e" not in text
        assert text.count("//evil.example") == text.count("\\://evil.example") > 0


def test_the_first_message_is_kept_up_to_date(services: Receivers) -> None:
    first, second = send(to_discord(services), ALERTS["fired"], ALERTS["resolved"])
    assert first.ok
    assert first.ref == second.ref == {"message": "1", "picture": ""}
    assert services.services.messages["1"]["content"].startswith("🟢 Resolved")
    assert len(services.services.messages) == 2


def test_a_first_message_that_was_deleted_is_no_trouble(services: Receivers) -> None:
    (sent,) = send(to_discord(services), ALERTS["reminder"], ref={"message": "77"})
    assert sent.ok
    assert sent.ref == {"message": "1", "picture": ""}
    assert "Unknown Message" in sent.detail


def test_discord_says_in_json_how_long_to_wait(services: Receivers) -> None:
    services.failing.orders += [429]
    services.failing.retry_after = "64.57"
    (sent,) = send(to_discord(services), ALERTS["fired"])
    assert (sent.ok, sent.permanent, sent.retry_after) == (False, False, 64.57)


SHOTS = {"runs/01JDB0/buy-a-snowboard-3.png": png()}
NAME = "buy-a-snowboard-buy-a-snowboard-3.png"


def test_what_the_shopper_saw_hangs_at_the_message(services: Receivers) -> None:
    (sent,) = send(to_discord(services), ALERTS["fired"], files=SHOTS)
    assert (sent.ok, sent.detail, sent.ref) == (True, "sent", {"message": "1", "picture": NAME})
    message = services.services.messages["1"]
    assert message["files"][NAME].data == png()
    assert message["embeds"][0]["image"] == {"url": f"attachment://{NAME}"}
    assert "Screenshot**: below" in message["embeds"][0]["description"]
    (attached,) = message["attachments"]
    assert (
        attached["description"]
        == "The page that “Buy a snowboard” saw on desktop at the step “Add to cart”, when it failed."
    )


def test_the_picture_stays_at_the_first_message_and_comes_once(services: Receivers) -> None:
    alerts = ALERTS["fired"], ALERTS["reminder"], ALERTS["resolved"]
    assert all(each.ok for each in send(to_discord(services), *alerts, files=SHOTS))
    first, reminder, resolved = services.services.messages.values()
    assert first["embeds"][0]["image"] == {"url": f"attachment://{NAME}"}
    assert reminder["files"] == resolved["files"] == {}
    assert "image" not in reminder["embeds"][0]


def test_a_picture_that_discord_refuses_costs_no_message(services: Receivers) -> None:
    services.services.refuses_files = True
    (sent,) = send(to_discord(services), ALERTS["fired"], files=SHOTS)
    assert sent.ok
    assert sent.detail == "sent without its picture (HTTP 413: Request entity too large)"
    (message,) = services.services.messages.values()
    assert message["files"] == {}
    assert "`runs/01JDB0/buy-a-snowboard-3.png` in the data folder" in message["embeds"][0]["description"]


def test_a_try_that_fails_is_repeated_with_the_picture_and_leaves_one_message(services: Receivers) -> None:
    services.failing.orders += [503]
    failed, sent = send(to_discord(services), ALERTS["fired"], ALERTS["fired"], files=SHOTS)
    assert (failed.ok, failed.permanent, sent.ok) == (False, False, True)
    assert [list(each["files"]) for each in services.services.messages.values()] == [[NAME]]
