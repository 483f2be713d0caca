from __future__ import annotations

import pytest

from nano_sre.alerts.samples import sample_alerts
from nano_sre.core import registry
from support.receivers import Receivers
from support.sending import secret, send

ALERTS = sample_alerts()


@pytest.mark.parametrize("name", ALERTS)
def test_ntfy_takes_every_kind_of_message(name: str, services: Receivers) -> None:
    made = registry.kind("alerter", "ntfy").cls(topic="shop-8f2c", server=f"{services.url}/ntfy")
    (sent,) = send(made, ALERTS[name])
    assert sent.ok, sent.detail
    (taken,) = services.journal.taken
    assert taken.body["topic"] == "shop-8f2c"
    assert "authorization" not in taken.headers


def test_a_token_is_sent_as_a_header(services: Receivers) -> None:
    cls = registry.kind("alerter", "ntfy").cls
    made = cls(topic="shop-8f2c", server=f"{services.url}/ntfy", token=secret("NTFY"))
    send(made, ALERTS["fired"], environ={"NTFY": "tk_of_the_tests"})
    (taken,) = services.journal.taken
    assert taken.headers["authorization"] == "Bearer tk_of_the_tests"
    assert taken.body["title"] == "P1 hydrogen: Shoppers cannot add products to the cart"
