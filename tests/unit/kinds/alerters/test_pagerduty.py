from __future__ import annotations

from dataclasses import replace

import pytest

from nano_sre.alerts.samples import sample_alerts
from nano_sre.kinds.alerters.pagerduty import PagerDuty, dedup_key
from support.receivers import ROUTING_KEY, Receivers
from support.sending import secret, send

ALERTS = sample_alerts()


def pager(services: Receivers) -> PagerDuty:
    return PagerDuty(routing_key=secret("KEY"), url=f"{services.url}/pagerduty")


@pytest.mark.parametrize("name", ALERTS)
def test_pagerduty_takes_every_kind_of_message(name: str, services: Receivers) -> None:
    (sent,) = send(pager(services), ALERTS[name], environ={"KEY": ROUTING_KEY})
    assert sent.ok, sent.detail
    pages = services.services.open_events
    assert bool(pages) == (not ALERTS[name].is_over and ALERTS[name].kind not in ("test", "partly_resolved"))


def test_what_recovers_is_closed_and_what_recovers_in_part_is_not(services: Receivers) -> None:
    fired = ALERTS["fired"]
    environ = {"KEY": ROUTING_KEY}
    partly = replace(ALERTS["partly-resolved"], thread=fired.thread)
    send(pager(services), fired, partly, fired, environ=environ)
    assert list(services.services.open_events) == [fired.thread]
    send(pager(services), replace(ALERTS["resolved"], thread=fired.thread), environ=environ)
    assert services.services.open_events == {}


def test_a_wrong_key_is_wrong_for_good_and_is_not_repeated(services: Receivers) -> None:
    (sent,) = send(pager(services), ALERTS["fired"], environ={"KEY": "R-the-wrong-key-0123456789"})
    assert (sent.ok, sent.permanent, sent.detail) == (False, True, "HTTP 400: Invalid routing key")
    assert "wrong-key" not in sent.detail


def test_long_threads_stay_apart() -> None:
    long = "hydrogen/" + "x" * 400
    keys = {dedup_key(long), dedup_key(f"{long}y"), dedup_key("hydrogen/a")}
    assert len(keys) == 3
    assert max(map(len, keys)) <= 255


def test_pagerduty_is_told_of_a_picture_that_it_can_fetch(services: Receivers) -> None:
    fired = ALERTS["fired"]
    for picture in ("https://status.example.com/pictures/x", "http://127.0.0.1:8787/pictures/x", None):
        (sent,) = send(pager(services), replace(fired, picture=picture), environ={"KEY": ROUTING_KEY})
        assert sent.ok
    shown, *others = services.bodies
    assert shown["images"] == [
        {"src": "https://status.example.com/pictures/x", "alt": "What the shopper saw"}
    ]
    assert all("images" not in each for each in others)
