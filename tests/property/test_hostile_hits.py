"""Whatever somebody sends: it is decoded in bounded time and memory, nothing raises, and what is read can be kept."""

from __future__ import annotations

import gzip
import json
import random
import sys
import tracemalloc

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nano_sre.core.hits import Decoded, Hit
from nano_sre.core.vendor import Vendor
from nano_sre.kinds._shared.tracking import vendors_for
from nano_sre.kinds._shared.tracking.told import as_data
from support.hit_mix import Mix, hit

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

VENDORS = vendors_for(None)
READ = [v for name in VENDORS.names if isinstance(v := VENDORS.vendor(name), Vendor) and v.event]
GA4 = "https://www.google-analytics.com/g/collect?v=2&tid=G-1&en=purchase"
TIKTOK = "https://analytics.tiktok.com/api/v2/pixel"
META = "https://www.facebook.com/tr/"


def kept(decoded: Decoded) -> str:
    """What of it a file or a database would hold."""
    text = json.dumps(as_data(decoded), ensure_ascii=False)
    text.encode()  # no half characters
    assert "\\u0000" not in text
    assert len(decoded.trouble) <= 20
    return text


def hits_of_examples() -> list[Hit]:
    from nano_sre.kinds._shared.tracking.trials import hit_of

    return [hit_of(example) for vendor in READ for example in vendor.examples]


EXAMPLES = hits_of_examples()


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(EXAMPLES), st.randoms(use_true_random=False), st.integers(1, 12))
def test_hits_with_signs_changed_at_random_are_read(sent: Hit, chance: random.Random, times: int) -> None:
    url, body = sent.url, bytearray(sent.body)
    signs = [
        "%",
        "&",
        "=",
        "[",
        "{",
        '"',
        "~",
        "\\ud800",
        "%00",
        "%ff",
        "\0",
        "é",
        ";",
        ",",
        "+",
        "\ud800",
        "|",
        "pr1=",
    ]
    for _ in range(times):
        place = chance.randrange(20, len(url) + 1)
        url = url[:place] + chance.choice([*signs, ""]) + url[place + chance.randrange(3) :]
        if body:
            at = chance.randrange(len(body))
            body[at : at + chance.randrange(3)] = chance.choice([*signs, "\xff"]).encode(
                "utf-8", "surrogatepass"
            )
    for kind in ("", "multipart/form-data; boundary=x"):
        kept(VENDORS.decode(hit(url, bytes(body), method=sent.method, content_type=kind)))


WORDS = (
    "event", "events", "properties", "contents", "value", "items", "Items", "data", "attributes", "metric", "name",
    "context", "pixel", "page", "url", "payload", "products", "batch", "price", "$value", "code", "timestamp", "checkout",
    "__proto__", "",
)  # fmt: skip
JSONS = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(JSONS, st.sampled_from([each.url for each in EXAMPLES if each.body]))
def test_json_of_any_build_is_read(body: object, url: str) -> None:
    kept(VENDORS.decode(hit(url, json.dumps(body))))


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from(["", "gzip", "deflate", "br", "zstd", "gzip, br", "zstd, zstd", "dcz"]),
    st.sampled_from([GA4, TIKTOK, META]),
)
def test_bytes_of_any_kind_are_read(body: bytes, encoding: str, url: str) -> None:
    kept(VENDORS.decode(hit(url, body, encoding=encoding)))


BOMB = b"en=view_item&x=" + b"0" * 30_000_000
HOSTILE = {
    "10 MB of JSON": hit(TIKTOK, b'{"event":"AddToCart","properties":{"contents":[' + b'{"content_id":"1"},' * 500_000 + b"]}}"),
    "10 MB of a form": hit(META, b"id=1&ev=Purchase&x=" + b"a" * 10_000_000),
    "10 MB of lines": hit(GA4, b"en=view_item\n" * 800_000),
    "a bomb": hit(GA4, gzip.compress(BOMB), encoding="gzip"),
    "a brotli bomb": hit(GA4, brotli.compress(BOMB, quality=5), encoding="br"),
    "a zstd bomb": hit(GA4, zstd.compress(BOMB), encoding="zstd"),
    "bombs in each other": hit(GA4, gzip.compress(zstd.compress(brotli.compress(BOMB, quality=5))), encoding="br, zstd, gzip"),
    "packed without end": hit(GA4, b"x", encoding=", ".join(["br"] * 5_000)),
    "deep JSON": hit(TIKTOK, b'{"a":' * 200_000),
    "JSON nested to the edge": hit(TIKTOK, b'{"event":"A","a":' + b"[" * 900 + b"]" * 900 + b"}"),
    "many parameters": hit(GA4 + "".join(f"&ep.k{n}=v" for n in range(10_000))),
    "many products": hit(GA4 + "".join(f"&pr{n}=id{n}" for n in range(1, 3_000))),
    "a long number": hit(TIKTOK, b'{"event":"Purchase","properties":{"value":' + b"9" * 200_000 + b"}}"),
    "percent signs": hit(GA4 + "&dt=" + "%" * 500_000),
    "pluses": hit(GA4 + "&dt=" + "+" * 500_000),
    "brackets": hit(GA4, b'{"' * 100_000),
    "tildes": hit(GA4 + "&pr1=" + "~" * 300_000),
    "a list of commas": hit(META + "?ev=Purchase&id=1&cd%5Bcontent_ids%5D=" + "1," * 200_000),
    "a path of slashes": hit("https://www.googleadservices.com/pagead/conversion/" + "/viewthroughconversion" * 20_000),
    "parts without end": hit(META, b"--x\r\n" * 200_000, content_type="multipart/form-data; boundary=x"),
    "base64 in base64": hit("https://a.klaviyo.com/api/track?data=" + "A" * 800_000),
    "forms in forms": hit("https://sslwidget.criteo.com/event?a=1" + "".join(f"&p{n}=e%3Dvp%26p%3D[a,b]" for n in range(1_500))),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_hits_are_read_within_bounds(what: str) -> None:
    sent = HOSTILE[what]
    tracemalloc.start()
    try:
        found = VENDORS.decode(sent)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found.vendor is not None
    assert most < 120_000_000
    fields = [event.fields for event in found.events]
    assert all(len(each) <= 4_100 for each in fields)
    assert len(found.events) <= 500
    assert all(len(event.items) <= 500 for event in found.events)
    kept(found)


@pytest.mark.parametrize(
    "what",
    [
        "10 MB of JSON",
        "10 MB of a form",
        "10 MB of lines",
        "a bomb",
        "a brotli bomb",
        "a zstd bomb",
        "bombs in each other",
        "packed without end",
        "many parameters",
        "deep JSON",
    ],
)
def test_what_is_left_out_of_a_hostile_hit_is_told(what: str) -> None:
    assert VENDORS.decode(HOSTILE[what]).trouble


def test_a_host_that_nobody_could_look_up_is_nobodys() -> None:
    assert (
        VENDORS.decode(hit("https://" + "a." * 50_000 + "google-analytics.com/g/collect?tid=G-1&en=a")).vendor
        is None
    )


def test_a_script_in_a_value_is_text_like_any_other() -> None:
    (event,) = VENDORS.decode(hit(GA4 + "&ep.coupon=%3Cscript%3Ealert(1)%3C%2Fscript%3E%1b%5B31m")).events
    assert event.fields["ep.coupon"] == "<script>alert(1)</script>\x1b[31m"


def test_hits_cut_off_anywhere_are_read() -> None:
    for sent in list(Mix(11).hits(60)):
        for end in range(0, len(sent.body), 37):
            kept(VENDORS.decode(hit(sent.url, sent.body[:end], method=sent.method)))
        for end in range(30, len(sent.url), 41):
            kept(VENDORS.decode(hit(sent.url[:end], sent.body, method=sent.method)))
