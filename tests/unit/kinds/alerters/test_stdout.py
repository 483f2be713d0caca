from __future__ import annotations

from nano_sre.alerts.samples import sample_alerts
from nano_sre.kinds.alerters.stdout import Stdout
from support.sending import send

ALERTS = sample_alerts()


def test_the_first_line_says_it_all_and_the_rest_how_to_go_on() -> None:
    said: list[str] = []
    (sent,) = send(Stdout(), ALERTS["fired"], said=said)
    assert sent.ok
    (text,) = said
    assert text.splitlines()[0] == "P1 hydrogen: Shoppers cannot add products to the cart"
    for part in (
        "  Failing since: 14:05 (Europe/Berlin), for 25 minutes",
        "  Likely cause: The product form no longer reaches the cart (almost certain, 90 %)",
        "  Try this first: Look at",
        "  Expected: an enabled button",
        "  Screenshot: runs/01JDB0/buy-a-snowboard-3.png in the data folder",
        "  Written at: checks/buy.yaml:14:5",
        "  Runbook: https://wiki.example.com/checkout",
        "  To silence this: nano-sre incidents snooze 7",
    ):
        assert part in text


def test_a_page_cannot_paint_the_terminal() -> None:
    said: list[str] = []
    send(Stdout(), *ALERTS.values(), said=said)
    assert len(said) == len(ALERTS)
    assert not any(char in text for text in said for char in "\x1b\r\u202e\u202c\u200b\x07")
