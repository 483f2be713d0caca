"""No alert is too long for any channel, and what is shortened keeps its link, its place and the count of its targets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nano_sre.alerts.render import Templates
from nano_sre.core.alert import MARKS, Alert, AlertItem, Channel, Reply
from nano_sre.core.diagnosis import Cause
from nano_sre.kinds.alerters.discord import Discord
from nano_sre.kinds.alerters.pagerduty import PagerDuty
from nano_sre.kinds.alerters.slack import Slack
from nano_sre.kinds.alerters.teams import Teams
from support.receivers import ROUTING_KEY, Journal, Refused, Services

LINK = "https://monitor.example.com/incidents/7"
PLACE = "checks/checkout.yaml:14:5"
TEMPLATES = Templates(timezone="America/Toronto")
# Pieces that are long, that grow when they are escaped, and that services read as something else.
PIECES = st.sampled_from(
    [
        "<!here> ",
        "@everyone",
        "*_~`",
        "&&&&",
        "[a](https://e.example)",
        "🛒",
        "x" * 900,
        "\u202e",
        "\n",
        "\ue000",
        "é ",
    ]
)
TEXTS = st.one_of(
    st.just(""), st.text(max_size=40), st.lists(PIECES, max_size=60).map("".join), st.just("<" * 20_000)
)
CAUSES = st.builds(
    Cause,
    id=st.just("any"),
    title=TEXTS,
    confidence=st.floats(0, 1),
    shoppers=TEXTS,
    remedy=TEXTS,
    links=st.lists(TEXTS, max_size=3).map(tuple),
    evidence=st.lists(TEXTS, max_size=12).map(tuple),
)
MOMENTS = st.integers(1_600_000_000, 1_900_000_000).map(lambda at: datetime.fromtimestamp(at, UTC))
ITEMS = st.builds(
    AlertItem,
    target=TEXTS,
    check_id=st.just("buy"),
    name=TEXTS,
    kind=st.just("journey"),
    severity=st.just("P1"),
    store_id=st.just("hydrogen"),
    store_url=st.just("https://hydrogen.example"),
    summary=TEXTS,
    since=st.none() | MOMENTS,
    until=st.none() | MOMENTS,
    step=st.none() | TEXTS,
    expected=st.none() | TEXTS,
    actual=st.none() | TEXTS,
    hint=st.none() | TEXTS,
    evidence=st.lists(TEXTS, max_size=12).map(tuple),
    place=st.just(PLACE),
    runbook=st.none() | TEXTS,
    owner=st.none() | TEXTS,
    screenshot=st.none() | TEXTS,
    failures=st.integers(0, 9),
)
ALERTS = st.builds(
    Alert,
    key=st.just("01:1"),
    thread=st.text(min_size=1, max_size=600),
    kind=st.sampled_from(sorted(MARKS)),
    severity=st.sampled_from(["P0", "P1", "P2", "P3"]),
    title=TEXTS,
    items=st.lists(ITEMS, min_size=1, max_size=3).flatmap(
        lambda items: st.sampled_from([1, 1, 40]).map(lambda times: tuple(items * times))
    ),
    at=MOMENTS,
    cause=st.none() | CAUSES,
    also_possible=st.lists(CAUSES, max_size=2).map(tuple),
    still_failing=st.lists(TEXTS, max_size=30).map(tuple),
    remark=st.none() | TEXTS,
    link=st.just(LINK),
    silence=st.none() | TEXTS,
)  # fmt: skip


class Direct:
    """A channel that hands requests to the strict receivers without a network between."""

    def __init__(self) -> None:
        self.services = Services(Journal())
        self.sent: list[Any] = []
        self.ref: dict[str, str] = {}

    def value(self, given: Any) -> str:
        return str(given)

    def render(self, name: str, alert: Alert, **more: Any) -> str:
        return TEMPLATES.text(name, alert, **more)

    async def picture(self, _alert: Alert) -> None:
        return None

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC)

    async def post(self, url: str, *, json: Any = None, **_more: Any) -> Reply:
        import httpx

        request = httpx.Request("POST", f"http://receivers{url}", json=json)
        headers = {"content-type": "application/json"}
        try:
            _, status, said = self.services.answer("POST", url, request.content, headers)
        except Refused as refused:
            return Reply(status=refused.status, headers={}, text=refused.text)
        self.sent.append(json)
        return Reply(status=status, headers={}, text=str(said))


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def finished(awaitable: Any) -> Any:
    """The result of a coroutine that waits for nothing."""
    try:
        awaitable.send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("it waits")


@pytest.mark.parametrize(
    "alerter",
    [
        Slack(webhook="/slack/webhook"),
        Discord(webhook="/discord/1/x"),
        Teams(webhook="/teams"),
        PagerDuty(routing_key=ROUTING_KEY, url="/pagerduty"),
    ],
    ids=lambda each: each.kind_name,
)
@given(alert=ALERTS)
@settings(max_examples=25)
def test_every_alert_is_taken_and_keeps_what_matters(alerter: Any, alert: Alert) -> None:
    direct = Direct()
    channel: Channel = direct  # type: ignore[assignment]
    sent = finished(alerter.send_alert(alert, channel))
    assert sent.ok, sent.detail
    if alerter.kind_name == "pagerduty" and (alert.is_over or alert.kind == "partly_resolved"):
        return
    said = "\n".join(strings(direct.sent[0]))
    assert PLACE in said
    assert LINK in said
    if len(alert.items) >= 40 and alert.kind != "test":
        assert re.search(r"and \d+ more|\d+ of \d+ recovered", said)


@given(
    alert=ALERTS,
    limit=st.integers(300, 6_000),
    markup=st.sampled_from(["plain", "slack", "discord", "teams"]),
)
@settings(max_examples=50)
def test_a_limit_holds_whatever_it_is(alert: Alert, limit: int, markup: Any) -> None:
    text = TEMPLATES.text("any", alert, markup=markup, limit=limit)
    assert len(text.encode("utf-16-le", "surrogatepass")) // 2 <= limit
    assert PLACE in text
    assert LINK in text
    assert text.count("\u202e") == 0


@given(alert=ALERTS)
@settings(max_examples=25)
def test_a_title_is_one_line_of_a_subject(alert: Alert) -> None:
    title = TEMPLATES.title(alert, limit=180)
    assert len(title) <= 180
    assert len(title.splitlines()) == 1
    assert title == title.strip()
