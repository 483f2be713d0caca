"""Frames of a page: nested ones, ones of other origins, and those that nobody sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from playwright.async_api import Error, Frame, Locator
from playwright.async_api import Page as PlaywrightPage

from nano_sre.core.ports import failed
from nano_sre.runtime.trouble import is_dead

if TYPE_CHECKING:
    from nano_sre.runtime.page import Page

MOST_NAMED = 8  # in a message
# A pixel's frame has a page of its own, in which text counts as visible although the frame is one pixel large.
SHOWN = """(el) => {
  const drawn = el.checkVisibility({visibilityProperty: true, opacityProperty: true});
  return drawn && el.clientWidth > 3 && el.clientHeight > 3;
}"""


async def below(page: PlaywrightPage, *, frame: Frame | None, scope: Locator | None) -> Sequence[Frame]:
    """The frames inside a page, a frame or a part of either, whatever their depth; the nearest first."""
    if scope is not None:
        return await _inside(scope)
    return [each for each in _descendants(frame or page.main_frame) if not each.is_detached()]


def _descendants(frame: Frame) -> list[Frame]:
    found = list(frame.child_frames)
    for each in found:
        found += each.child_frames
    return found


async def _inside(scope: Locator) -> list[Frame]:
    try:
        holders = await scope.locator("css=iframe,frame").element_handles()
        frames = [await holder.content_frame() for holder in holders]
    except Error as error:
        if is_dead(error):
            raise
        return []
    return [inner for each in frames if each is not None for inner in (each, *_descendants(each))]


async def is_shown(frame: Frame) -> bool:
    """Whether a shopper sees the frame, and those it stands in."""
    here: Frame | None = frame
    try:
        while here is not None and here.parent_frame is not None:
            if not await (await here.frame_element()).evaluate(SHOWN):
                return False
            here = here.parent_frame
    except Error as error:
        if is_dead(error):
            raise
        return False  # it went away meanwhile
    return True


async def called(page: Page, name: str) -> Frame:
    """The frame with this title or name, or else the only one with a part of it. Waits; raises `Abort` (R501, R503)."""
    wanted = _folded(name)
    there: list[tuple[Frame, str]] = []

    async def look() -> Frame | None:
        there[:] = [
            (each, said) for each in _descendants(page.state.page.main_frame) for said in await _names(each)
        ]
        whole = [each for each, said in there if _folded(said) == wanted]
        part = list(dict.fromkeys(each for each, said in there if wanted in _folded(said)))
        return whole[0] if whole else part[0] if len(part) == 1 else None

    found = await page.until(look, pause=0.1)
    if found is not None:
        return found
    several = [said for _, said in there if wanted in _folded(said)]
    listed = ", ".join(
        f"“{said}”" for said in list(dict.fromkeys(several or [s for _, s in there]))[:MOST_NAMED]
    )
    if several:
        raise failed(
            "R503",
            f"{len(several)} frames have “{name}” in their names",
            hint=f"Write one whole name: {listed}.",
        )
    hint = f"The frames on the page: {listed}." if listed else "No frame of the page has a title or a name."
    raise failed("R501", f"There is no frame “{name}” on the page", hint=hint)


async def _names(frame: Frame) -> list[str]:
    """The title that the frame's element has in its parent, and the frame's name."""
    try:
        title = await (await frame.frame_element()).get_attribute("title")
    except Error as error:
        if is_dead(error):
            raise
        title = None
    return [said for said in (" ".join((title or "").split()), frame.name) if said]


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
