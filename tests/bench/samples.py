"""Check files as people write them, made up in any number: all valid, 40 to 60 lines each."""

from __future__ import annotations

from pathlib import Path

STORE = """\
# The store that the checks of this folder are for.
version: 1
kind: store
id: bench
name: Bench Snowboards
url: "https://bench.example.com"
timezone: Europe/Berlin
tags: [bench, english]
markets:
  us: {currency: USD, locale: en-US, country: US}
  de: {currency: EUR, locale: de-DE, country: DE, path: /de}
shoppers:
  default:
    email: "qa@example.com"
    first_name: Nano
    last_name: Test
    address: {address1: Musterstr. 12, zip: "10115", city: Berlin, country: DE}
devices:
  desktop: {viewport: 1280x800}
  phone: {like: iPhone 17 Pro}
overlays:
  - name: newsletter
    see: Subscribe to our newsletter
    press: No thanks
vars:
  board: complete-snowboard
  collection: all
  least: "10.00"
"""

JOURNEY = """\
# Number {n}: from the collection to the payment page, with the amounts compared on the way.
version: 1
kind: journey
id: buy-board-{n}
name: Buy board {n}
description: Shoppers who come from the collection page can buy board {n} at the price they were shown.
severity: P1
tags: [checkout, board-{n}]
every: 15m
owner: shop-team
runbook: https://wiki.example.com/runbooks/checkout-{n}
retries: 1
timeout: 90s
devices: [desktop, phone]
markets: us
steps:
  - open: /collections/${{vars.collection}}
  - see: {{heading: Products}}
  - press:
      link: Board {n}
      name: choose the board
      timeout: 8s
  - expect: {{url: {{contains: /products/board-{n}}}}}
  - open_product: ${{vars.board}}
  - dismiss:
      button: No thanks
      optional: true
  - choose_variant:
      options: {{Size: 154cm, Color: Blue}}
  - expect: {{product: in_stock}}
  - save: {{money: product_price, as: price}}
  - expect: {{money: product_price, at_least: "${{vars.least}}"}}
  - add_to_cart: {{quantity: 2}}
  - open_cart
  - save:
      money: cart_subtotal
      as: subtotal
      timeout: 6s
  - expect:
      money: cart_subtotal
      more_than: ${{price}}
  - set_quantity: 1
  - expect: {{money: cart_subtotal, equals: "${{price}}"}}
  - not_see: {{text: Something went wrong}}
  - start_checkout
  - fill_contact
  - fill_shipping:
      timeout: 30s
  - see_payment
  - expect: {{money: checkout_total, at_least: "${{price}}"}}
always:
  - open: /cart/clear
"""

API = """\
# Number {n}: the Ajax API that themes and apps talk to.
version: 1
kind: api
id: cart-api-{n}
name: Cart API {n}
description: Drawers, counters and apps of every theme depend on these answers.
severity: P1
tags: [cart, api, board-{n}]
every: 5m
owner: shop-team
runbook: https://wiki.example.com/runbooks/api-{n}
retries: 1
timeout: 30s
requests:
  - name: The cart starts empty
    get: /cart.js
    expect:
      status: 200
      header:
        content-type: {{contains: json}}
      json:
        "$.items": {{type: list}}
        "$.item_count": 0
        "$.currency": USD
      took: {{warn: 800ms, fail: 5s}}
  - name: The product is known
    get: /products/${{vars.board}}.js
    headers: {{accept: application/json}}
    expect:
      status: 200
      json:
        "$.available": true
        "$.variants": {{type: list}}
        "$.variants[0].price": {{at_least: 100}}
    save:
      - {{json: "$.variants[0].id", as: variant_{n}}}
  - name: It can be put into the cart
    post: /cart/add.js
    json:
      items:
        - {{id: "${{vars.board}}", quantity: {n}}}
    expect:
      status: 200
      json: {{"$.items[0].quantity": {{at_least: 1}}}}
  - name: And taken out again
    post: /cart/clear.js
    expect: {{status: 200, json: {{"$.item_count": 0}}}}
"""


def texts(count: int) -> dict[str, str]:
    """`count` files by name: a store document, then two journeys for each API check."""
    made = {"store.yaml": STORE}
    for n in range(1, count):
        kind, text = ("api", API) if n % 3 == 0 else ("journey", JOURNEY)
        made[f"{kind}-{n:05d}.yaml"] = text.format(n=n)
    return made


def write(folder: Path, count: int) -> Path:
    """The files in a folder; hundreds to a sub-folder, as nobody keeps thousands in one."""
    for index, (name, text) in enumerate(texts(count).items()):
        path = folder / name if name == "store.yaml" else folder / f"part-{index // 200:03d}" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
