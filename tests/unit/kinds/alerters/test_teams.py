from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from nano_sre.alerts.samples import sample_alerts
from nano_sre.kinds.alerters.teams import Teams
from support.pages import site
from support.receivers import Receivers
from support.sending import send

ALERTS = sample_alerts()


def lines_of(message: dict[str, Any]) -> list[str]:
    body = message["attachments"][0]["content"]["body"]
    return ["".join(run["text"] for run in block["inlines"]) for block in body]


@pytest.mark.parametrize("name", ALERTS)
def test_teams_takes_every_kind_of_message(name: str, services: Receivers) -> None:
    (sent,) = send(Teams(webhook=f"{services.url}/teams"), ALERTS[name])
    assert sent.ok, [each.failed for each in services.journal.entries]


def test_the_card_says_what_the_other_channels_say(services: Receivers) -> None:
    send(Teams(webhook=f"{services.url}/teams"), ALERTS["fired"])
    (message,) = services.bodies
    lines = lines_of(message)
    assert lines[0] == "🔴 P1 hydrogen: Shoppers cannot add products to the cart"
    assert "Written at: checks/buy.yaml:14:5" in lines
    card = message["attachments"][0]["content"]
    assert [each["title"] for each in card["actions"]] == ["Details", "Runbook"]
    bold = [
        run["text"] for block in card["body"] for run in block["inlines"] if run.get("weight") == "Bolder"
    ]
    assert "Likely cause" in bold
    assert "\ue000" not in json.dumps(message, ensure_ascii=False)


def test_a_workflow_that_answers_200_to_what_teams_refuses() -> None:
    words = "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429"
    with site() as flow:
        flow.put("/hook", words)
        (sent,) = send(Teams(webhook=f"{flow.url}/hook"), ALERTS["fired"])
    assert (sent.ok, sent.permanent) == (False, False)


def test_a_picture_that_the_web_can_reach_is_shown_and_another_is_a_link(services: Receivers) -> None:
    fired = replace(ALERTS["fired"], acknowledge="https://status.example.com/acknowledge/x")
    for scheme in ("https", "http"):
        shown = replace(fired, picture=f"{scheme}://status.example.com/pictures/x")
        (sent,) = send(Teams(webhook=f"{services.url}/teams"), shown)
        assert sent.ok, [each.failed for each in services.journal.entries]
    public, private = (each["attachments"][0]["content"] for each in services.bodies)
    image = {
        "type": "Image",
        "url": "https://status.example.com/pictures/x",
        "altText": "What the shopper saw",
    }
    assert public["body"][-1] == image
    assert [each["type"] for each in private["body"]].count("Image") == 0
    assert [each["title"] for each in public["actions"]] == ["Details", "Runbook", "Acknowledge"]
