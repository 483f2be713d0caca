"""Signed links: whoever holds one may do what it says, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nano_sre.alerts.links import Links, opened, signed
from nano_sre.alerts.samples import AT, alert, item, sample_alerts, several

TOKEN = "the-token-of-the-status-page"
LINKS = Links("https://status.example.com/", TOKEN)
SOON = AT + timedelta(days=1)


def test_a_message_gets_the_same_links_however_often_it_is_sent() -> None:
    fired = sample_alerts()["fired"]
    made = LINKS.on(fired, alerter="team")
    assert made == LINKS.on(fired, alerter="team")
    assert made.picture is not None
    assert made.acknowledge is not None
    assert made.picture.startswith("https://status.example.com/pictures/")
    text = unquote(made.acknowledge.rpartition("/")[2])
    assert opened("acknowledge", text, token=TOKEN, now=SOON) == ["team", 7]
    shot = unquote(made.picture.rpartition("/")[2])
    assert opened("pictures", shot, token=TOKEN, now=SOON) == ["runs/01JDB0/buy-a-snowboard-3.png"]


@pytest.mark.parametrize("name", ["resolved", "was-down", "calm", "data-back", "partly-resolved", "test"])
def test_what_is_over_gets_none(name: str) -> None:
    made = LINKS.on(sample_alerts()[name], alerter="team")
    assert (made.picture, made.acknowledge) == (None, None)


def test_a_crowd_makes_a_link_that_a_browser_takes() -> None:
    crowd = tuple(item(incident=10_000 + n, target=f"{n}") for n in range(500))
    made = LINKS.on(alert("fired", "crowd", *crowd), alerter="a-rather-long-name-of-an-alerter")
    assert made.acknowledge is not None
    assert len(made.acknowledge) < 600
    assert LINKS.on(alert("fired", "x", *several(2, incident=None)), alerter="team").acknowledge is None


def test_a_link_is_good_for_one_thing_one_token_and_a_while() -> None:
    text = signed("acknowledge", ["team", 7], until=SOON, token=TOKEN)
    assert opened("acknowledge", text, token=TOKEN, now=SOON) == ["team", 7]
    assert opened("pictures", text, token=TOKEN, now=SOON) is None
    assert opened("acknowledge", text, token="another-token", now=SOON) is None
    assert opened("acknowledge", text, token=TOKEN, now=SOON + timedelta(seconds=1)) is None


@given(st.integers(0, 200), st.characters(codec="ascii"))
def test_a_link_that_was_changed_is_none(at: int, char: str) -> None:
    text = signed("acknowledge", ["team", 7], until=SOON, token=TOKEN)
    at %= len(text)
    changed = f"{text[:at]}{char}{text[at + 1 :]}"
    said = opened("acknowledge", changed, token=TOKEN, now=AT)
    assert said is None or said == ["team", 7]  # bits of the last digit that no byte uses may differ


@given(st.text(max_size=60))
def test_nonsense_is_none_and_no_crash(text: str) -> None:
    assert opened("acknowledge", text, token=TOKEN, now=AT) is None


def test_the_token_is_in_nothing_that_is_printed() -> None:
    assert TOKEN not in repr(LINKS)
