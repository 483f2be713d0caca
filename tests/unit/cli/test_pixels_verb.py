"""`pixels decode` and `pixels test`: what they say, to people and to machines, and how they end."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest

from support.cli import COMMAND, Desk, Done
from support.golden import GOLDEN
from support.hit_mix import Mix

GA4 = "https://www.google-analytics.com/g/collect?v=2&tid=G-1&cid=1.2&en=add_to_cart&epn.value=10.50&cu=EUR&pr1=idA~nmBoard~pr10.50~qt1"
OWN = """\
version: 1
kind: vendor
id: own_pixel
name: Our own pixel
hosts: [pixel.example.com]
account: query.shop
event: body.event
value: body.total
names: {added: add_to_cart}
examples:
  - about: Into the cart
    url: https://pixel.example.com/e?shop=7
    body: '{"event": "added", "total": 20.00}'
    events: [{name: added, canonical: add_to_cart, account: "7", value: "20.00"}]
"""


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def piped(desk: Desk, text: str | bytes, *words: str) -> Done:
    raw = text if isinstance(text, bytes) else text.encode()
    made = subprocess.run(
        [*COMMAND, "pixels", "decode", *words],
        input=raw,
        capture_output=True,
        cwd=desk.folder,
        env=desk._environment(),
        check=False,
    )
    return Done(made.returncode, made.stdout.decode(), made.stderr.decode())


def test_a_hit_is_told_to_people(here: Desk) -> None:
    done = here.nano("pixels", "decode", GA4, "https://shop.example/app.js")
    assert done.code == 0
    assert done.out.splitlines() == [
        "Google Analytics 4  G-1  (GET www.google-analytics.com/g/collect)",
        "  add_to_cart  10.50 EUR",
        "      1 \u00d7 Board [A] at 10.50",
        "nobody's hit  (GET shop.example/app.js)",
    ]


def test_what_is_wrong_with_a_hit_is_told_and_signs_of_terminals_are_not(here: Desk) -> None:
    done = here.nano(
        "pixels",
        "decode",
        "https://ct.pinterest.com/v3/?tid=1&event=checkout%1b%5B31m&ed=%7B",
        "https://tr.snapchat.com/cm/i",
        "https://c.clarity.ms/c.gif",
    )
    assert "\x1b" not in done.out
    assert done.out.splitlines() == [
        "Pinterest Tag  1  (GET ct.pinterest.com/v3/)",
        "  checkout",
        "  ! “{” is no JSON that can be read: expecting property name enclosed in double quotes",
        "Snap Pixel  (GET tr.snapchat.com/cm/i)",
        "  no event",
        "Microsoft Clarity  (GET c.clarity.ms/c.gif)",
        "  known by its host, and not read",
    ]


def test_machines_get_a_line_for_each_hit(here: Desk) -> None:
    done = here.nano("pixels", "decode", "--json", GA4, "https://shop.example/")
    first, second = map(json.loads, done.out.splitlines())
    (event,) = first.pop("events")
    assert first == {"vendor": "ga4", "account": "G-1"}
    assert (event["name"], event["canonical"], event["value"], event["currency"]) == (
        "add_to_cart",
        "add_to_cart",
        10.5,
        "EUR",
    )
    assert event["items"] == [
        {"id": "A", "ids": ["A"], "name": "Board", "price": 10.5, "quantity": 1, "variant": None}
    ]
    assert event["params"]["cid"] == "1.2"
    assert second == {"vendor": None, "account": None, "events": []}


def test_lines_of_stdin_are_hits_with_bodies(here: Desk) -> None:
    packed = base64.b64encode(b"id=1&ev=Purchase&cd%5Bvalue%5D=5").decode()
    lines = [
        {"method": "POST", "url": "https://www.facebook.com/tr/", "postData": "id=1&ev=PageView"},
        {"url": "https://www.facebook.com/tr/", "base64": packed},
        {
            "url": "https://www.facebook.com/tr/",
            "postData": {"mimeType": "text/plain", "text": "id=1&ev=Search"},
        },
        {"method": "GET", "url": "https://www.facebook.com/tr/?id=1&ev=AddToCart", "postData": None},
    ]
    text = "\n".join(map(json.dumps, lines)) + "\n\nhttps://www.facebook.com/tr/?id=1&ev=ViewContent"
    done = piped(here, text, "-", "--json")
    assert done.code == 0, done.err
    names = [json.loads(line)["events"][0]["name"] for line in done.out.splitlines()]
    assert names == ["PageView", "Purchase", "Search", "AddToCart", "ViewContent"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nonsense", "line 2: “nonsense” is neither an address nor JSON: an address begins with https://"),
        ('{"url": ', "line 2: this is no JSON that can be read: expecting value at column 8"),
        ("{}", "line 2: “url” is missing: it is empty"),
        ('{"uri": "https://a"}', "line 2: “url” is missing: it has uri"),
        ('{"url": 3}', "line 2: “url” is an address, as a text"),
        ('{"url": "https://a", "method": 3}', "line 2: “method” is a text, such as GET or POST"),
        ('{"url": "https://a", "postData": 3}', "line 2: “postData” is what was posted, as a text"),
        ('{"url": "https://a", "base64": "ä"}', "line 2: “base64” is no base64"),
        ("[1]", "line 2: this is a list: write each hit on a line of its own"),
    ],
)
def test_broken_lines_are_told_and_the_others_go_on(here: Desk, line: str, said: str) -> None:
    done = piped(here, f"{GA4}\n{line}\n{GA4}\n", "-", "--json")
    assert done.code == 3
    assert done.err.splitlines() == [said, "1 hit could not be read."]
    answers = [json.loads(each) for each in done.out.splitlines()]
    assert [each["vendor"] for each in answers] == ["ga4", None, "ga4"]
    assert answers[1]["error"] == said


def test_bytes_that_are_no_text_stop_nothing(here: Desk) -> None:
    done = piped(here, b"\xff\xfe\n" + GA4.encode() + b"&dt=\xff\n", "-", "--json")
    assert done.code == 3
    assert json.loads(done.out.splitlines()[1])["events"][0]["params"]["dt"] == "\ufffd"


def test_half_a_character_from_a_browser_is_printed(here: Desk) -> None:
    done = piped(
        here,
        '{"url": "https://www.facebook.com/tr/?id=1&ev=A\\ud800", "postData": "x=\\ud800"}\n',
        "-",
        "--json",
    )
    assert done.code == 0, done.err
    assert json.loads(done.out)["events"][0]["name"] == "A\ufffd"
    done = piped(
        here, '{"url": "https://shop.example/\\ud800"}\n\ud800'.encode("utf-8", "surrogatepass"), "-"
    )
    assert done.out.startswith("nobody's hit")


def test_a_long_stream_takes_no_more_memory_than_a_short_one(here: Desk) -> None:
    code = (
        "import io, resource, sys\nfrom nano_sre.cli.main import main\n"
        "try:\n    main(['pixels', 'decode', '-', '--json'])\nexcept SystemExit as stop:\n    assert not stop.code\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )
    most = []
    lines = [
        json.dumps({"method": h.method, "url": h.url, "postData": h.body.decode()}) + "\n"
        for h in Mix(5).hits(500)
    ]
    for times in (1, 12):
        made = subprocess.run(
            [sys.executable, "-c", code],
            input="".join(lines * times),
            capture_output=True,
            text=True,
            check=False,
        )
        assert len(made.stdout.splitlines()) == 500 * times, made.stderr
        most.append(int(made.stderr.split()[-1]))
    assert most[1] < most[0] * 1.15


def test_hits_to_a_vendor_of_ones_own_are_read(here: Desk) -> None:
    here.write("vendors/own.yaml", OWN)
    line = json.dumps(
        {"url": "https://pixel.example.com/e?shop=7", "postData": '{"event": "added", "total": 3}'}
    )
    assert json.loads(piped(here, line, "-", "--json").out)["vendor"] is None
    found = json.loads(piped(here, line, "-", "--json", "--vendors", "checks").out)
    assert (found["vendor"], found["account"], found["events"][0]["canonical"]) == (
        "own_pixel",
        "7",
        "add_to_cart",
    )


def test_examples_that_come_out_as_they_say(here: Desk) -> None:
    here.write("own.yaml", OWN)
    done = here.nano("pixels", "test", "checks/own.yaml")
    assert (done.code, done.out) == (
        0,
        "Our own pixel (own_pixel)\n  ✓ Into the cart\n1 example, all come out as they say.\n",
    )
    shown = here.nano("pixels", "test", "checks", "--verbose").out
    assert "      |   added = add_to_cart  20.00 without a currency" in shown


def test_an_example_that_comes_out_otherwise(here: Desk) -> None:
    here.write("own.yaml", OWN.replace('value: "20.00"}', 'value: "20"}'))
    done = here.nano("pixels", "test", "checks/own.yaml")
    assert done.code == 1
    assert (
        "  ✗ Into the cart\n      value is “20.00”, not “20” as the example says  (checks/own.yaml:14:"
        in done.out
    )
    assert done.out.endswith("1 example, 1 comes out otherwise.\n")
    told = here.nano("pixels", "test", "checks/own.yaml", "--json").json()
    (vendor,) = told["vendors"]
    assert (told["examples"], told["wrong"], vendor["vendor"]) == (1, 1, "own_pixel")
    (difference,) = vendor["examples"][0]["differences"]
    assert difference["path"] == "examples/0/events/0/value"
    assert vendor["examples"][0]["decoded"]["events"][0]["value"] == 20


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (
            OWN.replace("evnt", "event").replace("event: body.event", "evnt: body.event"),
            3,
            "there is no key “evnt”",
        ),
        (OWN.partition("examples:")[0], 9, "there is no example to try"),
        (
            "version: 1\nkind: fragment\nid: f\nname: F\nsteps: [{see: A}]\n",
            9,
            "“checks/own.yaml” describes no vendor",
        ),
        ("kind: [", 3, "error[E10"),
    ],
)
def test_a_file_that_is_no_good(here: Desk, text: str, code: int, said: str) -> None:
    here.write("own.yaml", text)
    done = here.nano("pixels", "test", "checks/own.yaml")
    assert done.code == code
    assert said in done.err


def test_built_in_vendors_are_tried_by_their_words(here: Desk) -> None:
    assert here.nano("pixels", "test", "ga4", "meta").code == 0
    done = here.nano("pixels", "test", "ga5")
    assert (done.code, done.err.splitlines()[0]) == (9, "nano-sre: “ga5” is not there")


def test_the_hits_of_a_recorded_visit_are_decoded_and_its_other_lines_passed_over(here: Desk) -> None:
    text = (GOLDEN / "pixels" / "value_mismatch" / "wrong.jsonl").read_text("utf-8")
    done = piped(here, text, "-", "--json")
    assert done.code == 0, done.err
    told = [json.loads(line) for line in done.out.splitlines()]
    assert len(told) == text.count('\n{"hit":')
    assert {each["vendor"] for each in told} >= {"ga4", "meta"}
    assert all(each["events"] for each in told if each["vendor"] == "tiktok")
