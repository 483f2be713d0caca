"""One element of the page, used as a shopper uses it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error, Locator
from playwright.async_api import TimeoutError as TookTooLong

from nano_sre.core.fields import Element
from nano_sre.core.ports import Abort, failed
from nano_sre.runtime.finding import DESCRIBE, css_selector, label
from nano_sre.runtime.trouble import first_line, scripted

if TYPE_CHECKING:
    from nano_sre.runtime.page import Page

PATIENCE_BEFORE_LOOKING = 1_000  # ms an action waits before we look at what is in its way
PATIENCE_WITH_A_COVER = 4.0  # seconds: a spinner or a sliding drawer has gone by then
PATIENCE_WITH_A_PAGE = 20.0  # seconds the page may take that a click leads to
CLOCKS_APART = 50  # ms the browser's clock may differ from ours
CLICKED = "click action done"  # what Playwright's log says before it waits for the page
CLICKING = "performing click action"  # and when it has sent the events; a slow machine answers them late
NOT_CLICKED = ("intercepts pointer events", "retrying click action")  # what it says where they hit nothing
PATIENCE_WITH_A_DIALOG = 6_000  # ms a press may take to ask for a file
PATIENCE_AT_THE_END = 0.3  # seconds kept back for finding out what was in the way

CANNOT_BE_USED = (
    "Element is not an <input>",
    "not a checkbox",
    "Not a checkbox",
    "cannot be filled",
    "Cannot uncheck",
    "Non-multiple file input",
    "is not [webkitdirectory]",
)

WHY_NOT = """(el) => {
  const seen = globalThis[Symbol.for('nano-sre')]?.describe;
  const read = (other) => (seen && seen(other).name) || other.getAttribute('aria-label') || other.id || '';
  const fieldset = el.closest('fieldset:disabled, [aria-disabled=true]');
  if (el.disabled || fieldset) return {disabled: true};
  el.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});
  const box = el.getBoundingClientRect();
  if (!box.width || !box.height) return {gone: true};
  let top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  while (top?.shadowRoot) {
    const inner = top.shadowRoot.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    if (!inner || inner === top) break;
    top = inner;
  }
  if (!top) return {outside: true};
  if (el === top || el.contains(top) || top.contains(el) || [...(el.labels || [])].some((l) => l.contains(top)))
    return {};
  const layer = top.closest('dialog,[role=dialog],[aria-modal]')
    || top.closest('aside,[role=region],[aria-label]') || top;
  const name = layer.getAttribute('aria-label') || (layer.innerText || '').replace(/\\s+/g, ' ').trim() || read(top);
  const tag = layer.getAttribute('role') || layer.localName;
  const place = layer.id ? `${layer.localName}#${layer.id}`
    : layer.localName + [...layer.classList].slice(0, 2).map((c) => `.${c}`).join('');
  return {covered: name.slice(0, 80), tag, place};
}"""
IS_FILE_FIELD = "(el) => { const field = el.control || el; return field.matches('input[type=file]'); }"
TEXT = """(el) => ((el.matches('select') ? el.selectedOptions[0]?.label : el.matches('input,textarea') ? el.value
  : el.innerText ?? el.textContent) || '').replace(/\\s+/g, ' ').trim()"""


class PageHandle:
    """Exactly one element, found again at the moment it is used. Implements `core.ports.Handle`."""

    __slots__ = ("_fleeting", "_locator", "_page", "element", "nth", "said", "via")

    def __init__(
        self,
        page: Page,
        locator: Locator,
        *,
        said: str,
        element: Element | None = None,
        via: tuple[int, str] = (0, ""),
        fleeting: bool = False,
    ) -> None:
        self._page = page
        self._locator = locator
        self.said = said
        self.element = element  # what was looked for, when it has several names
        self.nth, self.via = via  # which of them found it
        self._fleeting = fleeting  # named by a path that holds for a moment: once gone, it does not come back

    @property
    def locator(self) -> Locator:
        return self._locator

    async def press(self) -> None:
        """Click it as a shopper does: it must be visible, enabled and not covered. Raises `Abort`."""
        await self._act(lambda ms: self._locator.click(timeout=ms))

    async def hover(self) -> None:
        await self._act(lambda ms: self._locator.hover(timeout=ms))

    async def fill(self, value: str, *, secret: bool = False) -> None:
        """Replace its text. Fields filled with a secret are masked in every picture."""
        if secret:
            self._page.state.masked.append(self._locator)
        await self._act(lambda ms: self._locator.fill(value, timeout=ms))

    async def choose(self, option: str) -> None:
        """Choose an option of a select, by its label or else its value."""
        options = await self._options()
        folded = " ".join(option.split()).casefold()
        index = next(
            (i for i, each in enumerate(options) if folded in {text.casefold() for text in each[:2]}), None
        )
        if index is None:
            listed = ", ".join(f"“{each[0]}”" for each in options[:12])
            raise failed(
                "R501",
                f"{self.said} has no option “{option}”",
                hint=f"Its options are: {listed}." if listed else None,
            )
        await self._act(lambda ms: self._locator.select_option(index=index, timeout=ms))

    async def _options(self) -> list[tuple[str, str]]:
        read = (
            """(el) => [...(el.options || [])].map((o) => [o.label.replace(/\\s+/g, ' ').trim(), o.value])"""
        )
        found: list[tuple[str, str]] = await self._ask(read)
        return found

    async def tick(self, *, on: bool = True) -> None:
        """Tick it, or untick it."""
        await self._act(lambda ms: self._locator.set_checked(on, timeout=ms))

    async def upload(self, files: Sequence[str]) -> None:
        """Give these files to a file field (or its label), else to the dialog that pressing it opens."""
        if await self._ask(IS_FILE_FIELD):
            await self._act(lambda ms: self._locator.set_input_files(list(files), timeout=ms))
            return
        page, ms = self._page.state.page, self._page.milliseconds_left()
        try:
            async with page.expect_file_chooser(timeout=min(PATIENCE_WITH_A_DIALOG, ms)) as asking:
                await self.press()
            chooser = await asking.value
        except TookTooLong:
            raise failed(
                "R502",
                f"{self.said} is no file field, and pressing it asks for no file",
                expected="a file field, its label, or a button that asks for a file",
            ) from None
        await chooser.set_files(list(files), timeout=self._page.milliseconds_left())

    async def scroll_to(self) -> None:
        await self._act(lambda ms: self._locator.scroll_into_view_if_needed(timeout=ms))

    async def press_key(self, key: str) -> None:
        """Press a key while it has the focus, such as Enter."""
        await self._act(lambda ms: self._locator.press(key, timeout=ms))

    async def text(self) -> str:
        """Its visible text (a field's value), white space folded."""
        return str(await self._ask(TEXT))

    async def attribute(self, name: str) -> str | None:
        found: str | None = await self._ask("(el, name) => el.getAttribute(name)", name)
        return found

    async def js(self, function: str, argument: Any = None) -> Any:
        """Evaluate ``(element, argument) => …`` on it; the result must be JSON-able."""
        return await self._ask(function, argument)

    async def within(self, selector: str, *, visible: bool = True) -> Sequence[PageHandle]:
        """Elements inside it that match a CSS selector now."""
        inner = self._locator.locator(css_selector(selector, visible=visible))
        return await self._page.handles(inner, said=selector)

    async def _ask(self, function: str, argument: Any = None) -> Any:
        # Almost always it is there: one message then, where asking and waiting for it takes three.
        there = f"async (found, given) => found.length === 1 ? [await ({function})(found[0], given)] : null"
        self._page.state.healing.used(self)
        answer = await scripted(lambda: self._locator.evaluate_all(there, argument))
        if answer is not None:
            return answer[0]
        ms = self._page.milliseconds_left()
        try:
            return await scripted(lambda: self._locator.evaluate(function, argument, timeout=ms))
        except TookTooLong:
            raise failed("R501", f"{self.said} is no longer on the page") from None

    async def _act(self, action: Callable[[float], Awaitable[Any]]) -> None:
        started, clock = time.monotonic(), time.time()
        self._page.state.healing.used(self)
        while True:
            left = self._page.milliseconds_left()
            try:
                await action(min(PATIENCE_BEFORE_LOOKING, left))
            except TookTooLong as error:
                if CLICKED in str(error):  # only its page is slow: a second click may be a second order
                    await self._follow(clock * 1000)
                    return
                if _is_under_way(str(error)):  # what comes of it is looked for by whoever pressed
                    return
                cleared = await self._page.clear_the_way()
                waited = time.monotonic() - started
                hopeless = waited > PATIENCE_WITH_A_COVER and not cleared and await self._is_covered()
                hopeless = hopeless or (self._fleeting and not await self._locator.count())
                if hopeless or self._page.left <= PATIENCE_AT_THE_END:
                    raise await self._why_not() from None
            except Error as error:
                raise await self._translated(error) from None
            else:
                return

    async def _follow(self, clicked: float) -> None:
        """Wait for the page that a click has led to; `clicked` is the time of day in milliseconds."""
        ends = time.monotonic() + PATIENCE_WITH_A_PAGE

        async def come() -> bool:
            begun = await self._page.js("() => performance.timeOrigin")
            return float(begun) >= clicked - CLOCKS_APART or time.monotonic() > ends

        await self._page.until(come, pause=0.1)

    async def _translated(self, error: Error) -> BaseException:
        text = str(error)
        if "strict mode violation" in text:
            described = await self._locator.evaluate_all(DESCRIBE)
            names = [label(each) for each in described]
            return failed("R503", f"{len(names)} visible elements match {self.said}", evidence=tuple(names))
        for known in CANNOT_BE_USED:
            if known in text:
                return failed("R502", f"{self.said} cannot be used this way", evidence=(first_line(error),))
        return error

    async def _is_covered(self) -> bool:
        return bool({"covered", "disabled"} & (await self._look()).keys())

    async def _look(self) -> dict[str, Any]:
        try:
            seen: dict[str, Any] = await self._locator.evaluate(WHY_NOT, timeout=1_000)
        except TookTooLong:
            return {"gone": True}
        return seen

    async def _why_not(self) -> Abort:
        seen = await self._look()
        if "covered" in seen:
            name = seen["covered"] or seen["place"]
            return failed(
                "R502",
                f"{self.said} is covered by {seen['tag']} “{name}”, so a shopper cannot press it",
                hint="If that is meant to be there, close it with a `dismiss` step before this one, or list it "
                "under `overlays` in the store document.",
                evidence=(f"on top: {seen['place']}",),
            )
        if seen.get("disabled"):
            return failed("R502", f"{self.said} is disabled, so a shopper cannot use it")
        if seen.get("gone"):
            return failed("R501", f"{self.said} was there and has gone")
        return failed(
            "R502",
            f"{self.said} did not become usable in time",
            hint="It may be moving, outside the window or not editable.",
        )


def _is_under_way(log: str) -> bool:
    """Whether the last thing that Playwright did was to send a click, of which it has not heard yet."""
    _, found, after = log.rpartition(CLICKING)
    return bool(found) and not any(words in after for words in NOT_CLICKED)
