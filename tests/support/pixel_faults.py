"""The demo store's faults of tracking: at which vendors each can be had, and by which word a check must name it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nano_sre.core.program import Program
from nano_sre.core.result import RunReport, TargetResult
from nano_sre.demo.faults import ACCOUNTS
from nano_sre.demo.server import DemoServer
from nano_sre.kinds._shared.tracking.faults import KINDS, USUAL
from nano_sre.spec.compile import programs
from nano_sre.spec.link import link
from nano_sre.spec.project import load_texts

ALL = tuple(ACCOUNTS)
CAPI = ("meta", "tiktok", "pinterest")  # those whose servers are told, too, and know an event again by its id
THEMES = ("ridge", "gipfel")


@dataclass(frozen=True)
class Named:
    """Any of `words` is right; `at` are the vendors that can have the fault, none when it is had by the whole store."""

    words: tuple[str, ...]
    at: tuple[str, ...] = ALL
    themes: tuple[str, ...] = THEMES


FAULTS: Mapping[str, Named] = {
    "pixel-add-to-cart-late": Named(("late_hit", "missing_event")),  # the page is often left before
    "pixel-add-to-cart-missing": Named(("missing_event",)),
    "pixel-add-to-cart-twice": Named(("duplicate_events",)),
    "pixel-before-consent": Named(("events_before_consent",), at=(), themes=("gipfel",)),  # the other asks nobody first
    "pixel-blocked": Named(("missing_event", "library_loaded_but_no_hit", "hit_failed"), at=()),
    "pixel-checkout-missing": Named(("missing_event",), at=("ga4", "meta", "tiktok")),
    "pixel-consent-not-told": Named(("consent_signal_wrong",), at=("ga4",)),
    "pixel-currency-missing": Named(("missing_currency",)),
    "pixel-currency-wrong": Named(("currency_mismatch",)),
    "pixel-email-in-address": Named(("personal_data",)),
    "pixel-event-id-differs": Named(("event_id_differs_between_pixels",), at=CAPI),
    "pixel-event-id-missing": Named(("missing_event_id",), at=CAPI),
    "pixel-event-id-reused": Named(("event_id_not_unique",), at=CAPI),
    "pixel-items-missing": Named(("missing_items",)),
    "pixel-order-id-missing": Named(("missing_order_id",)),
    "pixel-purchase-late": Named(("late_hit", "missing_event")),
    "pixel-purchase-missing": Named(("missing_event",)),
    "pixel-purchase-too-early": Named(("wrong_order", "unexpected_event", "duplicate_events"), at=("ga4", "meta", "tiktok")),
    "pixel-purchase-twice": Named(("duplicate_events",)),
    "pixel-sandbox-address": Named(("wrong_page_url",)),
    "pixel-test-mode": Named(("test_mode_left_on",), at=("ga4", "meta", "tiktok")),
    "pixel-two-accounts": Named(("two_accounts",)),
    "pixel-value-as-text": Named(("value_is_text",)),
    "pixel-value-differs": Named(("value_mismatch",)),
    "pixel-value-missing": Named(("missing_value",)),
    "pixel-value-zero": Named(("zero_value",)),
    "pixel-wrong-account": Named(("unknown_ids",)),
    "pixel-wrong-item-id": Named(("item_id_mismatch",)),
}  # fmt: skip
"""`script-tag-left` is not here: no hit tells of it, the Admin API does."""


@dataclass(frozen=True)
class Case:
    """One store with one fault at one vendor; without a fault, a healthy one."""

    theme: str
    fault: str = ""
    vendor: str = ""

    @property
    def name(self) -> str:
        return f"{self.fault or 'healthy'}{self.vendor and '@' + self.vendor}"

    @property
    def words(self) -> tuple[str, ...]:
        return FAULTS[self.fault].words if self.fault else ()

    def server(self) -> DemoServer:
        return DemoServer(self.theme, [self.name] if self.fault else [])


def cases(
    faults: Iterable[str], *, themes: Sequence[str] = THEMES, vendors: Sequence[str] = ()
) -> list[Case]:
    """Every fault at every vendor that can have it, in every theme."""
    return [
        Case(theme, fault, vendor)
        for fault in faults
        for theme in FAULTS[fault].themes
        if theme in themes
        for vendor in FAULTS[fault].at or ("",)
        if not vendors or vendor in vendors
    ]


JOURNEY = """version: 1
kind: journey
id: buy
name: Buy a snowboard
consent: accept
stores: all
retries: 0
timeout: 3m
steps:
  - open_product: complete-snowboard
  - choose_variant: 158cm
  - save: {money: product_price, as: price}
  - add_to_cart
  - start_checkout
  - fill_contact
  - fill_shipping
  - choose_shipping
  - pay: bogus
  - place_order
  - javascript: "await new Promise((done) => setTimeout(done, 1500)); return true"
"""
CHECK = """version: 1
kind: pixels
id: tracked-{theme}
name: A purchase is tracked
during: buy
stores: {{tags: [{theme}]}}
vendors: {{{accounts}}}
never: [{never}]
expect:
  - page_view
  - {{event: view_item, only: [ga4, meta, tiktok], fields: {{currency: shop, items: product}}}}
  - {{event: add_to_cart, after: add_to_cart, times: 1, fields: {{value: "${{visit.price}}", currency: shop, items: cart}}}}
  - {{event: begin_checkout, only: [ga4, meta, tiktok], after: start_checkout, times: 1, fields: {{value: cart, currency: shop}}}}
  - {{event: purchase, after: place_order, times: 1, fields: {{value: "${{visit.price}}", currency: shop, order_id: {{exists: true}}}}}}
  - {{event: purchase, only: [meta, tiktok, pinterest], event_id: required}}
"""
STORE = """version: 1
kind: store
id: case-{number}
name: Case {number}
url: {url}
tags: [{theme}]
allow_orders: true
markets: {{{market}}}
shoppers: {{default: {{email: qa@example.com, first_name: Nano, last_name: Test}}}}
"""
MARKETS = {
    "ridge": "us: {currency: USD, locale: en-US, country: US}",
    "gipfel": "de: {currency: EUR, locale: de-DE, country: DE}",
}
NEVER = (*USUAL, "event_id_differs_between_pixels")
ASKS_FIRST = ("gipfel",)  # where no vendor may hear of a shopper before they agree


def texts(urls: Sequence[tuple[Case, str]]) -> dict[str, str]:
    """A folder of checks: a store for each case, a journey that buys, and what must be heard of it."""
    accounts = ", ".join(f'{vendor}: "{account}"' for vendor, account in ACCOUNTS.items())
    made = {"buy.yaml": JOURNEY}
    for number, (case, url) in enumerate(urls):
        theme = case.theme
        never = [word for word in NEVER if theme in ASKS_FIRST or word != "events_before_consent"]
        made[f"{theme}.yaml"] = CHECK.format(theme=theme, accounts=accounts, never=", ".join(never))
        made[f"store-{number}.yaml"] = STORE.format(
            number=number, url=url, market=MARKETS[theme], theme=theme
        )
    return made


def tracked_programs(urls: Sequence[tuple[Case, str]]) -> list[Program]:
    """The check that judges tracking, for each case in order."""
    linkage = link(load_texts(texts(urls)), environ={})
    wrong = [each for each in linkage.diagnostics if each.severity == "error"]
    assert not wrong, wrong
    found = {each.store.id: each for each in programs(linkage.checks) if each.kind == "pixels"}
    return [found[f"case-{number}"] for number in range(len(urls))]


@dataclass(frozen=True)
class Verdict:
    """What came of a case. `told` are the words of the faults, the worst first; `why` is for people."""

    case: Case
    told: tuple[str, ...]
    status: str
    inconclusive: str | None
    why: str

    @property
    def found(self) -> bool:
        """Whether the fault was found at all; for a healthy store, whether somebody was alarmed."""
        return self.status != "PASS" and self.inconclusive is None

    @property
    def named(self) -> bool:
        """Whether one of the right words was told of it."""
        return self.found and bool(set(self.told) & set(self.case.words))


def verdicts(asked: Sequence[Case], report: RunReport) -> list[Verdict]:
    """What each case came to; the results know their cases by the store's number."""
    results = {each.store_id: each for each in report.results if each.check_id.startswith("tracked-")}
    return [_verdict(case, results[f"case-{number}"]) for number, case in enumerate(asked)]


def _verdict(case: Case, result: TargetResult) -> Verdict:
    words = {kind.code: word for word, kind in KINDS.items()}
    told = tuple(dict.fromkeys(words.get(each.code or "", each.code or "") for each in result.findings))
    return Verdict(
        case=case,
        told=told,
        status=result.status,
        inconclusive=result.inconclusive,
        why=result.inconclusive or result.result.summary,
    )
