"""Tabs: a step that opens one goes on there, and closing it goes back to the one before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from playwright.async_api import Error
from playwright.async_api import Page as PlaywrightPage
from playwright.async_api import TimeoutError as TookTooLong

from nano_sre.core.ports import failed
from nano_sre.runtime import navigation
from nano_sre.runtime.addresses import shown
from nano_sre.runtime.trouble import steady

if TYPE_CHECKING:
    from nano_sre.runtime.page import Page

PATIENCE = 6_000  # ms after the press: a tab that is not there by then does not come
STATUS = "() => performance.getEntriesByType('navigation')[0]?.responseStatus || 200"


async def follow(page: Page, opens: Callable[[], Awaitable[None]], *, what: str) -> int:
    """Do what opens a tab, and look at it from now on; the HTTP status of its page."""
    state, ms = page.state, page.milliseconds_left()
    before = state.page.url
    try:
        async with state.context.expect_page(timeout=min(PATIENCE, ms)) as opening:
            await opens()
        tab = await opening.value
    except TookTooLong:
        now = state.page.url
        raise failed(
            "R505",
            f"{what} opened no new tab.",
            expected="a new tab",
            actual="nothing new" if now == before else f"the same tab, which shows {shown(now)} now",
            hint="If it is not meant to open one, write `press` in place of `new_tab`.",
        ) from None
    _look_at(page, tab)
    with suppress(TookTooLong):
        await tab.wait_for_load_state("domcontentloaded", timeout=page.milliseconds_left())
    return await _arrived(page, tab)


async def _arrived(page: Page, tab: PlaywrightPage) -> int:
    if tab.url.startswith("chrome-error:"):
        raise failed("R507", "The page in the new tab does not load.")
    status = int(await steady(lambda: tab.evaluate(STATUS)))
    navigation.judge(status, tab.url)
    await navigation.settle(page)
    return status


async def open_path(page: Page, path: str) -> int:
    """A page of the store in a tab of its own; the HTTP status."""
    _look_at(page, await page.state.context.new_page())
    return await navigation.go(page, path)


async def close(page: Page) -> bool:
    """Close the tab that is looked at; False when it is the only one."""
    state = page.state
    if not state.tabs:
        return False
    tab = state.page
    _look_back(page, tab)
    with suppress(Error):
        await tab.close()
    await state.page.bring_to_front()
    return True


def _look_at(page: Page, tab: PlaywrightPage) -> None:
    state = page.state
    state.tabs.append(state.page)
    state.page = tab
    tab.on("close", lambda closed: _look_back(page, closed))


def _look_back(page: Page, closed: PlaywrightPage) -> None:
    """A tab that closes itself, as a payment window does, leaves the visit at the one before it."""
    state = page.state
    if closed in state.tabs:
        state.tabs.remove(closed)
    elif closed is state.page and state.tabs:
        state.page = state.tabs.pop()
