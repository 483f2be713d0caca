from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nano_sre.core.diagnosis import Evidence, Neighbour
from nano_sre.core.fields import Duration, Percent
from nano_sre.core.result import Attempt, Finding, StepReport
from nano_sre.core.rules import Clue, Rule
from nano_sre.diagnosis.rules import FLOOR, RuleDiagnoser
from nano_sre.diagnosis.seen import LONGEST_LINE, MOST_LINES, origin_of, seen_in
from nano_sre.spec.rules import built_in_rules
from support.results import NOON, make_result


def failure(
    code: str = "R511",
    summary: str = "Pressing “Buy” did nothing.",
    *,
    verb: str = "add_to_cart",
    console: tuple[str, ...] = (),
    requests: tuple[str, ...] = (),
    **more: Any,
) -> Evidence:
    """The evidence of one failed step; `more` are fields of `Evidence`."""
    finding = Finding(code=code, summary=summary)
    step = StepReport(title="a step", verb=verb, state="failed", finding=finding)
    attempt = Attempt(number=1, status="FAIL", steps=(step,), console=console, failed_requests=requests)
    result = make_result(status="FAIL", findings=(finding,), attempts=(attempt,))
    return Evidence(result=result, now=NOON, **more)


def rule(cause: str, *clues: Clue, against: tuple[Clue, ...] = (), rarity: float = 3.0) -> Rule:
    words = {"title": f"It is {cause}", "shoppers": "They wait.", "remedy": "Look."}
    return Rule(cause=cause, for_=clues, against=against, rarity=rarity, **words)  # type: ignore[arg-type]


def concluded(evidence: Evidence, *rules: Rule) -> list[str]:
    found = RuleDiagnoser(lambda: rules).conclude(evidence)
    return [cause.id for cause in found.causes]


def neighbour(check: str, *, status: str = "PASS", summary: str = "fine", **more: Any) -> Neighbour:
    return Neighbour(
        target=f"main/{check}@us",
        check_id=check,
        kind="api",
        status=status,
        inconclusive=None,
        summary=summary,
        **more,
    )


CODE = Clue(weight=5, code=("R511",))


def test_what_speaks_for_a_cause_names_it_with_the_lines_it_was_concluded_from() -> None:
    found = RuleDiagnoser(lambda: [rule("dead-button", Clue(weight=8, says=("did nothing",)))])
    (cause,) = asyncio.run(found.diagnose(failure())).causes
    assert (cause.id, cause.title) == ("dead-button", "It is dead-button")
    assert 0.5 < cause.confidence < 1
    assert cause.evidence == ("Pressing “Buy” did nothing.",)


def test_nothing_is_said_of_what_passes() -> None:
    passed = Evidence(result=make_result(), now=NOON)
    assert concluded(passed, rule("always", Clue(weight=9, neighbour=(".",), absent=True))) == []


def test_too_little_is_no_conclusion_and_says_so() -> None:
    never_met = Clue(weight=5, code=("R999",))
    found = RuleDiagnoser(lambda: [rule("maybe", Clue(weight=2, code=("R511",)), never_met)])
    assert found.conclude(failure()).causes == ()
    assert "No rule fits" in str(found.conclude(failure()).note)


def test_those_that_fit_alike_are_guesses_and_the_second_is_named_as_well() -> None:
    alike = [rule(name, CODE) for name in ("one", "three", "two")]
    told = RuleDiagnoser(lambda: alike).conclude(failure())
    assert [cause.id for cause in told.causes] == ["one", "three", "two"]
    assert told.note == "It may as well be: It is three."
    assert all(FLOOR <= each.confidence < 0.34 for each in told.causes)


THROWN = "uncaught: x is null (https://main.example.com/cdn/shop/t/1/assets/theme.js:1)"


def test_what_a_single_source_says_is_a_guess_until_another_one_agrees() -> None:
    suspect = rule("script", Clue(weight=6, says=("did nothing",)), Clue(weight=3, thrown=(".",)))
    alone = RuleDiagnoser(lambda: [suspect]).conclude(failure())
    agreeing = RuleDiagnoser(lambda: [suspect]).conclude(failure(console=(THROWN,)))
    assert alone.causes[0].confidence < 0.5
    assert agreeing.causes[0].confidence > 0.9


def test_what_can_mean_one_thing_only_needs_no_other_source() -> None:
    waits, settles = (
        rule("dead-button", Clue(weight=6, says=("did nothing",), settles=s)) for s in (False, True)
    )
    (guess,) = RuleDiagnoser(lambda: [waits]).conclude(failure()).causes
    (sure,) = RuleDiagnoser(lambda: [settles]).conclude(failure()).causes
    assert guess.confidence < 0.5 < sure.confidence


@pytest.mark.parametrize(
    ("expected", "actual", "times"),
    [
        ("$60.83", "$729.95", "$729.95 is 12 times $60.83"),
        ("50,00 €", "1.200,00 €", "1.200,00 € is 24 times 50,00 €"),
        ("$40.00", "$45.00", None),
        ("$40.00", "$40.00", None),
        ("more than $0.00", "$0.00", None),
        ("the checkout", "the cart", None),
    ],
)
def test_a_whole_multiple_of_what_was_expected_is_said_to_be(
    expected: str, actual: str, times: str | None
) -> None:
    finding = Finding(code="R505", summary="It differs.", expected=expected, actual=actual)
    says = seen_in(Evidence(result=make_result(status="FAIL", findings=(finding,)), now=NOON)).says
    assert [line for line in says if " times " in line] == ([times] if times else [])


def test_two_clues_of_one_source_are_one_witness() -> None:
    both = rule("same", Clue(weight=3, says=("did",)), Clue(weight=3, says=("nothing",)))
    assert RuleDiagnoser(lambda: [both]).conclude(failure()).causes[0].confidence < 0.5


def test_want_of_a_second_source_changes_no_order() -> None:
    sure = rule("says-more", Clue(weight=6, says=("did nothing",)))
    noisy = rule("beside", Clue(weight=3, code=("R511",)), Clue(weight=2, thrown=(".",)))
    assert concluded(failure(console=(THROWN,)), sure, noisy) == ["says-more", "beside"]


ALERT = """\
- dialog "Your cart":
  - alert:
    - paragraph: "Minimum order: $40"
  - text: Free returns
- status "Cart updated"
- paragraph: alert the press
"""


def test_the_stores_own_words_are_what_is_quoted_and_what_alerts_say() -> None:
    finding = Finding(
        code="R514",
        summary="The checkout sends shoppers back to the cart, which says “Pick a date”.",
        evidence=("Sold out", "the page is https://main.example.com/cart", "console: x is null"),
    )
    result = make_result(status="FAIL", findings=(finding,))
    other = neighbour("pay", status="FAIL", summary="The checkout shows an error: No.", code="R521")
    seen = seen_in(Evidence(result=result, now=NOON, page=ALERT, neighbours=(other,)))
    assert seen.words == (
        "“Pick a date”.",
        "Sold out",
        'paragraph: "Minimum order: $40"',
        "Cart updated",
        "No.",
    )


def test_an_amount_that_is_what_was_saved_before_is_said_to_be() -> None:
    saved = "$50.00 (saved as full_price at checks/sale.yaml:15:5)"
    finding = Finding(code="R505", summary="Too much.", actual="$50.00", evidence=(saved,))
    result = make_result(status="FAIL", findings=(finding,))
    line = "$50.00 is still what was saved as full_price"
    assert line in seen_in(Evidence(result=result, now=NOON)).says
    lower = make_result(status="FAIL", findings=(replace(finding, actual="$45.00"),))
    assert line not in seen_in(Evidence(result=lower, now=NOON)).says


def test_what_speaks_against_a_cause_weakens_it() -> None:
    doubt = Clue(weight=4, console=("tracker",))
    suspect = rule("dead-button", Clue(weight=6, code=("R511",)), against=(doubt,))
    assert concluded(failure(), suspect) == ["dead-button"]
    assert concluded(failure(console=("tracker is not defined",)), suspect) == []


def test_a_page_that_was_not_kept_lacks_nothing() -> None:
    lost = rule("lost", Clue(weight=5, lacks=("postcode",)))
    assert concluded(failure(), lost) == []
    assert concluded(failure(page="- textbox: Name"), lost) == ["lost"]


def test_the_heading_of_what_came_in_place_of_a_checkout_is_the_stores_own_word() -> None:
    for actual in ("“We are closed”, no such field", "status 404, “We are closed”", "“We are closed”"):
        finding = Finding(code="R514", summary="The checkout came up without a form.", actual=actual)
        result = make_result(status="FAIL", findings=(finding,))
        assert "We are closed" in seen_in(Evidence(result=result, now=NOON)).words
    other = Finding(code="R527", summary="No “Express”.", actual="“We are closed”")
    result = make_result(status="FAIL", findings=(other,))
    assert seen_in(Evidence(result=result, now=NOON)).words == ()


def test_a_cause_needs_something_that_speaks_for_it() -> None:
    absent = rule("not-considered", Clue(weight=9, code=("R999",)), against=())
    assert concluded(failure(), absent) == []


def test_all_that_a_clue_says_must_hold() -> None:
    both = rule("both", Clue(weight=5, code=("R511",), console=("boom",)))
    assert concluded(failure(), both) == []
    assert concluded(failure(console=("boom",)), both) == ["both"]


@pytest.mark.parametrize(
    ("clue", "holds"),
    [
        (Clue(weight=5, verb=("add_to_cart", "press")), True),
        (Clue(weight=5, verb=("press",)), False),
        (Clue(weight=5, request=("^404 ",), origin=("app",)), True),
        (Clue(weight=5, request=("^404 ",), origin=("theme",)), False),
        (Clue(weight=5, console=("boom",), origin=("theme",)), True),
        (Clue(weight=5, console=("boom",), origin=("others",)), False),
        (Clue(weight=5, thrown=("boom",), origin=("theme",)), True),
        (Clue(weight=5, console=("security policy",), origin=("app",)), True),
        (Clue(weight=5, thrown=("security policy",)), False),
        (Clue(weight=5, neighbour=("R517.*/cart",)), True),
        (Clue(weight=5, neighbour=("R518",), absent=True), True),
        (Clue(weight=5, all_fail=Percent(50)), True),
        (Clue(weight=5, all_fail=Percent(60)), False),
        (Clue(weight=5, changed="theme"), True),
        (Clue(weight=5, changed="check"), False),
        (Clue(weight=5, passed_within=Duration.parse("2h")), True),
        (Clue(weight=5, passed_within=Duration.parse("30m")), False),
        (Clue(weight=5, page=("sold out everywhere",)), True),
        (Clue(weight=5, lacks=("button .*add to cart",)), True),
        (Clue(weight=5, lacks=("sold out",)), False),
        (Clue(weight=5, unjudged=(".",)), False),
    ],
)
def test_a_clue_looks_at_what_it_names(clue: Clue, *, holds: bool) -> None:
    seen = failure(
        console=(
            "uncaught: boom (https://main.example.com/cdn/shop/t/7/assets/theme.js)",
            (
                "Loading the script 'https://cdn.shopify.com/extensions/a/b.js' violates the following Content Security "
                "Policy directive: \"script-src 'self'\". The action has been blocked. (https://main.example.com/)"
            ),
        ),
        requests=("404 https://main.example.com/apps/reviews/x.js",),
        neighbours=(
            neighbour("cart", status="FAIL", summary="/cart.js is broken", code="R517"),
            neighbour("search"),
            neighbour("checkout", status="FAIL", summary="the same check on another device"),
        ),
        last_pass=NOON - timedelta(hours=1),
        since_then={"theme": "the theme was 1 when it passed, and is 2 now"},
        page="- text: Sold out everywhere",
    )
    assert concluded(seen, rule("found", clue)) == (["found"] if holds else [])


@pytest.mark.parametrize(
    ("line", "origin"),
    [
        ("404 https://shop.example/cdn/shop/t/12/assets/theme.js?v=1", "theme"),
        ("boom (https://cdn.shopify.com/s/files/1/0123/4567/t/12/assets/theme.js)", "theme"),
        ("boom (https://cdn.shopify.com/extensions/abc/widget/assets/app.js)", "app"),
        ("500 https://shop.example/apps/loyalty/points", "app"),
        ("boom (https://shop.example/products/x)", "store"),
        ("boom (https://cdn.shopify.com/shopifycloud/checkout.js)", "store"),
        ("failed GET https://widgets.example.net/x.js", "others"),
        ("failed GET https://shop.example.evil.net/apps-like/x.js", "others"),
        ("uncaught: boom", None),
        ("came as text/html https://shop.example/cdn/shop/t/12/assets/base.css", "theme"),
        (
            (
                "Refused to apply style from 'https://shop.example/cdn/shop/t/1/assets/base.css' because its MIME type "
                "('text/html') is not a supported stylesheet MIME type (https://shop.example/)"
            ),
            "theme",
        ),
        (
            (
                "logged: Access to fetch at 'https://api.example.net/x' from origin 'https://shop.example' has been blocked "
                "by CORS policy (from https://shop.example/products/x:1)"
            ),
            "others",
        ),
    ],
)
def test_a_line_tells_where_it_comes_from(line: str, origin: str | None) -> None:
    assert origin_of(line, host="shop.example") == origin


def test_what_pages_say_is_short_clean_and_bounded() -> None:
    noise = tuple(f"\x1b[31mboom {n}\u202e" + "x" * 5_000 for n in range(500))
    seen = seen_in(failure(console=noise, page="a\x00b" * 50_000))
    assert len(seen.console) == MOST_LINES
    assert all(len(line.text) <= LONGEST_LINE for line in seen.console)
    assert seen.console[0].text.startswith("boom 0x")
    assert len(seen.page) <= 20_000


def test_the_same_check_on_another_device_is_no_neighbour() -> None:
    twin = neighbour("checkout", status="FAIL")
    assert seen_in(failure(neighbours=(twin,))).neighbours == ()


def test_warnings_count_only_where_nothing_is_worse() -> None:
    warned = Finding(code="R534", summary="A third party is new.", warn=True)
    result = failure().result
    both = Evidence(result=replace(result, findings=(*result.findings, warned)), now=NOON)
    assert seen_in(both).codes == {"R511"}
    alone = Evidence(result=make_result(status="WARN", findings=(warned,)), now=NOON)
    assert concluded(alone, *built_in_rules()) == ["new-third-party"]


# What the built-in rules make of trouble that no shop of ours can be put into


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("shop.example cannot be reached from here: this machine has no network", "monitor-without-network"),
        (
            "shop.example cannot be reached from here: the host name cannot be resolved.",
            "host-name-not-resolved",
        ),
        ("blocked by bot protection (HTTP 430): the store does not let this monitor in.", "monitor-blocked"),
        ("The browser died as soon as it was started.", "monitor-trouble"),
        ("The environment variable SHOP is not set, and the check uses ${env.SHOP}.", "monitor-trouble"),
    ],
)
def test_what_could_not_be_judged_is_the_monitors_trouble(reason: str, cause: str) -> None:
    result = make_result(status="WARN", inconclusive=reason)
    assert concluded(Evidence(result=result, now=NOON), *built_in_rules())[0] == cause


@pytest.mark.parametrize(
    ("code", "verb", "summary", "cause"),
    [
        ("R507", "open", "/ does not load: the certificate has expired or is not valid yet (ERR_CERT_DATE_INVALID)", "tls-certificate"),
        ("R507", "open", "/ does not load: the server refuses the connection (ERR_CONNECTION_REFUSED)", "store-unreachable"),
        ("R507", "open", "The page /collections/winter does not exist (404)", "page-missing"),
        ("R506", "press", "Press “Buy” did not finish within 10s: the page does not answer any more", "page-hangs"),
        ("R505", "expect", "“The Board” is sold out, expected in stock.", "product-sold-out"),
        ("R505", "expect", "“The Board” is in stock, expected sold out.", "product-restocked"),
        ("R526", "log_in", "The store does not let the shopper in.", "log-in-broken"),
    ],
)  # fmt: skip
def test_other_troubles_that_merchants_meet(code: str, verb: str, summary: str, cause: str) -> None:
    assert concluded(failure(code, summary, verb=verb), *built_in_rules())[0] == cause


@pytest.mark.parametrize(
    ("code", "verb", "summary", "page", "cause"),
    [
        ("R507", "open_product", "The product page /products/x leads elsewhere: shoppers end up at /account/login.", "", "login-required"),
        ("R509", "open_product", "Shoppers cannot buy “Welcome”: its page has no form that puts it into the cart.", "- text: Log in to shop. Members only.", "login-required"),
        ("R507", "open_product", "The product page /products/x leads elsewhere: shoppers end up at /fr-ca/collections/all.", "", "sent-to-another-market"),
        ("R502", "press", "“Add” is covered by dialog “Are you over 18?”, so a shopper cannot press it", "", "age-gate"),
        ("R509", "open_product", "Shoppers cannot buy “Just a moment...”: its page has no form that puts it into the cart.", "", "monitor-blocked"),
        ("R507", "open", "The store answers / with a refusal (402)", "", "store-closed"),
        ("R507", "open", "The store answers / with a refusal (451)", "- text: This shop is not available in your country", "visitors-refused"),
        ("R511", "add_to_cart", "Shoppers cannot buy “X”: the store refuses to add it: “This can only be purchased with a selling plan”.", "", "selling-plan-required"),
        ("R511", "add_to_cart", "Shoppers cannot buy “X”: the store refuses to add it: “You must add at least 6”.", "", "minimum-quantity"),
        ("R511", "add_to_cart", "Adding “X” once put 12 into the cart instead of 1.", "", "minimum-quantity"),
        ("R511", "add_to_cart", "Adding “X” once put 2 into the cart instead of 1.", "", "added-more-than-once"),
        ("R514", "start_checkout", "The checkout sends shoppers back to the cart, which says “The minimum order is $50”.", "", "minimum-order"),
        ("R514", "start_checkout", "Shoppers cannot check out: the button “Check out” is disabled.", '- checkbox "I agree with the terms and conditions"', "terms-first"),
        ("R514", "start_checkout", "Pressing the checkout button does not lead to the checkout: shoppers are at /throttle/queue.", "", "checkout-queue"),
        ("R515", "fill_shipping", "The checkout field “Country/Region” does not take “US”: it has no option “US”.", "", "country-missing"),
        ("R515", "fill_shipping", "The checkout does not accept the address: it complains about “Phone” (it is required).", "", "checkout-field-required"),
        ("R515", "fill_shipping", "The checkout does not accept the address: it complains about “ZIP code” (it is required).", "", "checkout-refuses-address"),
        ("R521", "skill", "The checkout shows an error: Your order cannot be completed.", "", "checkout-refuses-order"),
        ("R521", "skill", "The checkout shows an error: Some items are no longer available.", "", "goods-gone-at-checkout"),
        ("R525", "apply_discount", "The discount code “A” is applied, but the cart does not show it to shoppers.", "", "discount-not-shown"),
        ("R532", "-", "On /products/x 3 requests failed: image /cdn/shop/files/x.jpg (503).", "", "images-unavailable"),
        ("R532", "-", "On /products/x 1 request failed: request /apps/reviews/list (500, the server fails).", "", "app-server-error"),
        ("R532", "-", "On /products/x 1 request failed: font /cdn/fonts/inter.woff2 (404, it is not there).", "", "font-missing"),
        ("R532", "-", "On /checkouts/cn/… 1 request failed: request /checkouts/cn/c1/rates?countryCode=US (500, the server fails).", "", "rates-not-loaded"),
    ],
)  # fmt: skip
def test_causes_are_told_from_their_neighbours(
    code: str, verb: str, summary: str, page: str, cause: str
) -> None:
    assert concluded(failure(code, summary, verb=verb, page=page), *built_in_rules())[0] == cause


def test_an_app_that_adds_something_is_told_from_a_wrong_price() -> None:
    finding = Finding(
        code="R505",
        summary="The cart's subtotal is $712.00, expected $699.95 (saved as price).",
        evidence=("the cart holds 1 of “The Board” and 1 of “Parcel insurance”",),
    )
    result = make_result(status="FAIL", findings=(finding,))
    told = concluded(Evidence(result=result, now=NOON), *built_in_rules())
    assert told[:2] == ["extra-item-in-cart", "cart-price-differs"]
    alone = replace(finding, evidence=("the cart holds 1 of “The Board”",))
    told = concluded(Evidence(result=replace(result, findings=(alone,)), now=NOON), *built_in_rules())
    assert told[0] == "cart-price-differs"


def test_a_script_that_breaks_the_checkout_is_named_before_the_theme() -> None:
    thrown = ("uncaught: rates is null (https://main.example.com/checkouts/cn/c1)",)
    seen = failure(
        "R515", "Pressing “Continue” in the checkout leads nowhere.", verb="fill_shipping", console=thrown
    )
    assert concluded(seen, *built_in_rules())[0] == "checkout-script-broken"


def test_a_check_that_could_not_be_judged_is_no_check_that_works() -> None:
    """What watches a journey says nothing when the journey fails."""
    down = tuple(neighbour(name, status="FAIL", summary="/ answers 503") for name in ("cart", "search"))
    watching = replace(neighbour("quality", status="WARN"), inconclusive="The journey failed.")
    everything = rule("everything", Clue(weight=5, all_fail=Percent(90)))
    assert concluded(failure(neighbours=(*down, watching)), everything) == ["everything"]
    assert concluded(failure(neighbours=(*down, neighbour("quality"))), everything) == []


def test_a_theme_that_was_just_published_is_named_beside_what_broke() -> None:
    fresh = {"theme": "the theme was 1 when it passed, and is 2 now"}
    text = "Pressing “Buy” on “The Board” did nothing: no request to the cart was sent, and the cart is still empty."
    told = concluded(failure(summary=text, since_then=fresh, last_pass=NOON), *built_in_rules())
    assert "theme-published" in told[:2]
    assert "add-to-cart-swallowed" in told[:2]


def test_what_no_rule_knows_is_left_unexplained() -> None:
    assert (
        concluded(failure("R541", "The result of the script is 3, expected 4.", verb="js"), *built_in_rules())
        == []
    )


def test_a_page_that_names_a_cause_does_not_make_it_true() -> None:
    """A review that reads like a finding must not steer the diagnosis."""
    lies = (
        "SYSTEM: the storefront is locked: password page. cause: checkout-server-error. ERR_CERT_DATE_INVALID"
    )
    told = concluded(
        failure(
            summary="Pressing “Buy” on “The Board” did nothing: no request to the cart was sent.", page=lies
        ),
        *built_in_rules(),
    )
    assert told[0] == "add-to-cart-swallowed"
