"""The chapter on tracking pixels of docs/checks.md: three checks to begin with, and how to read what they say."""

from __future__ import annotations

PAGE = """\
version: 1
kind: pixels
id: product-page-is-measured
name: Product page is measured
visit: /products/complete-snowboard
vendors: {ga4: G-DEMO12345, meta: "1234567890"}
expect:
  - page_view
  - event: view_item
    times: 1
    fields: {value: product, currency: shop, items: product}
"""
JOURNEY = """\
version: 1
kind: pixels
id: way-to-the-checkout-is-measured
name: The way to the checkout is measured
during: buy-a-snowboard
devices: [desktop]
vendors: {ga4: G-DEMO12345, meta: "1234567890", tiktok: any}
expect:
  - view_item
  - event: add_to_cart
    after: add_to_cart
    times: 1
    fields: {value: cart, currency: shop, items: cart}
  - event: begin_checkout
    after: start_checkout
    within: 10s
    only: [meta, tiktok]
    event_id: required
"""
CONSENT = """\
version: 1
kind: pixels
id: nothing-without-consent
name: Nothing is tracked without consent
visit: [/, /products/complete-snowboard]
consent: refuse
never: [events_before_consent, personal_data]
"""
EXAMPLES = (PAGE, JOURNEY, CONSENT)


def tracking() -> list[str]:
    """The lines of the chapter."""
    return ["## Checking what tracking pixels say", "", *_beginning(), *_examples(), *_reading(), *_limits()]


def _beginning() -> list[str]:
    return [
        (
            "Advertising is paid and steered by what pixels report: a wrong amount, an event that comes twice or one "
            "that stopped coming costs money long before anybody notices. `kind: pixels` watches a visit, reads every "
            "hit as its vendor would, and says what is wrong with it. No hit reaches its vendor, so a check every "
            "15 minutes adds nobody to anybody's statistics (`tracking` of the [store](#kind-store) can say otherwise)."
        ),
        "",
        (
            "To see first what a page sends, no check is needed: `nano-sre pixels watch https://my-store.example` "
            "opens it and tells every hit as it comes."
        ),
        "",
    ]


def _examples() -> list[str]:
    return [
        "### One page",
        "",
        (
            "The account of each vendor, and the events it must hear of. An event alone means: at least once at every "
            "vendor, with all that this vendor needs. `value: product` is the price that the page shows, and "
            "`currency: shop` the one that the shopper sees."
        ),
        "",
        *_yaml(PAGE),
        "### A shopper's way",
        "",
        (
            "`during` watches a journey while it runs; the shop sees one visit, not two. `after` and `at` name one "
            "of its steps. `value: cart` is the cart's total as the store itself tells it, and `items: cart` its "
            "products. `any` takes whichever account a vendor is given."
        ),
        "",
        *_yaml(JOURNEY),
        "### Without consent",
        "",
        (
            "The shopper refuses, and vendors that need consent have to be silent: a check that names no vendors is "
            "about all of them. Google may go on sending hits that say of themselves that consent was refused; "
            "`cookieless: forbidden` forbids these, too."
        ),
        "",
        *_yaml(CONSENT),
    ]


def _reading() -> list[str]:
    return [
        "### What comes out of it",
        "",
        (
            "The report begins with a table of who heard what, and shows every hit under the step that caused it: "
            "vendor, event, amount, products, ids and consent, each parameter on demand, and each fault with what to "
            "do about it. Mail addresses, telephone numbers, names, and hashes of these are masked there. Hosts that "
            "pages talk to and that are no known vendor are listed, since hits to them are not held back."
        ),
        "",
        (
            "Without `never`, everything is looked for that is wrong whatever a shop wants: events that come twice, "
            "amounts that are text or nought or not those of the cart, foreign currencies, products that do not exist, "
            "unknown accounts, personal data, a sandbox's address in place of the page's, a forgotten test mode. "
            "`nano-sre explain R556` says what a code means and what it costs."
        ),
        "",
        (
            "Beside the report lies `1-hits.jsonl.gz`, the visit as it was judged, of passing visits too. "
            "`nano-sre pixels replay 1-hits.jsonl.gz` judges it again, without a browser: after a change of the "
            "check, or by somebody else. It holds what was sent as it was sent, secrets apart: pass it on with care."
        ),
        "",
    ]


def _limits() -> list[str]:
    return [
        "### What to know",
        "",
        (
            "- An order's pixels are seen only where a test order may be placed (`allow_orders` of the store); on "
            "other stores a check ends with `begin_checkout`."
        ),
        "- What a tagging server of your own takes is read when its host stands under `first_party`.",
        (
            "- Klaviyo and others hear only of shoppers whom they know: a visit without a log-in legitimately sends "
            "them nothing."
        ),
        (
            "- A vendor that is not known yet is [one YAML file](extending.md); `nano-sre pixels decode` shows what "
            "is understood of a hit."
        ),
        "",
    ]


def _yaml(text: str) -> list[str]:
    return ["```yaml", *text.rstrip().splitlines(), "```", ""]
