"""`nano-sre pixels watch` with a window in which somebody shops, and all the ways in which that may end.

The window is a real one of a full Chromium, drawn on no screen; the shopper comes in by a connection of their own.
"""

from __future__ import annotations

import asyncio
import gzip
import os
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright

from nano_sre.demo.server import DemoServer
from nano_sre.kinds._shared.tracking.recording import read
from nano_sre.runtime.browsers import find_browser
from support.cli import COMMAND

FULL = find_browser({"PATH": os.environ.get("PATH", os.defpath)}, windowed=True)
LONGEST = 60.0  # seconds
WRAPPER = """#!/bin/sh
for each in "$@"; do case "$each" in --user-data-dir=*) profile="${each#*=}";; esac; done
echo "$profile" > "$HERE/profile.new"; mv "$HERE/profile.new" "$HERE/profile"
exec "$CHROMIUM" "$@" $MORE
"""


@pytest.fixture(scope="module")
def shop() -> Iterator[DemoServer]:
    with DemoServer() as opened:
        yield opened


@dataclass
class Watching:
    """The command at work; `folder` holds what it says, and where its browser is."""

    folder: Path
    process: subprocess.Popen[bytes]

    def said(self) -> str:
        return (self.folder / "said").read_text("utf-8", "replace")

    def kill(self) -> None:
        """The browser itself, and whatever script it was started by."""
        profile = f"--user-data-dir={(self.folder / 'profile').read_text().strip()}"
        for each in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                words = each.read_text("utf-8", "replace").split("\0")
                if profile in words and not any(word.startswith("--type=") for word in words):
                    os.kill(int(each.parent.name), signal.SIGKILL)

    async def until(self, there: Callable[[], bool]) -> None:
        ends = time.monotonic() + LONGEST
        while not there():
            assert time.monotonic() < ends, self.said()
            assert self.process.poll() is None, self.said()
            await asyncio.sleep(0.1)

    async def end(self) -> tuple[int, str]:
        return await asyncio.to_thread(self.process.wait, LONGEST), self.said()


@contextmanager
def watching(folder: Path, url: str, *words: str, chromium: str, more: str = "") -> Iterator[Watching]:
    wrapper = folder / "browser.sh"
    wrapper.write_text(WRAPPER)
    wrapper.chmod(0o755)
    environ = {
        **os.environ,
        "DISPLAY": ":99",
        "NO_COLOR": "1",
        "PYTHONUNBUFFERED": "1",
        "NANO_SRE_BROWSER": str(wrapper),
        "HERE": str(folder),
        "CHROMIUM": chromium,
        "MORE": more,
    }
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [*COMMAND, "pixels", "watch", url, *words],
            cwd=folder,
            env=environ,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        yield Watching(folder, process)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


async def close_the_window(_browser: Browser, page: Page, _at: Watching) -> None:
    await page.close()


async def quit_the_browser(browser: Browser, _page: Page, _at: Watching) -> None:
    await (await browser.new_browser_cdp_session()).send("Browser.close")


async def kill_the_browser(_browser: Browser, _page: Page, at: Watching) -> None:
    at.kill()


async def press_ctrl_c(_browser: Browser, _page: Page, at: Watching) -> None:
    at.process.send_signal(signal.SIGINT)


End = Callable[[Browser, Page, Watching], Awaitable[None]]


@pytest.mark.skipif(FULL is None, reason="no Chromium that can show a window")
@pytest.mark.parametrize("end", [close_the_window, quit_the_browser, kill_the_browser, press_ctrl_c])
def test_somebody_shops_in_the_window(shop: DemoServer, tmp_path: Path, end: End) -> None:
    assert FULL is not None
    flags = "--ozone-platform=headless --remote-debugging-port=0"
    url = f"{shop.url}/products/complete-snowboard"

    async def visit() -> tuple[int, str]:
        with watching(tmp_path, url, "--save", "seen.jsonl.gz", chromium=FULL.path, more=flags) as at:
            await at.until((tmp_path / "profile").exists)
            port = Path((tmp_path / "profile").read_text().strip()) / "DevToolsActivePort"
            await at.until(lambda: port.exists() and port.read_text().count("\n") > 0)
            async with async_playwright() as driver:
                address = f"http://127.0.0.1:{port.read_text().splitlines()[0]}"
                browser = await driver.chromium.connect_over_cdp(address)
                await at.until(lambda: any(each.url == url for each in pages(browser)))
                page = next(each for each in pages(browser) if each.url == url)
                await page.get_by_role("button", name="Accept").click()
                await at.until(lambda: "view_item" in at.said())
                await page.get_by_role("button", name="Add to cart").click()
                await at.until(lambda: "meta       add_to_cart" in at.said())
                await end(browser, page, at)
                return await at.end()

    code, said = asyncio.run(visit())
    assert code == 0, said
    assert "Shop in the window; close it, or press Ctrl-C, to end." in said
    live, _, summary = said.partition(" hits to ")
    assert "  add_to_cart: " in summary
    assert "Judge it again:  nano-sre pixels replay seen.jsonl.gz" in summary
    kept = read(gzip.decompress((tmp_path / "seen.jsonl.gz").read_bytes()).decode().splitlines()).seen
    assert {each.fate for each in kept.hits} == {"swallowed"}
    assert len(kept.hits) >= live.count("add_to_cart (")


def pages(browser: Browser) -> list[Page]:
    return [page for context in browser.contexts for page in context.pages]


def test_what_was_heard_stays_when_a_browser_without_a_window_is_killed(
    shop: DemoServer, tmp_path: Path
) -> None:
    found = find_browser()
    assert found is not None
    words = ("/products/complete-snowboard", "--headless", "--for", "5m")

    async def visit() -> tuple[int, str]:
        with watching(tmp_path, shop.url + words[0], *words[1:], chromium=found.path) as at:
            await at.until(lambda: "view_item" in at.said())
            at.kill()
            return await at.end()

    code, said = asyncio.run(visit())
    assert code == 7, said
    assert "  view_item: " in said.partition(" hits to ")[2]
    assert "nano-sre: the browser broke down: " in said
