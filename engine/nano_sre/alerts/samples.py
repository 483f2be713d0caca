"""Alerts as they come: of every kind, plain and nasty. Templates are tried with them before an incident does it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

from nano_sre.core.alert import Alert, AlertItem, AlertKind
from nano_sre.core.diagnosis import Cause

AT = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
BROKEN_FORM = Cause(
    id="product-form-broken",
    title="The product form no longer reaches the cart",
    confidence=0.9,
    shoppers="Shoppers cannot add products to the cart.",
    remedy="Look at the last change of the theme, and publish the version before it if the button works there.",
    links=("https://help.shopify.com/manual/online-store/themes",),
    evidence=("the button “Add to cart” is disabled", "the same journey passed at 13:00 with theme 1234"),
)
APP_SCRIPT = Cause(
    id="app-script",
    title="A script of an app fails on product pages",
    confidence=0.45,
    shoppers="Shoppers may not be able to add products to the cart.",
    remedy="Switch the app off in the theme editor and look again.",
)
TEST_PICTURE = "sample.png"
HOSTILE = (
    "<!channel> @everyone <@U1> <https://evil.example|click> [click](https://evil.example) *bold* `code` "
    "<script>alert(1)</script> ${secret.TOKEN} {{ 7 * 7 }} \x1b[31mred\x1b[0m \u202egnp.exe\u202c \u200b\r\nFrom: x"
)


def item(**more: Any) -> AlertItem:
    """A failing target; `more` are fields of `AlertItem` that are otherwise."""
    given: dict[str, Any] = {
        "target": "hydrogen/buy-a-snowboard@desktop/us",
        "check_id": "buy-a-snowboard",
        "name": "Buy a snowboard",
        "kind": "journey",
        "severity": "P1",
        "store_id": "hydrogen",
        "store_url": "https://hydrogen.example",
        "summary": "“Add to cart” stayed disabled for 10 s.",
        "since": AT - timedelta(minutes=25),
        "episode": "01JDB0",
        "incident": 7,
        "device": "desktop",
        "market": "us",
        "step": "Add to cart",
        "expected": "an enabled button",
        "actual": "a disabled button",
        "hint": "Choose a variant in the browser and see whether the button wakes up.",
        "evidence": ("nearest names on the page: “Sold out”, “Notify me”",),
        "place": "checks/buy.yaml:14:5",
        "runbook": "https://wiki.example.com/checkout",
        "owner": "web-team",
        "tags": ("checkout", "critical"),
        "screenshot": "runs/01JDB0/buy-a-snowboard-3.png",
        "run_id": "01JDB0",
        "failures": 2,
    }
    return AlertItem(**(given | more))


def alert(kind: AlertKind, name: str, *items: AlertItem, **more: Any) -> Alert:
    """A message about the items; about one target when none are given."""
    given: dict[str, Any] = {
        "key": f"01JDB0:{name}",
        "thread": f"hydrogen/{name}",
        "kind": kind,
        "severity": "P1",
        "title": "Shoppers cannot add products to the cart",
        "items": items or (item(),),
        "at": AT,
        "cause": BROKEN_FORM,
        "link": "http://127.0.0.1:8700/incidents/7",
        "silence": "nano-sre incidents snooze 7 --for 2h",
    }
    return Alert(**(given | more))


def several(count: int, **more: Any) -> tuple[AlertItem, ...]:
    """So many targets."""
    return tuple(
        item(target=f"hydrogen/check-{n}@iphone/de", check_id=f"check-{n}", name=f"Check {n}", **more)
        for n in range(1, count + 1)
    )


def sample_alerts() -> dict[str, Alert]:
    """Every kind of message by a name, the ordinary ones first, then those that break templates."""
    return _ordinary() | _nasty()


def _ordinary() -> dict[str, Alert]:
    over = item(until=AT - timedelta(minutes=1), failures=0)
    blind = {"cause": None, "title": "Buy a snowboard gives no verdict", "severity": "P2"}
    unseen = item(summary="The browser could not be started.", expected=None, actual=None, evidence=())
    made = (
        alert("fired", "fired"),
        alert("fired", "fired-with-rivals", also_possible=(APP_SCRIPT,)),
        alert("fired", "fired-without-cause", cause=None, title="Buy a snowboard fails"),
        alert("fired", "fired-for-several", *several(9)),
        alert("fired", "fired-in-staging", environment="staging"),
        alert("fired", "fired-by-webhooks", item(
            target="hydrogen/webhooks-alive",
            kind="webhooks",
            device=None,
            market=None,
            step=None,
            screenshot=None,
            summary="orders/create has had no delivery for 6 h while 14 orders arrived.",
            expected="a delivery within 6 h",
            actual="none since 07:12",
        ), title="Orders no longer reach your other systems", cause=None),
        alert("reminder", "reminder", item(since=AT - timedelta(hours=2, minutes=5), failures=9)),
        alert("reminder", "reminder-after-days", item(since=AT - timedelta(days=3, hours=1))),
        alert("resolved", "resolved", over),
        alert("resolved", "resolved-without-cause", over, cause=None, title="Buy a snowboard fails"),
        alert("resolved", "resolved-for-several", *several(3, until=AT)),
        alert("partly_resolved", "partly-resolved", over, still_failing=("hydrogen/a@iphone/us", "hydrogen/b")),
        alert("was_down", "was-down", item(since=AT - timedelta(minutes=4), until=AT - timedelta(minutes=1))),
        alert("flapping", "flapping"),
        alert("calm", "calm", over),
        alert("no_data", "no-data", unseen, **blind),
        alert("still_no_data", "still-no-data", unseen, **blind),
        alert("data_back", "data-back", item(until=AT, summary="The browser works again."), **blind),
        alert("test", "test", nothing_wrong(), cause=None, title="alerts reach “team”", severity="P3", silence=None),
    )  # fmt: skip
    return {each.thread.partition("/")[2]: each for each in made}


def _nasty() -> dict[str, Alert]:
    bare = item(
        since=None, expected=None, actual=None, hint=None, evidence=(), place=None, runbook=None, owner=None,
        tags=(), screenshot=None, step=None, incident=None, run_id=None, failures=0, device=None, market=None,
    )  # fmt: skip
    hostile = dict.fromkeys(("name", "summary", "step", "expected", "actual", "hint", "owner"), HOSTILE)
    long = {name: f"{name} " * 2_000 for name in ("name", "summary", "step", "expected", "actual", "hint")}
    made = (
        alert("fired", "bare", bare, cause=None, link=None, silence=None),
        alert("resolved", "bare-resolved", bare, cause=None, link=None, silence=None),
        alert("fired", "hostile", item(**hostile, evidence=(HOSTILE,) * 9), title=HOSTILE, cause=_cause(HOSTILE)),
        alert("resolved", "hostile-resolved", item(**hostile, until=AT), title=HOSTILE, remark=HOSTILE),
        alert(
            "fired", "long", item(**long, evidence=("e" * 9_000,) * 40), title="long " * 500, cause=_cause("x " * 9_000)
        ),
        alert("fired", "crowd", *several(500), still_failing=tuple(f"hydrogen/{n}" for n in range(500))),
        alert("fired", "other-scripts", item(
            name="شراء لوح تزلج", summary="カートに追加できません 🛒" * 60, expected="हाँ", actual="נכשל",
        ), title="Не удаётся добавить товар 🛒"),  # noqa: RUF001 - other scripts are the point
        alert("no_data", "monitor", item(
            target="monitor/alerts/team", check_id="alerts", store_id="monitor", store_url="", kind="monitor",
            summary="team cannot be reached: the service answers 404 no_service.", since=None,
        ), cause=None, title="Alerts do not reach team"),
        alert("partly_resolved", "partly-crowd", *several(40, until=AT), still_failing=("hydrogen/x",) * 99),
        alert("reminder", "future", item(since=AT + timedelta(hours=1), runbook="see the folder on the shelf")),
    )  # fmt: skip
    return {each.thread.partition("/")[2]: each for each in made}


def _cause(text: str) -> Cause:
    return Cause(
        id="any",
        title=text,
        confidence=1,
        shoppers=text,
        remedy=text,
        links=("javascript:alert(1)", "https://example.com/<b>?a=1&b=2|x"),
        evidence=(text,) * 30,
    )


def nothing_wrong() -> AlertItem:
    """What a test message is about: nothing."""
    return AlertItem(
        target="nano-sre/test",
        check_id="test",
        name="A test of this channel",
        kind="test",
        severity="P3",
        store_id="nano-sre",
        store_url="",
        summary="A test of this channel.",
        screenshot=TEST_PICTURE,
    )


def picture_of_samples(_path: str) -> bytes:
    """What stands for every screenshot of samples and tests: whether pictures arrive is seen before one is needed."""
    return (files("nano_sre.alerts") / TEST_PICTURE).read_bytes()


def the_test_alert(name: str, *, at: datetime) -> Alert:
    """What `nano-sre alerts test` sends to the alerter of that name."""
    return Alert(
        key=f"test:{name}:{at:%Y%m%dT%H%M%S}",
        thread=f"nano-sre/test/{name}/{at:%Y%m%dT%H%M%S}",
        kind="test",
        severity="P3",
        title=f"alerts reach “{name}”",
        items=(nothing_wrong(),),
        at=at,
    )
