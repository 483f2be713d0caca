from __future__ import annotations

import re

import pytest

from nano_sre.alerts.samples import sample_alerts
from nano_sre.kinds.alerters.discord import Discord
from support.receivers import Receivers
from support.sending import send

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
    assert first.ref == second.ref == {"message": "1"}
    assert services.services.messages["1"]["content"].startswith("🟢 Resolved")
    assert len(services.services.messages) == 2


def test_a_first_message_that_was_deleted_is_no_trouble(services: Receivers) -> None:
    (sent,) = send(to_discord(services), ALERTS["reminder"], ref={"message": "77"})
    assert sent.ok
    assert sent.ref == {"message": "1"}
    assert "Unknown Message" in sent.detail


def test_discord_says_in_json_how_long_to_wait(services: Receivers) -> None:
    services.failing.orders += [429]
    services.failing.retry_after = "64.57"
    (sent,) = send(to_discord(services), ALERTS["fired"])
    assert (sent.ok, sent.permanent, sent.retry_after) == (False, False, 64.57)
