"""A visit whose tracking was watched, for the tests of the reports: four vendors, two faults, a hit nobody knows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nano_sre.core.diagnostics import Span
from nano_sre.core.hits import Decoded, Heard, Hit, HostAsked, JudgedHit, TrackedEvent, TrackedItem
from nano_sre.core.result import Artifact, Finding, RunReport, TargetResult, WatchReport
from support.sample_report import passed_attempt, sample_report, target

BOARD = TrackedItem(
    ids=("44101", "7001"), name="Complete Snowboard", price="749.95", quantity="1", variant="154cm"
)
HOSTS = {"ga4": "region1.google-analytics.com", "meta": "www.facebook.com", "tiktok": "analytics.tiktok.com"}
ACCOUNTS = {"ga4": "G-DEMO12345", "meta": "1234567890", "tiktok": "CDEMO1"}
PURCHASE_PATH = Span("checks/tracking.yaml", 9, 5, 9, 22)


def hit(number: int, step: int, *, at: int, url: str, method: str = "POST", body: bytes = b"") -> Hit:
    page = "https://hydrogen.example/products/complete-snowboard"
    return Hit(
        number=number, method=method, url=url, body=body, length=len(body), page=page, at_ms=at, step=step
    )


def tracked(number: int, step: int, vendor: str, name: str, *faults: str, at: int, **more: Any) -> JudgedHit:
    """One hit with one event, as the judge hands it on."""
    sent = hit(
        number,
        step,
        at=at,
        url=f"https://{HOSTS[vendor]}/collect?ev={name}&cd=1",
        body=b"a=1&email=x%40y.example",
    )
    fields = {
        "ev": name,
        "dl": sent.page,
        "cd[value]": str(more.get("value")),
        "sr": "1280x800",
        "ul": "en-us",
    }
    event = TrackedEvent(
        vendor=vendor,
        name=name,
        hit=sent,
        **{"account": ACCOUNTS[vendor], "page_url": sent.page, "fields": fields, **more},
    )
    return JudgedHit(decoded=Decoded(hit=sent, vendor=vendor, events=(event,)), faults=faults)


WRONG_CURRENCY = Finding(
    code="R501",
    summary="Meta was told EUR where the shop sells in USD (add_to_cart).",
    expected="USD, the currency of the cart",
    actual="EUR",
    hint="Look at the currency that the pixel's app takes from the theme.",
    evidence=("meta AddToCart: 749.95 EUR, Complete Snowboard",),
    span=PURCHASE_PATH,
)
MISSING = Finding(
    code="R502",
    summary="TikTok never heard of add_to_cart.",
    expected="once, after Add to cart",
    actual="no hit",
    span=PURCHASE_PATH,
)
GRANTED = {"ad_storage": "granted", "analytics_storage": "granted"}


def watch_report() -> WatchReport:
    seen = {"canonical": "view_item", "value": "749.95", "currency": "USD", "items": (BOARD,)}
    added = {"canonical": "add_to_cart", "value": "749.95", "items": (BOARD,)}
    hits = (
        tracked(1, 0, "ga4", "page_view", at=812, canonical="page_view", consent=GRANTED),
        tracked(2, 0, "meta", "PageView", at=840, canonical="page_view"),
        tracked(3, 0, "ga4", "view_item", at=901, **seen, consent=GRANTED),
        tracked(4, 0, "meta", "ViewContent", at=922, **seen, event_id="vc.1"),
        tracked(5, 0, "tiktok", "ViewContent", at=950, **seen, event_id="vc.1"),
        tracked(6, 3, "ga4", "add_to_cart", at=2240, **added, currency="USD", consent=GRANTED),
        tracked(7, 3, "meta", "AddToCart", "R501", at=2244, **added, currency="EUR", event_id="atc.77"),
        JudgedHit(
            decoded=Decoded(
                hit=hit(8, 3, at=2300, url="https://shop.example/metrics?v=2&tid=G-XX", method="GET"),
                trouble=("body: not gzip, although it says so",),
            )
        ),
        tracked(9, -1, "ga4", "user_engagement", at=9000, value=None),
    )
    return WatchReport(
        watcher="pixels",
        summary="9 hits from 3 vendors; 2 faults",
        hits=hits,
        heard=(
            Heard(vendor="ga4", event="view_item", times=1, expected="at least once", state="ok"),
            Heard(vendor="meta", event="view_item", times=1, expected="at least once", state="ok"),
            Heard(vendor="tiktok", event="view_item", times=1, expected="at least once", state="ok"),
            Heard(vendor="ga4", event="add_to_cart", times=1, expected="once", state="ok"),
            Heard(vendor="meta", event="add_to_cart", times=1, expected="once", state="fail"),
            Heard(vendor="tiktok", event="add_to_cart", times=0, expected="once", state="fail"),
        ),
        other_hosts=(
            HostAsked(host="cdn.reviews.example", requests=14),
            HostAsked(host="chat.example"),
        ),
        findings=(WRONG_CURRENCY, MISSING),
    )


def tracked_result(watched: WatchReport | None = None) -> TargetResult:
    """A failed check of tracking."""
    attempt = passed_attempt(1, "runs/2026-06/r1/tracking")
    recording = Artifact(
        kind="hits",
        path="2026-06/r1/tracking/1-hits.jsonl.gz",
        name="1-hits.jsonl.gz",
        media_type="application/gzip",
    )
    report = watched or watch_report()
    attempt = replace(attempt, status=report.status, watched=(report,), artifacts=(recording,))
    made = target("Purchase path is tracked", report.status, f"{WRONG_CURRENCY.summary}", kind="pixels")
    return replace(made, attempts=(attempt,), findings=report.findings, span=PURCHASE_PATH)


def tracked_report(watched: WatchReport | None = None) -> RunReport:
    return replace(sample_report(), results=(tracked_result(watched),))
