"""HAR files as browsers export them: the hits in them, whatever else is in there."""

from __future__ import annotations

from typing import Any

import pytest

from nano_sre.kinds._shared.tracking import vendors_for
from nano_sre.kinds._shared.tracking.har import is_har, seen_in_har
from nano_sre.kinds._shared.tracking.recording import BrokenRecording
from support.tracking import codes, judge

GA4 = "https://www.google-analytics.com/g/collect?v=2&tid=G-DEMO12345&cid=1.2"
TIKTOK = '{"event":"AddToCart","context":{"pixel":{"code":"C1"},"page":{"url":"https://shop.example/a"}}}'


def entry(url: str, *, at: int, status: int = 204, page: str = "page_1", **request: Any) -> dict[str, Any]:
    return {
        "startedDateTime": f"2026-11-23T10:00:{at:02d}.000Z",
        "pageref": page,
        "request": {"method": "GET", "url": url, "headers": [], **request},
        "response": {"status": status},
    }


def har(*entries: dict[str, Any]) -> dict[str, Any]:
    pages = [
        {"id": "page_1", "title": "Shop", "startedDateTime": "2026-11-23T10:00:00.000Z"},
        {"id": "page_2", "title": "Cart", "startedDateTime": "2026-11-23T10:00:10.000Z"},
    ]
    home = entry("https://shop.example/", at=0, status=200)
    cart = entry("https://shop.example/cart", at=10, status=200, page="page_2")
    return {"log": {"version": "1.2", "pages": pages, "entries": [home, *entries, cart]}}


def seen(document: dict[str, Any]) -> Any:
    return seen_in_har(document, decoder=vendors_for(None))


def test_hits_are_found_with_their_bodies_pages_and_times() -> None:
    lines = entry(
        GA4, at=1, method="POST", postData={"mimeType": "text/plain", "text": "en=page_view\r\nen=scroll"}
    )
    form = entry(
        "https://www.facebook.com/tr/",
        at=12,
        page="page_2",
        method="POST",
        headers=[{"name": "Referer", "value": "https://shop.example/cart"}],
        postData={"params": [{"name": "id", "value": "7"}, {"name": "ev", "value": "PageView"}]},
    )
    binary = entry(
        "https://analytics.tiktok.com/api/v2/pixel",
        at=13,
        page="page_2",
        method="POST",
        postData={
            "mimeType": "application/json",
            "text": "eyJldmVudCI6IlBhZ2V2aWV3In0=",
            "encoding": "base64",
        },
    )
    found = seen(har(lines, form, binary))
    assert [(hit.number, hit.at_ms, hit.step) for hit in found.hits] == [
        (1, 1000, 0),
        (2, 12000, 1),
        (3, 13000, 1),
    ]
    assert found.hits[1].body == b"id=7&ev=PageView"
    assert found.hits[1].page == "https://shop.example/cart"
    assert found.hits[2].body == b'{"event":"Pageview"}'
    assert [load.url for load in found.loads] == ["https://shop.example/", "https://shop.example/cart"]
    assert [step.title for step in found.steps] == [
        "Open https://shop.example/",
        "Open https://shop.example/cart",
    ]
    report = judge(found, "page_view", vendors={"ga4": (), "meta": (), "tiktok": ()})
    assert "R545" not in codes(report)


def test_the_shops_own_requests_and_libraries_are_no_hits() -> None:
    library = entry("https://connect.facebook.net/en_US/fbevents.js", at=2, status=200)
    assert seen(har(library)).hits == ()


def test_a_hit_without_an_answer_failed() -> None:
    blocked = entry("https://www.facebook.com/tr/?id=7&ev=AddToCart", at=2, status=0)
    blocked["response"]["_error"] = "net::ERR_BLOCKED_BY_CLIENT"
    found = seen(har(blocked))
    assert found.hits == ()
    report = judge(found, vendors={"meta": ()}, never=("hit_failed",))
    assert report.findings[0].code == "R569"
    assert "ERR_BLOCKED_BY_CLIENT" in report.findings[0].summary


def test_a_currency_cannot_be_wrong_where_nobody_knows_the_market() -> None:
    yen = entry(f"{GA4}&en=add_to_cart&cu=JPY&epn.value=100&pr1=id1~pr100&dl=https://shop.example/", at=1)
    assert codes(judge(seen(har(yen)), vendors={"ga4": ()})) == []


@pytest.mark.parametrize(
    "broken",
    [{"log": {}}, {"log": {"entries": "no"}}, {"log": {"entries": [7, None]}}, {"log": {"entries": []}}],
)
def test_nothing_in_it_is_said(broken: dict[str, Any]) -> None:
    assert is_har(broken)
    with pytest.raises(BrokenRecording, match="no requests"):
        seen(broken)


def test_odd_entries_are_passed_over() -> None:
    odd: list[Any] = [
        {},
        {"request": 5},
        {"request": {"url": 7}},
        {"startedDateTime": "once", "request": {"url": GA4}},
    ]
    odd.append(entry(GA4, at=3, postData={"text": "x", "encoding": "base64"}, headers="none"))
    document = har(*odd)
    document["log"]["pages"].append("page")
    assert len(seen(document).hits) >= 1
    assert not is_har([])
    assert not is_har({"log": []})
