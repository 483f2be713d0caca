"""`checks/buy-a-snowboard.yaml` in plain Playwright: what a careful engineer would write for this one theme.

It waits and verifies where the check does, but knows the theme's selectors, and says nothing about why it failed.
"""

from __future__ import annotations

import re

from playwright.async_api import BrowserContext, Page, expect

CART = "async () => (await fetch('/cart.js')).json()"
ADDRESS = {
    "First name (optional)": "Nano",
    "Last name": "Test",
    "Address": "123 Example Street",
    "City": "New York",
    "ZIP code": "10001",
    "Phone (optional)": "+12125550123",
}


async def buy(context: BrowserContext, url: str) -> str:
    """From the product to the payment fields; the total as the page shows it."""
    page = await context.new_page()
    answer = await page.goto(f"{url}/products/complete-snowboard")
    assert answer is not None
    assert answer.ok
    await expect(page.locator("form[action='/cart/add']")).to_be_visible()
    await page.get_by_role("region", name="Cookie consent").get_by_role("button", name="Accept").click()
    price = await _choose(page)
    await _add(page)
    await _check_cart(page, price)
    await page.get_by_role("button", name="Check out").click()
    await expect(page).to_have_url(re.compile("/checkouts/"))
    await page.get_by_role("textbox", name="Email", exact=True).fill("qa@example.com")
    await _ship(page)
    number = page.frame_locator("iframe[name=card-fields-number]").get_by_role("textbox")
    await expect(number).to_be_visible()
    return await page.locator("strong[data-total]").inner_text()


async def _choose(page: Page) -> str:
    shown = page.locator("#price-main .price-item")
    before = await shown.inner_text()
    await page.locator("label", has_text="158cm").click()
    await expect(page).to_have_url(re.compile("variant="))
    await expect(shown).not_to_have_text(before)
    return await shown.inner_text()


async def _add(page: Page) -> None:
    async with page.expect_response(lambda each: "/cart/add" in each.url) as adding:
        await page.get_by_role("button", name="Add to cart").click()
    assert (await adding.value).ok
    cart = await page.evaluate(CART)
    assert cart["item_count"] == 1
    assert cart["items"][0]["variant_title"] == "158cm"


async def _check_cart(page: Page, price: str) -> None:
    drawer = page.get_by_role("dialog", name="Your cart")
    await expect(drawer).to_be_visible()
    await expect(drawer).to_contain_text("158cm")
    await expect(drawer.locator(".totals__total-value")).to_have_text(price)


async def _ship(page: Page) -> None:
    await page.get_by_label("Country/Region").select_option("US")
    for label, value in ADDRESS.items():
        await page.get_by_label(label, exact=True).fill(value)
    await page.locator("#Select-zone").select_option("NY")
    await page.locator("#TextField-phone").blur()
    await expect(page.locator("#shipping_methods input").first).to_be_attached()
