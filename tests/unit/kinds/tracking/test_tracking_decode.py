"""The decoder over small vendors of its own: hosts, shapes, splits, sources, and what a hit holds."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from nano_sre.core.hits import Hit, TrackedEvent
from nano_sre.core.vendor import Vendor
from nano_sre.kinds._shared.tracking import Vendors, vendors_for
from nano_sre.kinds._shared.tracking.told import amount, as_data
from nano_sre.spec.vendors import read_vendor
from support.hit_mix import Mix, hit

HEAD = "version: 1\nkind: vendor\nid: own\nname: Own\n"
HOST = f"{HEAD}hosts: [hits.example.com]\n"


def vendor(text: str) -> Vendor:
    made, told = read_vendor(text, "own.yaml")
    assert made is not None, [each.message for each in told]
    return made


def decoded(
    keys: str, url: str = "https://hits.example.com/e", body: Any = b"", **more: Any
) -> tuple[TrackedEvent, ...]:
    text = body if isinstance(body, (bytes, str)) else json.dumps(body)
    return Vendors([vendor(HOST + keys)]).decode(hit(url, text, **more)).events


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("query.a", "1"),
        ("any.a", "1"),
        ("body.list[1]", "y"),
        ("body.list[7]", None),
        ("body.deep.er", "z"),
        ("body.deep", None),  # several values are no text
        ("body.list", None),
        ("body.flag", "true"),
        ("body.number", "2.50"),
        ("json(query.j).k", "7"),
        ("json(query.a.b)", None),
        ("form(query.f).g", "h"),
        ("pairs(query.p).event", "purchase"),
        ("base64(query.b)", "hello"),
        ("tilde(query.t).nm", "Board"),
        ("tilde(query.t).colour", "red"),
        ("numbered(query.n)[1]", "two"),
        ("list(query.l)[1]", "d"),
        ("unquote(query.u)", "a b"),
        ("match(path, '/e/([0-9]+)')", "42"),
        ("match(host, '^([a-z]+)')", "hits"),
        ("join('AW-', query.a)", "AW-1"),
        ("join('AW-', query.nothing)", None),
        ("first(query.nothing, query.empty, query.a)", "1"),
    ],
)
def test_sources_find_what_they_say(source: str, found: str | None) -> None:
    url = (
        "https://hits.example.com/e/42?a=1&empty=&j=%7B%22k%22%3A7%7D&f=g%3Dh%26i%3D1&p=event%3Dpurchase%3Bx%3D1"
        "&b=aGVsbG8%3D&t=nmBoard~k0colour~v0red&n1=one&n2=two&l=c%3Bd&u=a%2520b"
    )
    body = '{"list": ["x", "y"], "deep": {"er": "z"}, "flag": true, "number": 2.50}'
    (event,) = decoded(f"event: \"'hit'\"\naccount: {json.dumps(source)}\n", url, body)
    assert event.account == found


def test_pieces_of_a_hit_are_events_each_and_know_the_address() -> None:
    keys = "split: body.events\nevent: each.type\naccount: query.shop\nvalue: any.value\n"
    body = {"events": [{"type": "a", "value": 1}, {"type": "b"}, {"no": "type"}, "text"], "value": 9}
    events = decoded(keys, "https://hits.example.com/e?shop=7", body)
    assert [(each.name, each.account, each.value) for each in events] == [("a", "7", "1"), ("b", "7", None)]
    assert events[0].fields == {"shop": "7", "type": "a", "value": "1"}


def test_a_thing_that_is_no_list_is_a_single_event() -> None:
    assert [
        each.name for each in decoded("split: body.data\nevent: each.type\n", body={"data": {"type": "a"}})
    ] == ["a"]
    assert [each.name for each in decoded("split: body.data\nevent: any.type\n", body={"type": "a"})] == ["a"]


def test_more_events_than_anybody_sends_are_bounded_and_told() -> None:
    vendors = Vendors([vendor(f"{HOST}split: body\nevent: each.type\n")])
    found = vendors.decode(hit("https://hits.example.com/e", json.dumps([{"type": "a"}] * 600)))
    assert len(found.events) == 500
    assert found.trouble == ("only the first 500 of 600 events were read",)


@pytest.mark.parametrize(
    ("body", "value", "as_text"),
    [
        ('{"v": 12.50}', "12.50", False),
        ('{"v": "12.50"}', "12.50", False),
        ('{"v": "$12.50"}', "$12.50", True),
        ('{"v": "12,50"}', "12,50", True),
        ('{"v": "1e3"}', "1e3", False),
        ('{"v": "NaN"}', "NaN", True),
        ('{"v": 0}', "0", False),
        ('{"v": ""}', None, False),
        ('{"v": null}', None, False),
        ('{"v": {"a": 1}}', None, False),
        ('{"t": "12"}', "12", True),
    ],
)
def test_values_stay_as_sent_and_words_are_told_from_numbers(
    body: str, value: str | None, as_text: bool
) -> None:
    (event,) = decoded("event: \"'e'\"\nvalue: {at: body.v, as_text: body.t}\n", body=body)
    assert (event.value, event.value_as_text) == (value, as_text)


def test_a_vendor_may_insist_on_a_json_number() -> None:
    (event,) = decoded("event: \"'e'\"\nvalue: {at: body.v, number: true}\n", body='{"v": "12.50"}')
    assert event.value_as_text
    (event,) = decoded("event: \"'e'\"\nvalue: {at: body.v, number: true}\n", body='{"v": 12.50}')
    assert not event.value_as_text


def test_products_have_all_their_ids_and_what_else_they_hold() -> None:
    keys = "event: \"'e'\"\nitems: {from: body.lines, ids: [item.sku, item.id, item], price: item.price, quantity: item.n}\n"
    lines = [{"sku": "S", "id": 4, "price": 2.5, "colour": "red", "deep": {}}, "plain", {}, None, 5]
    (event,) = decoded(keys, body={"lines": lines})
    assert [(each.ids, each.price) for each in event.items] == [
        (("S", "4"), "2.5"),
        (("plain",), None),
        (("5",), None),
    ]
    assert event.items[0].more == {"colour": "red"}


def test_what_a_word_means_may_hang_on_what_the_event_holds() -> None:
    keys = (
        "event: query.e\nitems: {from: list(query.i), ids: item}\n"
        "names: {visit: {with: items, then: view_item, otherwise: page_view}, bought: {with: order_id, then: purchase}}\n"
    )
    names = [
        decoded(keys, f"https://hits.example.com/e?{q}")[0].canonical
        for q in ("e=visit", "e=visit&i=1", "e=bought")
    ]
    assert names == ["page_view", "view_item", None]


def test_words_that_mean_nothing_are_no_events() -> None:
    assert decoded("event: query.e\nignore: [noise]\n", "https://hits.example.com/e?e=noise") == ()
    assert decoded("event: query.e\n", "https://hits.example.com/e") == ()


@pytest.mark.parametrize(
    ("said", "milliseconds"),
    [
        ("1730000000", 1_730_000_000_000),
        ("1730000000123", 1_730_000_000_123),
        ("1730000000.5", 1_730_000_000_500),
        ("2026-11-20T10:00:00Z", 1_795_168_800_000),
        ("2026-11-20T10:00:00", 1_795_168_800_000),
        ("yesterday", None),
        ("9" * 60, None),
        ("-5", None),
        ("", None),
    ],
)
def test_times_are_read_as_vendors_write_them(said: str, milliseconds: int | None) -> None:
    (event,) = decoded("event: \"'e'\"\nhappened: query.t\n", f"https://hits.example.com/e?t={said}")
    assert event.happened_ms == milliseconds


@pytest.mark.parametrize(
    ("query", "consent"),
    [
        ("gcs=G111", {"ad_storage": "granted", "analytics_storage": "granted"}),
        ("gcs=G10-", {"ad_storage": "denied"}),
        ("gcs=X11", {}),
        ("gcd=13p3q3t2r5l1", {"ad_storage": "denied", "analytics_storage": "denied", "ad_user_data": "granted", "ad_personalization": "granted"}),
        ("gcd=13m3n3u2v5l1", {"ad_storage": "denied", "analytics_storage": "granted", "ad_user_data": "denied", "ad_personalization": "granted"}),
        ("gcd=13l3l3l2l1", {}),
        ("gcs=G111&gcd=13p3l3l2l1", {"ad_storage": "denied", "analytics_storage": "granted"}),
        ("ads=G", {"ad_personalization": "granted"}),
        ("ads=false", {"ad_personalization": "denied"}),
        ("", {}),
    ],
)  # fmt: skip
def test_consent_is_told_by_googles_names(query: str, consent: dict[str, str]) -> None:
    keys = "event: \"'e'\"\nconsent: {gcs: query.gcs, gcd: query.gcd, ad_personalization: query.ads}\n"
    (event,) = decoded(keys, f"https://hits.example.com/e?{query}")
    assert dict(event.consent) == consent


def test_tests_are_known_by_what_is_there() -> None:
    tests = [
        decoded("event: \"'e'\"\ntest: [query.a, query.b]\n", f"https://hits.example.com/e?{q}")[0].test
        for q in ("a=1", "b=x", "a=0&b=false", "")
    ]
    assert tests == [True, True, False, False]


def test_hosts_decide_before_shapes_and_the_nearest_first() -> None:
    wide = vendor(HEAD.replace("own", "wide") + "hosts: ['*.example.com']\nevent: query.e\n")
    near = vendor(HEAD.replace("own", "near") + "hosts: ['*.a.example.com']\nhits: /t\nevent: query.e\n")
    shape = vendor(
        HEAD.replace("own", "shape")
        + "shape: [{path: '*/t', query: {id: 'S-*'}}]\nnot_hosts: ['*.no.example']\nevent: query.e\n"
    )
    vendors = Vendors([wide, shape, near])

    def whose(url: str) -> str | None:
        return vendors.decode(hit(url)).vendor

    assert whose("https://b.example.com/t?id=S-1") == "wide"
    assert whose("https://x.a.example.com/t?id=S-1") == "near"
    assert whose("https://x.a.example.com/else") == "wide", "its neighbour takes everything there"
    assert whose("https://example.com/t?id=S-1") == "shape", "*. is below, not itself"
    assert whose("https://shop.example/pre/t?id=S-1&x=1") == "shape"
    assert whose("https://shop.example/pre/t?id=T-1") is None
    assert whose("https://x.no.example/t?id=S-1") is None
    assert whose("https://notexample.com/t") is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "//hits.example.com/e",
        "ftp://hits.example.com/e",
        "https://",
        "https://[::1",
        "javascript:1",
        "https://user@other.example/@hits.example.com",
    ],
)
def test_what_is_no_address_is_nobodys(url: str) -> None:
    vendors = Vendors([vendor(f"{HOST}event: query.e\n")])
    assert vendors.decode(hit(url)).vendor is None
    assert vendors.role("GET", url) == "other"


@pytest.mark.parametrize(
    "url",
    [
        "https://HITS.example.com/e",
        "https://hits.example.com./e",
        "http://hits.example.com:8080/e",
        "https://a:b@hits.example.com/e",
        "wss://hits.example.com/e#x",
    ],
)
def test_hosts_are_known_however_they_are_written(url: str) -> None:
    assert Vendors([vendor(f"{HOST}event: query.e\n")]).role("GET", url) == "hit"


def test_shared_hosts_keep_back_what_is_said_and_nothing_else() -> None:
    vendors = Vendors(
        [
            vendor(
                f"{HEAD}shared_hosts: [www.example.com]\nhits: [/tr, {{path: /post, method: POST}}]\nsilent: /cookie\nlibrary: www.example.com/tr.js\nevent: query.e\n"
            )
        ]
    )
    roles = {
        path: vendors.role("GET", f"https://www.example.com{path}?e=1")
        for path in ("/tr", "/post", "/cookie", "/tr.js", "/like")
    }
    assert roles == {"/tr": "hit", "/post": "other", "/cookie": "hit", "/tr.js": "library", "/like": "other"}
    assert (
        vendors.role("POST", "https://www.example.com/post")
        == vendors.role("OPTIONS", "https://www.example.com/post")
        == "hit"
    )
    assert vendors.decode(hit("https://www.example.com/cookie?e=1")).events == ()


def test_a_vendor_of_the_shops_own_takes_the_place_of_a_built_in_one() -> None:
    from nano_sre.core.fields import Slug
    from nano_sre.core.forms import Currency, Locale
    from nano_sre.core.program import Market, StoreFacts

    mine = vendor(
        "version: 1\nkind: vendor\nid: meta\nname: Mine\nhosts: [hits.example.com]\nevent: query.e\n"
    )
    market = Market(currency=Currency("USD"), locale=Locale("en-US"))
    facts = StoreFacts(
        id=Slug("shop"),
        name="Shop",
        url="https://shop.example",
        market_id="us",
        market=market,
        vendors=(mine,),
    )
    vendors = vendors_for(facts)
    assert vendors.decode(hit("https://hits.example.com/?e=1")).vendor == "meta"
    assert vendors.role("GET", "https://www.facebook.com/tr/?id=1&ev=PageView") == "other"
    assert "hits.example.com" in vendors.hosts
    assert vendors_for(None) is vendors_for(
        StoreFacts(id=Slug("shop"), name="S", url="https://s.example", market_id="us", market=market)
    )


def test_a_hit_is_marked_where_the_vendor_has_a_mark() -> None:
    vendors = vendors_for(None)
    url = "https://www.google-analytics.com/g/collect?v=2&tid=G-1"
    assert vendors.marked(url) == f"{url}&tt=internal"
    assert (
        vendors.marked("https://shop.example/g/collect#x") == "https://shop.example/g/collect?tt=internal#x"
    )
    assert vendors.marked("https://www.facebook.com/tr/?id=1&ev=PageView") is None
    assert vendors.marked("https://shop.example/") is None


def test_a_body_that_was_cut_is_told() -> None:
    vendors = Vendors([vendor(f"{HOST}event: body.e\n")])
    found = vendors.decode(hit("https://hits.example.com/e", "e=1", length=5_000_000))
    assert found.trouble == ("only 3 of 5,000,000 bytes of the body were kept",)


def test_every_hit_of_the_mix_is_somebodys_and_holds_an_event() -> None:
    vendors = vendors_for(None)
    for each in Mix(7).hits(500):
        found = vendors.decode(each)
        assert found.vendor
        assert found.trouble == ()
        assert all(event.canonical and event.account for event in found.events), found
        assert found.events


def test_numbers_are_numbers_for_machines_and_everything_else_is_as_sent() -> None:
    texts = ("10", "10.50", "-1", "$99.00", "99,00", "", None, "NaN", "1e3", "123456789012345678901")
    assert [amount(text) for text in texts] == [
        10,
        10.5,
        -1,
        "$99.00",
        "99,00",
        "",
        None,
        "NaN",
        "1e3",
        texts[-1],
    ]


def test_a_hit_as_data() -> None:
    keys = "event: query.e\naccount: query.a\nvalue: query.v\nitems: {from: list(query.i), ids: item}\n"
    vendors = Vendors([vendor(HOST + keys)])
    found = as_data(vendors.decode(hit("https://hits.example.com/?e=buy&a=7&v=1.5&i=A")))
    (event,) = found.pop("events")
    assert found == {"vendor": "own", "account": "7"}
    assert {key: event[key] for key in ("name", "canonical", "value", "currency", "order_id", "event_id")} == {
        "name": "buy", "canonical": None, "value": 1.5, "currency": None, "order_id": None, "event_id": None,
    }  # fmt: skip
    assert event["items"][0]["id"] == "A"
    assert event["params"]["v"] == "1.5"
    assert as_data(vendors.decode(Hit(number=1, method="GET", url="https://x.example"))) == {
        "vendor": None,
        "account": None,
        "events": [],
    }


def test_older_json_in_base64_needs_no_padding_and_may_be_for_urls() -> None:
    data = (
        base64.urlsafe_b64encode(
            json.dumps({"event": "Viewed Product", "token": "T", "n": "ÿÿ??>>"}).encode()
        )
        .decode()
        .rstrip("=")
    )
    (event,) = vendors_for(None).decode(hit(f"https://a.klaviyo.com/api/track?data={data}")).events
    assert (event.name, event.account) == ("Viewed Product", "T")
