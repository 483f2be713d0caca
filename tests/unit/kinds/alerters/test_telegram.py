from __future__ import annotations

import pytest

from nano_sre.alerts.samples import sample_alerts
from nano_sre.core import registry
from support.receivers import Receivers
from support.sending import secret, send

ALERTS = sample_alerts()
TOKEN = "12345:of-the-tests"


@pytest.mark.parametrize("name", ALERTS)
def test_telegram_takes_every_kind_of_message(name: str, services: Receivers) -> None:
    cls = registry.kind("alerter", "telegram").cls
    made = cls(token=secret("TOKEN"), chat="-100", api=f"{services.url}/telegram")
    (sent,) = send(made, ALERTS[name], environ={"TOKEN": TOKEN})
    assert sent.ok, sent.detail
    assert services.bodies[0]["chat_id"] == "-100"


def test_a_wrong_token_is_wrong_for_good_and_is_not_repeated(services: Receivers) -> None:
    cls = registry.kind("alerter", "telegram").cls
    made = cls(token=secret("TOKEN"), chat="-100", api=f"{services.url}/telegram")
    (sent,) = send(made, ALERTS["fired"], environ={"TOKEN": "999:not-of-the-tests"})
    assert (sent.ok, sent.permanent) == (False, True)
    assert "999:" not in sent.detail
