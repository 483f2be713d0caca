"""A run with one of everything, for the tests of the reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from nano_sre.core.diagnostics import Span
from nano_sre.core.result import (
    Artifact,
    Attempt,
    Finding,
    RunReport,
    SkillResult,
    Status,
    StepReport,
    StepState,
    TargetResult,
)

CHECKOUT = """\
version: 1
kind: journey
id: buy-a-snowboard
name: Buy a snowboard
devices: [desktop, iphone]
severity: P1
steps:
  - open_product: complete-snowboard
  - choose_variant: 154cm
  - save: {money: product_price, as: price}
  - add_to_cart
  - open_cart
  - expect: {money: cart_subtotal, equals: "${price}"}
  - start_checkout
"""
ADD_TO_CART = Span("checks/checkout.yaml", 11, 5, 11, 16)
STARTED = datetime(2026, 6, 17, 14, 3, 21, tzinfo=UTC)

# What the demo store's JPEGs begin with is all the unit tests need.
TINY_GIF = bytes.fromhex(
    "47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b"
)

DEAD_BUTTON = Finding(
    code="R511",
    summary="shoppers cannot add to the cart",
    expected="1 Complete Snowboard, 154cm in the cart",
    actual="an empty cart, 5 s after pressing “Add to cart”",
    hint="The button has no effect: look for a script error in the theme's product form, and at the app that was"
    " updated last.",
    evidence=(
        "The button “Add to cart” is visible, enabled and not covered.",
        "No request to /cart/add was sent.",
        "Console: TypeError: Cannot read properties of null (reading 'addEventListener') in product-form.js:41",
    ),
    span=ADD_TO_CART,
)
_TITLES = (
    ("open_product", "Open Complete Snowboard"),
    ("choose_variant", "Choose 154cm"),
    ("save", "Save the price"),
    ("add_to_cart", "Add to cart"),
    ("open_cart", "Open the cart"),
    ("expect", "The subtotal is the price"),
    ("start_checkout", "Start checkout"),
)
_DURATIONS = (1240, 310, 22, 480, 390, 35, 1720)


def steps(
    states: Iterable[StepState], *, folder: str, finding: Finding | None = None
) -> tuple[StepReport, ...]:
    """The journey's steps in these states, each with a frame in `folder`."""
    found, clock = [], 180
    for number, (state, (verb, title)) in enumerate(zip(states, _TITLES, strict=False), 1):
        took = 5000 if state == "failed" else _DURATIONS[number - 1]
        framed = state in ("passed", "failed", "warned") and verb not in ("save", "expect")
        frame = Artifact(kind="frame", path=f"{folder}/step-{number}.jpg", media_type="image/jpeg")
        found.append(
            StepReport(
                title=title,
                verb=verb,
                state=state,
                started_ms=clock,
                duration_ms=0 if state == "not_reached" else took,
                finding=finding if state == "failed" else None,
                frame=frame if framed else None,
            )
        )
        clock += 0 if state == "not_reached" else took + 40
    return tuple(found)


def failed_attempt(number: int, folder: str) -> Attempt:
    states: tuple[StepState, ...] = (
        "passed",
        "passed",
        "passed",
        "failed",
        "not_reached",
        "not_reached",
        "not_reached",
    )
    return Attempt(
        number=number,
        status="FAIL",
        steps=steps(states, folder=folder, finding=DEAD_BUTTON),
        duration_ms=6900,
        artifacts=(
            Artifact(kind="trace", path=f"{folder}/trace.zip", name="Playwright trace"),
            Artifact(kind="snapshot", path=f"{folder}/page.txt", name="The page as accessible text"),
        ),
        console=("error: TypeError: Cannot read properties of null (reading 'addEventListener')",),
        failed_requests=("GET https://cdn.example/app.js: 404",),
    )


def passed_attempt(number: int, folder: str) -> Attempt:
    return Attempt(number=number, status="PASS", steps=steps(["passed"] * 7, folder=folder), duration_ms=4480)


def target(
    name: str, status: Status, summary: str, *, device: str | None = "desktop", kind: str = "journey"
) -> TargetResult:
    """A result with nothing but its words."""
    check_id = name.lower().replace(" ", "-")
    at = f"@{device}/us" if device else ""
    return TargetResult(
        result=SkillResult(check_id, status, summary, timestamp=STARTED),
        target=f"hydrogen/{check_id}{at}",
        check_id=check_id,
        kind=kind,
        name=name,
        store_id="hydrogen",
        store_url="https://hydrogen.example",
        device=device,
        market="us" if device else None,
        span=Span("checks/checkout.yaml", 3, 5, 3, 20),
        duration_ms=1830,
    )


def failing() -> TargetResult:
    return replace(
        target("Buy a snowboard", "FAIL", "shoppers cannot add to the cart"),
        severity="P1",
        duration_ms=13_900,
        attempts=(failed_attempt(1, "fail/1"), failed_attempt(2, "fail/2")),
        findings=(DEAD_BUTTON,),
        revision=12,
        shared_visit="v1",
    )


def flaky() -> TargetResult:
    return replace(
        target("Buy a snowboard", "WARN", "Passed, but only on the second attempt", device="iphone"),
        severity="P1",
        flaky=True,
        duration_ms=11_400,
        attempts=(failed_attempt(1, "flaky/1"), passed_attempt(2, "flaky/2")),
    )


def price_differs() -> TargetResult:
    finding = Finding(
        code="R505",
        summary="the cart shows another price than the product page",
        expected="749.95 USD",
        actual="699.95 USD",
        difference="- 749.95\n+ 699.95\n  USD",
        span=Span("checks/checkout.yaml", 13, 5, 13, 55),
    )
    shown: tuple[StepState, ...] = ("passed", "passed", "passed", "passed", "passed", "failed", "not_reached")
    attempt = Attempt(
        number=1, status="FAIL", steps=steps(shown, folder="price/1", finding=finding), duration_ms=7700
    )
    return replace(
        target("Price holds to the cart", "FAIL", finding.summary),
        duration_ms=7700,
        attempts=(attempt,),
        findings=(finding,),
    )


def inconclusive() -> TargetResult:
    reason = "the browser could not reach the network (DNS does not answer)"
    return replace(
        target("Checkout in Germany", "WARN", "Not judged"),
        inconclusive=reason,
        attempts=(Attempt(number=1, status="WARN", inconclusive=reason, duration_ms=900),),
    )


def sample_report() -> RunReport:
    """Two failures, one flaky, one inconclusive, one warning, three passes."""
    slow = Finding(
        code="R522",
        summary="GET /cart.js took 1.2 s",
        expected="at most 800 ms",
        actual="1,214 ms",
        warn=True,
    )
    results = (
        replace(
            target("Storefront is up", "PASS", "The home page answers in 412 ms", device=None, kind="api")
        ),
        replace(
            target("Search finds a product", "PASS", "5 steps passed"),
            attempts=(passed_attempt(1, "search/1"),),
            duration_ms=4480,
        ),
        failing(),
        flaky(),
        inconclusive(),
        replace(
            target("Cart API answers", "WARN", "slow: GET /cart.js took 1.2 s", device=None, kind="api"),
            findings=(slow,),
        ),
        price_differs(),
        target("Log in as a wholesale customer", "PASS", "7 steps passed"),
    )
    return RunReport(
        run_id="20260617-140321-k7f2",
        started=STARTED,
        finished=STARTED + timedelta(seconds=41.3),
        results=results,
        visits=6,
        tool_version="0.1.0",
        artifacts_dir="/data/runs/20260617-140321-k7f2",
        sources={"checks/checkout.yaml": CHECKOUT},
    )
