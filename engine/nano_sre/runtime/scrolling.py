"""To the ends of a page: the bottom moves while a page loads what comes next."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal

from playwright.async_api import Locator

from nano_sre.runtime.asking import ask
from nano_sre.runtime.trouble import scripted

if TYPE_CHECKING:
    from nano_sre.runtime.page import Page

MOST_SCREENS = 60
QUIET = 0.4  # seconds in which a page that has come to its end grows no more
PAUSE = 0.12  # seconds between two windows: what loads when it comes into view needs to be seen
# In a part of the page, what scrolls may be that part or something inside it.
SCROLL = """(el, edge) => {
  const scrolls = (each) => each.scrollHeight > each.clientHeight + 1
    && ['auto', 'scroll', 'overlay'].includes(getComputedStyle(each).overflowY);
  const box = !el || el === document.documentElement ? document.scrollingElement || document.documentElement
    : scrolls(el) ? el : [...el.querySelectorAll('*')].find(scrolls);
  if (!box) {
    el.scrollIntoView({block: edge === 'top' ? 'start' : 'end', behavior: 'instant'});
    return {at: 0, left: 0};
  }
  const top = edge === 'top' ? 0 : Math.min(box.scrollTop + box.clientHeight * 0.9, box.scrollHeight);
  box.scrollTo({top, behavior: 'instant'});
  return {at: box.scrollTop, left: edge === 'top' ? 0 : box.scrollHeight - box.clientHeight - box.scrollTop};
}"""


async def scroll(page: Page, edge: Literal["top", "bottom"]) -> None:
    """A window at a time, as a shopper does; a page without an end is left after sixty of them."""
    for _ in range(MOST_SCREENS):
        now = await _scrolled(page, edge)
        if edge == "top":
            return
        if now["left"] <= 1:
            await asyncio.sleep(QUIET)
            if (await _scrolled(page, edge))["left"] <= 1:
                return
        if page.left < 1:
            return
        await asyncio.sleep(PAUSE)


async def _scrolled(page: Page, edge: str) -> dict[str, float]:
    root = page.root
    found: dict[str, float]
    if isinstance(root, Locator):
        found = await scripted(lambda: root.first.evaluate(SCROLL, edge, timeout=page.milliseconds_left()))
    else:
        found = await scripted(lambda: ask(root, f"(edge) => ({SCROLL})(null, edge)", edge))
    return found
