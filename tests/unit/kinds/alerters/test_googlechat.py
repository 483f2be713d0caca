from __future__ import annotations

import pytest

from nano_sre.alerts.samples import sample_alerts
from nano_sre.core import registry
from support.receivers import Receivers
from support.sending import send

ALERTS = sample_alerts()


@pytest.mark.parametrize("name", ALERTS)
def test_google_chat_takes_every_kind_of_message(name: str, services: Receivers) -> None:
    made = registry.kind("alerter", "googlechat").cls(webhook=f"{services.url}/googlechat")
    (sent,) = send(made, ALERTS[name])
    assert sent.ok, sent.detail
    assert "<!channel>" not in services.bodies[0]["text"]
