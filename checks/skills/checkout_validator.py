"""A check written in Python: the checkout can be reached with something in the cart, and shows no error."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from nano_sre.agent.core import Skill, SkillResult


class CheckoutValidator(Skill):
    """Adds a product through the Ajax cart and looks at the checkout as a shopper would see it."""

    def name(self) -> str:
        return "checkout_validator"

    async def run(self, context: dict[str, Any]) -> SkillResult:
        page, url = context["page"], context["url"]
        product = context.get("with", {}).get("product", "complete-snowboard")

        catalogue = await page.request.get(f"{url}/products/{product}.js")
        if urlsplit(catalogue.url).path == "/password":
            return self._fail("The storefront is locked: it shows its password page")
        if not catalogue.ok:
            return self._fail(f"The product {product} cannot be read: status {catalogue.status}")
        variant = next((v for v in (await catalogue.json())["variants"] if v["available"]), None)
        if variant is None:
            return self._result("WARN", f"The checkout was not tried: every variant of {product} is sold out")

        item = {"id": variant["id"], "quantity": 1}
        added = await page.request.post(f"{url}/cart/add.js", data={"items": [item]})
        if not added.ok:
            return self._fail(f"The cart refuses {product}: status {added.status}")

        answer = await page.goto(f"{url}/checkout")
        if answer is None or answer.status >= 400:
            return self._fail(f"The checkout answers with status {answer.status if answer else 'nothing'}")
        path = urlsplit(page.url).path
        if "/checkouts/" not in path:
            return self._fail(f"The checkout does not open: it sends shoppers to {path}")
        alerts = await page.locator("[role=alert]:visible").all_inner_texts()
        if alerts:
            return self._fail(f"The checkout shows an error: {alerts[0]}")

        if store := context.get("store"):
            store.update_baseline(self.name(), url, {"price": variant["price"]})
        return self._result("PASS", "The checkout opens without an error", variant=variant["id"])

    def _result(self, status: Any, summary: str, **details: Any) -> SkillResult:
        return SkillResult(self.name(), status, summary, details)

    def _fail(self, summary: str) -> SkillResult:
        return SkillResult(self.name(), "FAIL", summary, error=summary)
