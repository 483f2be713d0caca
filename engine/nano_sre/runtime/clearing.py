"""What lies over a page and is no part of the check: the cookie banner and the store's known overlays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import Error, Frame

from nano_sre.core.fields import Element
from nano_sre.core.ports import Abort
from nano_sre.core.program import Overlay
from nano_sre.runtime import consent
from nano_sre.runtime.asking import ask
from nano_sre.runtime.trouble import is_dead

if TYPE_CHECKING:
    from nano_sre.runtime.page import Page

PATIENCE = 1_500  # ms for closing one overlay


async def answer_consent(page: Page, *, again: bool = False) -> bool:
    """Press the cookie banner's button as the check says: one question per page load, until it has been done.

    `again` asks although this page load was asked before: an action is blocked.
    """
    state = page.state
    if (
        state.consent == "leave"
        or state.consent_done
        or (state.consent_tried_at == state.loads and not again)
    ):
        return False
    state.consent_tried_at = state.loads
    frames = [state.page.main_frame]
    frames += [f for f in state.page.frames[1:] if any(word in f.url.lower() for word in consent.FRAMES)]
    for frame in frames:
        if await _press(frame, state.consent):
            state.consent_done = True
            return True
    return False


async def _press(frame: Frame, wish: str) -> bool:
    try:
        return await ask(frame, consent.PRESS, consent.question(wish)) is not None
    except Error as error:
        if is_dead(error):
            raise
        return False  # the page moved on: the next load is asked again


async def clear_the_way(page: Page) -> bool:
    """Close what may block an action. Whether anything was closed."""
    whole = page.whole()
    closed = [await _close(whole, overlay) for overlay in page.state.overlays]
    return await answer_consent(page, again=True) or any(closed)


async def _close(page: Page, overlay: Overlay) -> bool:
    if not await page.seen(Element(text=overlay.see)):
        return False
    try:
        handle = await page.one_now(Element(any_name=overlay.press))
        await handle.locator.click(timeout=PATIENCE)
    except Abort:
        return False
    except Error as error:
        if is_dead(error):
            raise
        return False
    return True
