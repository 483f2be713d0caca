"""Steps that talk behind the page's back, and those that listen to it, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from nano_sre.core import registry
from nano_sre.core.fields import Duration, Element
from nano_sre.core.program import Modifiers, StepCall
from nano_sre.core.redact import Redactor
from nano_sre.core.template import parse
from nano_sre.kinds._shared.answers import Expected, Keep
from nano_sre.kinds._shared.compare import Expectation
from nano_sre.kinds.steps.javascript import Script
from nano_sre.runtime.values import Environment
from support.drive import finding, store_at
from support.pages import Site
from support.steps import go, note, press

Drive = Callable[..., Any]
JSON = {"content-type": "application/json"}


def step(kind: str, *, name: str | None = None, **keys: Any) -> StepCall:
    modifiers = Modifiers(name=name, timeout=keys.pop("timeout", None))
    return StepCall(verb=kind, step=registry.kind("step", kind).cls(**keys), modifiers=modifiers)


def contains(text: str) -> Expectation:
    return Expectation(contains=text)


def equals(text: str) -> Expectation:
    return Expectation(equals=text)


def passed(made: Any) -> Any:
    assert made.status == "PASS", [(r.title, r.finding, r.note) for r in made.steps if r.state != "passed"]
    return made


def problem(made: Any) -> Any:
    found = finding(made)
    assert found is not None, made.steps
    return found


# request


def test_a_request_has_the_cookies_of_the_page_and_keeps_what_it_is_told(drive: Drive, shop: Site) -> None:
    shop.put("/", "<h1>Shop</h1>", headers={"set-cookie": "cart=42; path=/"})
    shop.put("/cart/add.js", '{"items": [{"id": 7}]}', headers=JSON)
    asked = step(
        "request",
        post="/cart/add.js",
        json={"id": parse("${variant}")},
        headers={"X-Test": "yes"},
        expect=Expected(status=equals("200"), json={"$.items[0].id": equals("7")}),
        save=(Keep(json="$.items[0].id", as_="line"),),
    )
    kept = note(lambda io: _kept(io, "line"))
    environment = Environment(store=store_at(shop.url), redactor=Redactor(), saved={"variant": 7})
    made = passed(drive([go(), asked, kept], environment=environment))
    assert made.steps[-1].note == "7"
    assert shop.asked[-1] == "POST /cart/add.js"
    assert (shop.cookies[-1], shop.bodies[-1]) == ("cart=42", b'{"id": 7}')


async def _kept(io: Any, name: str) -> Any:
    return io.value(parse("${" + name + "}"))


def test_a_form_before_any_page_is_open(drive: Drive, shop: Site) -> None:
    shop.put("/cart/update", "ok")
    passed(
        drive(
            [step("request", post="/cart/update", form={"note": "a b"}, expect=Expected(text=equals("ok")))]
        )
    )
    assert shop.bodies[-1] == b"note=a+b"


def test_everything_that_is_wrong_with_an_answer_is_one_finding(drive: Drive, shop: Site) -> None:
    shop.put("/cart.js", '{"item_count": 2}', headers=JSON)
    expect = Expected(status=equals("201"), json={"$.item_count": equals("1")}, header={"x-a": equals("b")})
    found = problem(drive([go(), step("request", get="/cart.js", expect=expect)]))
    assert (found.code, found.expected, found.actual) == ("R520", "201", "200")
    assert [line for line in found.evidence if line.startswith("also: ")] == [
        "also: The header x-a of GET /cart.js is nothing, expected “b”.",
        "also: $.item_count of GET /cart.js is 2, expected 1.",
    ]


def test_without_expectations_an_error_page_fails(drive: Drive) -> None:
    found = problem(drive([go(), step("request", get="/gone")]))
    assert (found.code, found.summary) == ("R520", "GET /gone answers with status 404.")


# javascript


@pytest.mark.parametrize(
    ("code", "result"),
    [
        ("document.title", "it gives “Shop”"),
        ("inputs.a + inputs.b", "it gives 3.5"),
        ("const all = [1, 2]; return all.length;", "it gives 2"),
        ("await Promise.resolve(inputs.text)", "it gives “${price}”"),
        ("document.title = 'x';", "it gives “x”"),
        ("void 0", None),
    ],
)
def test_a_script_is_an_expression_or_statements(drive: Drive, code: str, result: str | None) -> None:
    script = step("javascript", code=Script.parse(code), inputs={"a": 1, "b": 2.5, "text": "${price}"})
    assert passed(drive([go(), script])).steps[-1].note == result


def test_inputs_are_arguments_and_never_part_of_the_code(drive: Drive, shop: Site) -> None:
    evil = "'); document.title = 'hacked'; ('"
    environment = Environment(store=store_at(shop.url), redactor=Redactor(), saved={"name": evil})
    script = step(
        "javascript", code=Script.parse("inputs.name"), inputs={"name": parse("${name}")}, as_="kept"
    )
    made = passed(
        drive([go(), script, note(lambda io: io.js("() => document.title"))], environment=environment)
    )
    assert made.steps[-1].note == "Shop"
    assert environment.saved["kept"] == evil


def test_a_result_that_is_not_as_expected(drive: Drive) -> None:
    script = step("javascript", code=Script.parse("document.title"), expect=equals("Store"))
    found = problem(drive([go(), script]))
    assert (found.code, found.summary) == ("R541", "The result of the script is “Shop”, expected “Store”.")


def test_a_script_that_throws_fails_and_one_that_cannot_be_read_is_ours(drive: Drive) -> None:
    found = problem(drive([go(), step("javascript", code=Script.parse("throw new Error('no stock')"))]))
    assert found.summary == "The script ended with an error: Error: no stock."
    made = drive([go(), step("javascript", code=Script.parse("document..title"))])
    assert (made.status, made.steps[-1].state) == ("WARN", "not_reached")
    assert "cannot be read by a browser" in (made.inconclusive or "")


# expect_request

ADD = (
    "<button onclick=\"fetch('/cart/add.js?x=1', {method: 'POST', body: %s})\">Add</button>"
    "<button onclick=\"document.title = 'nothing'\">Rest</button>"
)
FORM = "(() => { const f = new FormData(); f.append('id', '7'); f.append('quantity', '2'); return f })()"


@pytest.fixture
def store(shop: Site) -> Site:
    shop.put("/", ADD % "JSON.stringify({id: 7, quantity: 2})")
    shop.put("/cart/add.js", '{"id": 7, "key": "7:abc"}', headers=JSON)
    return shop


@pytest.mark.parametrize(
    "body", ["JSON.stringify({id: 7, quantity: 2})", FORM, "new URLSearchParams('id=7&quantity=2')"]
)
def test_the_request_of_the_step_before_is_seen_with_what_it_sent(
    drive: Drive, store: Site, body: str
) -> None:
    store.put("/", ADD % body)
    expected = step(
        "expect_request",
        url=equals("/cart/add.js"),
        method="POST",
        status=equals("200"),
        sent={"$.id": equals("7"), "$.quantity": equals("2")},
        json={"$.key": Expectation(starts_with="7:")},
    )
    made = passed(drive([go(), press("Add"), expected, expected]))
    assert made.steps[-1].note == "POST /cart/add.js?x=1"


@pytest.mark.parametrize(
    "url", [contains("/CART/add"), equals("/cart/add.js?x=1"), Expectation(matches="add\\.js")]
)
def test_ways_to_write_an_address(drive: Drive, store: Site, url: Expectation) -> None:
    passed(drive([go(), press("Add"), step("expect_request", url=url)]))


def test_an_earlier_request_does_not_count_and_the_hint_says_how_it_would(drive: Drive, store: Site) -> None:
    soon = Duration(700)
    late = step("expect_request", url=equals("/cart/add.js"), timeout=soon)
    adding = step("press", element=Element(any_name="Add"), name="adding")
    found = problem(drive([go(), adding, press("Rest"), late]))
    assert found.code == "R540"
    assert found.summary == "The page did not make a request to /cart/add.js."
    assert found.actual == "no request"
    assert found.hint == "It was asked for earlier: write “after: adding” to count from there."
    for after in ("adding", "press", "start"):
        passed(
            drive(
                [go(), adding, press("Rest"), step("expect_request", url=equals("/cart/add.js"), after=after)]
            )
        )


def test_a_request_that_is_never_made_names_those_that_were(drive: Drive, store: Site) -> None:
    wanted = step("expect_request", url=contains("/cart/change"), timeout=Duration(500))
    found = problem(drive([go(), press("Add"), wanted]))
    assert found.summary == "The page did not make a request with “/cart/change” in its address."
    assert (found.actual, found.hint) == ("1 other request", "The page asked for: POST /cart/add.js?x=1.")


def test_a_request_that_goes_wrong_shows_both_values(drive: Drive, store: Site) -> None:
    store.put("/cart/add.js", '{"message": "sold out"}', status=422, headers=JSON)
    wanted = step("expect_request", url=contains("/cart/add"), status=equals("200"), timeout=Duration(700))
    found = problem(drive([go(), press("Add"), wanted]))
    assert found.summary == "The status of POST /cart/add.js?x=1 is 422, expected 200."
    sent = step(
        "expect_request", url=contains("/cart/add"), sent={"$.quantity": equals("3")}, timeout=Duration(700)
    )
    found = problem(drive([go(), press("Add"), sent]))
    assert found.summary == "$.quantity, sent with POST /cart/add.js?x=1 is 2, expected 3."


def test_a_slow_answer_is_waited_for(drive: Drive, store: Site) -> None:
    store.put("/cart/add.js", '{"id": 1}', headers=JSON, wait=0.6)
    passed(
        drive(
            [
                go(),
                press("Add"),
                step("expect_request", url=contains("/cart/add"), json={"$.id": equals("1")}),
            ]
        )
    )


def test_a_redirect_is_an_answer_without_content(drive: Drive, store: Site) -> None:
    store.put("/", "<form method=post action=/cart/add><input name=id value=7><button>Add</button></form>")
    store.put("/cart/add", "", status=302, headers={"location": "/cart"})
    store.put("/cart", "<h1>Cart</h1>")
    form = step("expect_request", url=equals("/cart/add"), method="POST", sent={"$.id": equals("7")})
    passed(drive([go(), press("Add"), form]))
    answer = step(
        "expect_request", url=equals("/cart/add"), json={"$.id": equals("7")}, timeout=Duration(700)
    )
    found = problem(drive([go(), press("Add"), answer]))
    assert found.summary == "$.id in the answer to POST /cart/add is nothing, expected “7”."


def test_bot_protection_is_no_failure_of_the_store(drive: Drive, store: Site) -> None:
    store.put("/cart/add.js", "no", status=429)
    made = drive(
        [go(), press("Add"), step("expect_request", url=contains("/cart/add"), status=equals("200"))]
    )
    assert made.status == "WARN"
    assert "bot protection" in (made.inconclusive or "")
