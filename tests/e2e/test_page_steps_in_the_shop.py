"""A journey as a merchandiser writes it, with the steps of every page, in both themes of the demo shop."""

from __future__ import annotations

from pathlib import Path

import pytest

from nano_sre.demo.server import DemoServer
from support.cli import Desk

STORE = """\
version: 1
kind: store
id: shop
name: The shop
url: "${{env.SHOP_URL}}"
markets:
  home: {market}
vars: {{sizes: [154cm, 158cm]}}
"""
MARKETS = {
    "ridge": "{currency: USD, locale: en-US, country: US}",
    "gipfel": "{currency: EUR, locale: de-DE, country: DE}",
}
CHECK = """\
version: 1
kind: journey
id: sizes
name: Every size can be bought
retries: 0
devices: [desktop, iphone]
steps:
  - open: /
  - scroll_to: bottom
  - for_each:
      value: size
      in: "${vars.sizes}"
      steps:
        - open_product: complete-snowboard
        - choose_variant: "${size}"
        - add_to_cart
        - expect_request:
            url: {contains: /cart/add}
            method: POST
            status: {less_than: 400}      # the form itself is sent where the theme's script is late
            sent: {"$.quantity": 1}
  - request: {get: /cart.js, expect: {json: {"$.item_count": 2}}}
  - javascript: {code: "document.title.length > inputs.least", inputs: {least: 3}, expect: true}
  - new_tab: {path: /collections/all}
  - expect: {url: {ends_with: /collections/all}}
  - close_tab
  - expect: {url: {not: {contains: /collections}}}
always:
  - request: {post: /cart/clear.js}
"""


@pytest.mark.parametrize("theme", MARKETS)
def test_the_journey_passes(theme: str, tmp_path: Path) -> None:
    with DemoServer(theme=theme) as shop:
        desk = Desk(tmp_path, {"SHOP_URL": shop.url})
        desk.write("store.yaml", STORE.format(market=MARKETS[theme]))
        desk.write("sizes.yaml", CHECK)
        done = desk.nano("test", "--json")
    results = done.json()["results"]
    assert [result["verdict"] for result in results] == ["PASS", "PASS"], [r["summary"] for r in results]
    titles = [step["title"] for step in results[0]["attempts"][0]["steps"]]
    assert titles[2] == "Size 154cm: Open the product page of complete-snowboard"
    assert titles[-1] == "Clean-up: Request POST /cart/clear.js"
