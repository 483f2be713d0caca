"""Whether a browser really starts here, and whether its tracking hits end in our sink."""

from __future__ import annotations

import asyncio

from playwright.async_api import async_playwright

from nano_sre.runtime.browser import BrowserHost
from nano_sre.runtime.browsers import LAUNCH_FLAGS, Browser

LONGEST = 60.0


async def start_browser(path: str) -> str:
    """Start the browser, look at a page, close it; its name and version. Raises what went wrong."""
    async with asyncio.timeout(LONGEST), async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=path, args=list(LAUNCH_FLAGS))
        try:
            page = await browser.new_page()
            await page.set_content("<title>hello</title>")
            if await page.title() != "hello":
                raise RuntimeError("the browser starts but shows no page")
            return f"Chromium {browser.version}"
        finally:
            await browser.close()


async def sink_trouble(browser: Browser) -> str | None:
    """Why this browser's tracking hits cannot be relied on to end in the sink; None when they do."""
    async with asyncio.timeout(LONGEST), BrowserHost(browser=browser) as host:
        return await host.prove_sink()
