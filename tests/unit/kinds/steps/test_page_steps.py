"""Steps of every page, against a browser that shows what the test says."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from typing import Any

import pytest

from nano_sre.core import registry, template
from nano_sre.core.fields import Element, Money
from nano_sre.core.ports import Abort, Outcome, failed
from nano_sre.core.result import Finding
from nano_sre.kinds._shared.compare import Assertion, Expectation, Limit
from support.fake_browser import FakeBrowser, FakeHandle


def step(kind: str, **keys: Any) -> Any:
    return registry.kind("step", kind).cls(**keys)


def run(made: Any, io: FakeBrowser) -> Outcome | None:
    outcome: Outcome | None = asyncio.run(made.run(io))
    return outcome


def broken(made: Any, io: FakeBrowser) -> Finding:
    with pytest.raises(Abort) as caught:
        run(made, io)
    assert caught.value.finding is not None
    return caught.value.finding


def named(name: str) -> Element:
    return Element(any_name=name)


def test_open_back_and_reload_go_where_they_say() -> None:
    io = FakeBrowser()
    for made in (step("open", path="/collections/all"), step("back"), step("reload")):
        run(made, io)
    assert io.went == ["/collections/all", "back", "reload"]


def test_open_expects_a_status() -> None:
    finding = broken(step("open", path="/x", status=404), FakeBrowser())
    assert (finding.code, finding.summary) == ("R507", "The page /x answers with status 200, expected 404.")


def test_acting_steps_act() -> None:
    thing = FakeHandle()
    io = FakeBrowser({"Thing": thing})
    for made in (
        step("press", element=named("Thing")),
        step("fill", element=named("Thing"), value="x"),
        step("choose", element=named("Thing"), option="Blue"),
        step("tick", element=named("Thing")),
        step("tick", element=named("Thing"), on=False),
    ):
        run(made, io)
    assert thing.done == [
        ("press",),
        ("fill", "x", False),
        ("choose", "Blue"),
        ("tick", True),
        ("tick", False),
    ]


def test_the_other_ways_to_act() -> None:
    thing = FakeHandle()
    io = FakeBrowser({"Thing": thing})
    it = named("Thing")
    for made in (
        step("untick", element=it),
        step("hover", element=it),
        step("press_key", key="Enter", element=it),
        step("press_key", key="Escape"),
        step("upload", element=it, file=("a.png", "b.png")),
        step("scroll_to", element=it),
        step("scroll_to", element=named("bottom")),
        step("new_tab", element=it),
        step("new_tab", path="/faq"),
        step("close_tab"),
    ):
        assert run(made, io) is None, made
    assert thing.done == [
        ("tick", False),
        ("hover",),
        ("press_key", "Enter"),
        ("upload", "/checks/a.png", "/checks/b.png"),
        ("scroll_to",),
        ("press",),
    ]
    assert io.went == ["key Escape", "bottom", "new tab: Pressing “Thing”", "new tab: /faq", "close tab"]


def test_a_request_sends_what_it_is_told() -> None:
    io = FakeBrowser()
    io.answers["/cart/add.js"] = (200, '{"id": 7}')
    io.kept["variant"] = 7
    made = step("request", post="/cart/add.js", json={"items": [{"id": template.parse("${variant}")}]})
    assert run(made, io) == Outcome(note="200 in 1 ms")
    ((method, path, sent),) = io.sent
    assert (method, path, sent["json"]) == ("POST", "/cart/add.js", {"items": [{"id": 7}]})


def test_nobody_asked_for_anything() -> None:
    finding = broken(
        step("expect_request", url=Expectation(equals="/cart/add.js"), method="POST"), FakeBrowser()
    )
    assert (finding.code, finding.summary) == (
        "R540",
        "The page did not make a POST request to /cart/add.js.",
    )
    assert finding.actual == "no request"


def test_a_secret_is_filled_as_one() -> None:
    thing = FakeHandle()
    io = FakeBrowser({"Code": thing})
    io.kept["secret"] = {"CODE": "s3cret"}
    run(step("fill", element=named("Code"), value=template.parse("${secret.CODE}")), io)
    assert thing.done == [("fill", "s3cret", True)]


def test_a_healed_step_warns_with_the_name_that_worked() -> None:
    thing = FakeHandle()
    thing.via = "Buy now"  # type: ignore[attr-defined]
    io = FakeBrowser({"('Add to cart', 'Buy now')": thing})
    outcome = run(step("press", element=Element(any_of=("Add to cart", "Buy now"))), io)
    assert outcome is not None
    assert outcome.warning is not None
    assert (
        outcome.warning.summary == "“Add to cart” is no longer on the page; “Buy now” was used in its place."
    )


def test_see_wants_all_of_a_list() -> None:
    io = FakeBrowser({"Cart": FakeHandle(), "Total": FakeHandle()})
    run(step("see", all_=(named("Cart"), named("Total"))), io)
    finding = broken(step("see", all_=(named("Cart"), named("Discount"))), io)
    assert (finding.code, finding.summary) == ("R501", "The page does not show “Discount”.")
    assert finding.hint == "The nearest on the page: “Cart”, “Total”."


def test_not_see_wants_none_of_a_list() -> None:
    io = FakeBrowser({"Sold out": FakeHandle(text="Sold out")})
    run(step("not_see", element=named("Error")), io)
    finding = broken(step("not_see", all_=(named("Error"), named("Sold out"))), io)
    assert (finding.code, finding.summary) == (
        "R504",
        "The page shows “Sold out”, which should not be there.",
    )


def test_what_is_not_there_keeps_no_promise_about_its_text() -> None:
    """Else a check that an element shows no error would be green once the element went away."""
    io = FakeBrowser({})
    denied = Expectation(not_=Assertion(contains="error"))
    finding = broken(step("expect", text=named("Status"), expectation=denied), io)
    assert (finding.code, finding.summary) == ("R501", "The page does not show “Status”.")
    run(step("expect", text=named("Status"), expectation=Expectation(exists=False)), io)
    run(step("expect", text=named("Status"), expectation=Expectation(not_=Assertion(exists=True))), io)


def test_wait_for_says_what_did_not_come_about() -> None:
    io = FakeBrowser({"Cart": FakeHandle()})
    run(step("wait_for", see=named("Cart"), url=Expectation(contains="/products/")), io)
    finding = broken(step("wait_for", gone=named("Cart")), io)
    assert finding.summary == "It did not come about that “Cart” has gone."


def test_dismiss_leaves_in_peace_what_is_not_there() -> None:
    outcome = run(step("dismiss", element=named("No thanks")), FakeBrowser())
    assert outcome == Outcome(note="not there")
    assert run(step("dismiss"), FakeBrowser()) == Outcome(note="not there")


def test_dismiss_presses_the_close_control_of_the_dialog_on_top() -> None:
    close = FakeHandle()
    io = FakeBrowser({"#close": close}, scripts=lambda _function: "#close")
    assert run(step("dismiss"), io) is None
    assert close.done == [("press",)]


def test_screenshot_names_its_picture() -> None:
    io = FakeBrowser()
    run(step("screenshot", as_="product"), io)
    assert io.pictures == ["product"]


def test_save_keeps_what_the_page_shows() -> None:
    things = {
        "h1": FakeHandle(text="Complete Snowboard"),
        ".left": FakeHandle(text="Only 1,200 left"),
        "Buy": FakeHandle(attributes={"href": "/cart"}),
    }
    io = FakeBrowser(things, scripts=lambda _function: [{"text": "$749.95", "struck": False, "label": None}])
    run(step("save", money="product_price", as_="price"), io)
    run(step("save", text=Element(css="h1"), as_="title"), io)
    run(step("save", number=Element(css=".left"), as_="left"), io)
    run(step("save", attribute="href", of=Element(link="Buy"), as_="link"), io)
    run(step("save", url="path", as_="place"), io)
    assert io.kept == {
        "price": Money(Decimal("749.95"), "USD"),
        "title": "Complete Snowboard",
        "left": Decimal(1200),
        "link": "/cart",
        "place": "/products/board",
    }


def test_save_says_when_there_is_no_price() -> None:
    finding = broken(
        step("save", money="product_price", as_="price"), FakeBrowser(scripts=lambda _function: [])
    )
    assert finding.code == "R523"
    assert finding.summary.startswith("Shoppers cannot see the product's price")


def test_save_says_when_a_price_is_in_another_currency() -> None:
    io = FakeBrowser(scripts=lambda _function: [{"text": "€749.95", "struck": False, "label": None}])
    finding = broken(step("save", money="product_price", as_="price"), io)
    assert (finding.code, finding.actual) == ("R523", "€749.95")
    assert "is not in USD" in finding.summary


def test_expect_judges_every_subject() -> None:
    io = FakeBrowser(
        {
            "h1": FakeHandle(text="Complete Snowboard"),
            ".n": FakeHandle(text="7"),
            "Buy": FakeHandle(attributes={"href": "/c"}),
        },
        scripts=lambda function: "Snowboards" if "document.title" in function else [{"text": "$10.00"}],
    )
    io.kept["price"] = Money(Decimal(10), "USD")
    price = template.parse("${price}")
    for made in (
        step("expect", money="cart_subtotal", expectation=Expectation(equals=price)),
        step("expect", text=Element(css="h1"), expectation=Expectation(contains="snowboard")),
        step("expect", number=Element(css=".n"), expectation=Expectation(between=("5", "9"))),
        step("expect", attribute="href", of=named("Buy"), expectation=Expectation(equals="/c")),
        step("expect", count=Element(css=".n"), expectation=Expectation(at_least=Limit(fail="1"))),
        step("expect", count=Element(css=".none"), expectation=Expectation(equals="0")),
        step("expect", value=price, expectation=Expectation(equals="10")),
        step("expect", url=Expectation(ends_with="/products/board")),
        step("expect", title_=Expectation(equals="Snowboards")),
        step("expect", text=Element(css=".none"), expectation=Expectation(exists=False)),
    ):
        assert run(made, io) is None, made


def test_expect_names_the_amount_in_words() -> None:
    io = FakeBrowser(scripts=lambda _function: [{"text": "$824.95"}])
    finding = broken(step("expect", money="cart_subtotal", expectation=Expectation(equals="749.95")), io)
    assert (finding.code, finding.summary) == ("R505", "The cart's subtotal is $824.95, expected $749.95.")


def test_an_amount_of_the_cart_is_told_with_what_the_cart_holds() -> None:
    """More than the check put into it: mostly that is why."""
    items = [
        {"variant_id": 1, "product_title": "Board", "variant_title": "158cm", "quantity": 1},
        {"variant_id": 2, "product_title": "Parcel insurance", "quantity": 2},
    ]
    io = FakeBrowser(scripts=lambda _function: [{"text": "$824.95"}])
    io.answers["/cart.js"] = (200, json.dumps({"items": items}))
    finding = broken(step("expect", money="cart_subtotal", expectation=Expectation(equals="749.95")), io)
    assert finding.evidence[0] == "the cart holds 1 of “Board” in 158cm and 2 of “Parcel insurance”"


def test_expect_says_when_there_is_nothing_to_judge() -> None:
    io = FakeBrowser(scripts=lambda _function: [])
    assert broken(step("expect", money="cart_total", expectation=Expectation(equals="1")), io).code == "R519"
    assert broken(step("expect", text=named("X"), expectation=Expectation(equals="1")), io).code == "R501"


@pytest.mark.parametrize(
    "keys",
    [
        {"money": "cart_total"},
        {"attribute": "href", "expectation": Expectation(equals="x")},
        {"url": Expectation(equals="x"), "expectation": Expectation(equals="x")},
    ],
)
def test_an_expectation_without_a_meaning_is_refused(keys: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"say what|go together"):
        step("expect", **keys)


def test_titles_are_plain_english() -> None:
    assert step("press", element=named("Buy")).title() == "Press “Buy”"
    assert step("press_key", key="Enter", element=named("Search")).title() == "Press Enter in “Search”"
    assert step("scroll_to", element=named("top")).title() == "Scroll to the top of the page"
    assert step("new_tab", element=named("Guide")).title() == "Press “Guide”, and go to the new tab"
    assert step("upload", element=named("Photo"), file=("a", "b")).title() == "Upload a and b into “Photo”"
    assert step("javascript", code="x " * 50).title() == f"Run JavaScript: {'x ' * 28}x…"
    assert step("see", all_=(named("A"), named("B"), named("C"))).title() == "See “A”, “B” and “C”"
    assert step("save", money="product_price", as_="price").title() == "Save the product's price as price"
    assert (
        step("expect", money="Shipping", expectation=Expectation(equals="1"))
        .title()
        .startswith("Expect the amount")
    )
    for kind in (
        "add_to_cart",
        "open_cart",
        "start_checkout",
        "fill_contact",
        "fill_shipping",
        "see_payment",
    ):
        assert not step(kind).title().endswith(".")


@pytest.mark.parametrize(
    ("met", "told"),
    [
        (
            "/de/products/x does not load: the server refuses the connection",
            "does not load: the server refuses the",
        ),
        ("/products/x did not load in time", "did not load in time."),
        (
            "The store answers /products/x with an error page (500)",
            "does not open: the store answers with an error",
        ),
    ],
)
def test_a_product_page_that_does_not_open_is_named_once(met: str, told: str) -> None:
    class Shut(FakeBrowser):
        async def open(self, path: str) -> int:
            raise failed("R507", met)

    summary = broken(step("open_product", handle="x"), Shut()).summary
    assert summary.startswith(f"The product page /products/x {told}")
    assert summary.endswith(".")
    assert summary.count("/products/x") == 1
