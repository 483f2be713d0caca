from __future__ import annotations

import pytest

from nano_sre.alerts.samples import sample_alerts
from nano_sre.kinds.alerters.apprise import Apprise
from support.receivers import Receivers
from support.sending import secret, send

ALERTS = sample_alerts()
# One of the libraries that Apprise brings imports a module that Python 3.13 no longer has; it copes without.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def test_a_service_of_apprise_gets_the_message(services: Receivers) -> None:
    url = f"{services.url.replace('http', 'json', 1)}/any"
    (sent,) = send(Apprise(url=secret("URL")), ALERTS["fired"], environ={"URL": url})
    assert sent.ok, sent.detail
    (body,) = services.bodies
    assert body["title"] == "P1 hydrogen: Shoppers cannot add products to the cart"
    assert "checks/buy.yaml:14:5" in body["message"]
    assert body["type"] == "failure"


def test_a_failure_is_tried_again_and_what_apprise_does_not_know_is_not(services: Receivers) -> None:
    services.failing.orders += [500]
    url = f"{services.url.replace('http', 'json', 1)}/any"
    (sent,) = send(Apprise(url=url), ALERTS["fired"])
    assert (sent.ok, sent.permanent) == (False, False)
    assert "500" in sent.detail
    (sent,) = send(Apprise(url="carrier-pigeon://loft"), ALERTS["fired"])
    assert (sent.ok, sent.permanent) == (False, True)
