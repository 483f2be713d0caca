"""Going to pages: addresses of the store only, its password page, and what a failing answer means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from playwright.async_api import Error, Response
from playwright.async_api import TimeoutError as TookTooLong

from nano_sre.core.ports import Abort, ScriptError, cannot_work, failed
from nano_sre.runtime import clearing, trouble
from nano_sre.runtime.addresses import address, blocked, is_bot_protection, is_locked, shown

if TYPE_CHECKING:
    from nano_sre.runtime.page import Page

LOAD_PATIENCE = 4_000  # ms for pictures and third parties, after the document is there
UNLOCK = """(password) => {
  const field = document.querySelector('form input[type=password]');
  if (!field) return false;
  field.value = password;
  field.dispatchEvent(new Event('input', {bubbles: true}));
  setTimeout(() => field.form.submit());  // after our answer: it takes this page away
  return true;
}"""


def address_in(page: Page, path: str) -> str:
    environment = page.state.environment
    return address(environment.url, environment.store.market.path, path)


async def go(page: Page, path: str) -> int:
    """Open a path of the store and be let in; the HTTP status. Raises `Abort`."""
    if page.store.theme is not None and not page.state.previews:
        page.state.previews = True
        await _preview(page, page.store.theme)
    url = address_in(page, path)
    status = await _arrived(page, await _let_in(page, url, path), url)
    if page.state.theme is None:
        page.state.theme = await _theme(page)
    return status


async def _theme(page: Page) -> str | None:
    """The id of the theme that the store shows, where it tells it."""
    with suppress(ScriptError):
        told = await page.js("() => window.Shopify && window.Shopify.theme && window.Shopify.theme.id")
        if re.fullmatch(r"[0-9]{1,20}", str(told)):
            return str(told)
    return None


async def _let_in(page: Page, url: str, path: str) -> Response | None:
    response = await _load(page, url, lambda: _goto(page, url))
    if is_locked(page.url, path):
        await _unlock(page)
        response = await _load(page, url, lambda: _goto(page, url))
    return response


async def _preview(page: Page, theme: int) -> None:
    """Ask for the theme once: the store remembers it by a cookie. Raises `Abort` when it shows another one."""
    way = f"/?preview_theme_id={theme}&_fd=0&pb=0"
    url = f"{page.state.environment.url}{way}"
    response = await _let_in(page, url, way)
    if response is not None and response.status >= 400:
        raise _refused(response.status, await response.all_headers(), url)
    shown_theme = await page.js("() => window.Shopify && window.Shopify.theme && window.Shopify.theme.id")
    if str(shown_theme) != str(theme):
        instead = (
            f"it shows the theme {shown_theme}" if shown_theme else "it does not say which theme it shows"
        )
        raise cannot_work(
            f"The store does not preview the theme {theme}: {instead}. Look at its number in the admin: it is the "
            "last part of the address when the theme is being edited."
        )


async def reload(page: Page) -> int:
    """Load the page again; the HTTP status."""
    pw, ms = page.state.page, page.milliseconds_left()
    response = await _load(page, pw.url, lambda: pw.reload(wait_until="domcontentloaded", timeout=ms))
    return await _arrived(page, response, pw.url)


async def back(page: Page) -> None:
    """One page back; waits until it is there."""
    pw, ms = page.state.page, page.milliseconds_left()
    response = await _load(page, pw.url, lambda: pw.go_back(wait_until="domcontentloaded", timeout=ms))
    await _arrived(page, response, pw.url)


async def _goto(page: Page, url: str) -> Response | None:
    return await page.state.page.goto(url, wait_until="domcontentloaded", timeout=page.milliseconds_left())


async def _load(page: Page, url: str, load: Any) -> Response | None:
    try:
        response: Response | None = await load()
    except TookTooLong:
        raise failed(
            "R507", f"{shown(url)} did not load in time", hint="The server may be slow or hang."
        ) from None
    except Error as error:
        raise _not_loaded(page, url, error) from None
    return response


def _not_loaded(page: Page, url: str, error: Error) -> BaseException:
    code = trouble.network_code(error)
    if code is None:
        return error
    if page.state.hit_log is not None:
        code = page.state.hit_log.as_without(code, url)
    if trouble.is_our_network(code):
        return cannot_work(f"{urlsplit(url).hostname} cannot be reached from here: {trouble.in_words(code)}.")
    return failed("R507", f"{shown(url)} does not load: {trouble.in_words(code)}", actual=code)


async def _arrived(page: Page, response: Response | None, url: str) -> int:
    if response is None:  # the same document: only the part after # changed
        return 200
    status = response.status
    if status >= 400:
        raise _refused(status, await response.all_headers(), url)
    await settle(page)
    return status


async def settle(page: Page) -> None:
    """Wait for a page that has just come, though not for ever, and answer its cookie banner."""
    pw = page.state.page
    with suppress(TookTooLong):  # a picture or a third party is slow: a shopper does not wait for it either
        await pw.wait_for_load_state("load", timeout=min(LOAD_PATIENCE, page.milliseconds_left()))
    await clearing.answer_consent(page)


def judge(status: int, url: str) -> None:
    """Raises `Abort` for the status of a page that shoppers cannot use."""
    if status >= 400:
        raise _refused(status, {}, url)


def _refused(status: int, headers: Mapping[str, str], url: str) -> Abort:
    if is_bot_protection(status, headers):
        return blocked(status)
    path = shown(url)
    if status == 404:
        return failed("R507", f"The page {path} does not exist (404)", actual="404")
    words = "an error page" if status >= 500 else "a refusal"
    return failed(
        "R507", f"The store answers {path} with {words} ({status})", expected="200", actual=str(status)
    )


async def _unlock(page: Page) -> None:
    given = page.store.password
    if given is None:
        raise failed(
            "R508",
            "The storefront is locked: it shows its password page",
            hint="Write `password:` into the store document, or open the store.",
        )
    pw, ms = page.state.page, page.milliseconds_left()
    password = page.value(given)
    page.state.environment.redactor.add(str(password))
    try:
        async with pw.expect_navigation(wait_until="domcontentloaded", timeout=ms):
            if not await page.js(UNLOCK, str(password)):
                raise failed(
                    "R508", "The storefront is locked, and its password page has no field for the password"
                )
    except TookTooLong:
        pass
    if is_locked(page.url, "/"):
        raise failed(
            "R508", "The storefront is locked, and the password in the store document does not open it"
        )
