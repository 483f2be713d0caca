"""What lies over a page and is no part of the check: the cookie banner and the store's known overlays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.async_api import Error, Frame

from nano_sre.core.fields import Element
from nano_sre.core.ports import Abort
from nano_sre.core.program import Overlay
from nano_sre.runtime import consent
from nano_sre.runtime.asking import ask
from nano_sre.runtime.trouble import is_dead

if TYPE_CHECKING:
    from nano_sre.runtime.page import Page, VisitState

LATE = Path(__file__).with_name("late.js").read_text(encoding="utf-8")
PATIENCE = 1_500  # ms for closing one overlay


async def watch(state: VisitState) -> None:
    """From now on every page of the visit answers by itself what comes over it late, at no cost for the steps."""
    if state.consent == "leave" and not state.overlays:
        return
    text = state.environment.text
    wish = {
        "consent": None if state.consent == "leave" else consent.question(state.consent, about=consent.LATE),
        "frames": consent.FRAMES,
        "overlays": [{"see": text(each.see), "press": text(each.press)} for each in state.overlays],
        "tell": state.shop.word if state.shop else "",
    }
    await state.context.add_init_script(script=f"{LATE.rstrip()}({json.dumps(wish)}, {consent.PRESS});")


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
        pressed = await _press(frame, state.consent)
        if pressed is not None:
            state.consent_done = True
            if state.shop:
                state.shop.pressed(pressed)
            return True
    return False


async def _press(frame: Frame, wish: str) -> float | None:
    """When the button was pressed, by the browser's clock; None when there is none."""
    try:
        said = await ask(frame, consent.PRESS, consent.question(wish))
    except Error as error:
        if is_dead(error):
            raise
        return None  # the page moved on: the next load is asked again
    return None if said is None else float(said[1])


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
