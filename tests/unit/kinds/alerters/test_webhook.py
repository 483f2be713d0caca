from __future__ import annotations

import pytest

from nano_sre.alerts.samples import sample_alerts
from nano_sre.kinds.alerters.webhook import Webhook
from support.receivers import SECRET, Receivers
from support.sending import secret, send

ALERTS = sample_alerts()


@pytest.mark.parametrize("name", ALERTS)
def test_the_whole_alert_arrives_signed(name: str, services: Receivers) -> None:
    made = Webhook(url=f"{services.url}/webhook", secret=secret("KEY"), headers={"X-Team": secret("TEAM")})
    (sent,) = send(made, ALERTS[name], environ={"KEY": SECRET, "TEAM": "shop-team"})
    assert sent.ok, sent.detail
    (taken,) = services.journal.taken
    assert taken.headers["x-team"] == "shop-team"
    assert taken.headers["idempotency-key"] == ALERTS[name].key == taken.body["key"]
    assert len(taken.body["items"]) == len(ALERTS[name].items)


def test_a_wrong_signature_is_wrong_for_good(services: Receivers) -> None:
    made = Webhook(url=f"{services.url}/webhook", secret=secret("KEY"))
    (sent,) = send(made, ALERTS["fired"], environ={"KEY": "another one"})
    assert (sent.ok, sent.permanent, sent.detail) == (False, True, "HTTP 401: wrong signature")


def test_a_secret_that_is_not_set_is_said(services: Receivers) -> None:
    made = Webhook(url=f"{services.url}/webhook", secret=secret("KEY"))
    (sent,) = send(made, ALERTS["fired"])
    assert sent.permanent
    assert "KEY is not set" in sent.detail
    assert services.journal.entries == []


@pytest.mark.parametrize(
    ("fate", "permanent", "wait", "detail"),
    [
        (500, False, None, "HTTP 500: answers 500 by order"),
        (408, False, None, "HTTP 408: answers 408 by order"),
        (404, True, None, "HTTP 404: answers 404 by order"),
        (301, True, None, "HTTP 301: answers 301 by order"),
        (429, False, 90.0, "HTTP 429: answers 429 by order"),
        ("reset", False, None, "the connection failed"),
        ("timeout", False, None, "no answer within 0.3 s"),
    ],
)
def test_what_may_pass_is_told_from_what_will_not(
    fate: int | str, permanent: bool, wait: float | None, detail: str, services: Receivers
) -> None:
    services.failing.orders += [fate]
    services.failing.retry_after = "Mon, 23 Nov 2026 12:01:30 GMT"
    made = Webhook(url=f"{services.url}/any")
    (sent,) = send(made, ALERTS["fired"], seconds=0.3 if fate == "timeout" else 5)
    assert (sent.ok, sent.permanent, sent.retry_after) == (False, permanent, wait)
    assert detail in sent.detail


def test_a_secret_in_an_alert_or_in_an_answer_is_masked(services: Receivers) -> None:
    from dataclasses import replace

    words = "pass-phrase-of-the-desk"
    leaky = replace(ALERTS["fired"], title=f"the page says {words}")
    made = Webhook(url=f"{services.url}/nowhere/{words}", secret=secret("KEY"))
    (sent,) = send(made, leaky, environ={"KEY": words})
    assert words not in sent.detail
    assert all(words not in str(entry.body) for entry in services.journal.entries)


@pytest.mark.parametrize(
    "made",
    [
        Webhook(url="ftp://desk.example.com/x"),
        Webhook(url="http://127.0.0.1:1/", headers={"X-Team": "Bücher"}),
        Webhook(url="http://127.0.0.1:1/", headers={"X-Team": secret("LINES")}),
    ],
    ids=["another protocol", "a header with an umlaut", "a header of two lines"],
)
def test_what_can_never_be_sent_is_wrong_for_good(made: Webhook, services: Receivers) -> None:
    if "ftp" not in made.url:
        made = Webhook(url=f"{services.url}/any", headers=made.headers)
    (sent,) = send(made, ALERTS["fired"], environ={"LINES": "first line\nX-Evil: second line"})
    assert (sent.ok, sent.permanent) == (False, True)
    assert services.journal.taken == []
