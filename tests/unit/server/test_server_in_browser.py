"""The status page in a real browser: readable without a script, by people and by screen readers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from nano_sre.runtime.browsers import LAUNCH_FLAGS, find_browser
from nano_sre.server.serving import listening
from nano_sre.store import Store
from support.scene import play, still_desk
from support.serving import served


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("scene")
    with Store.open(f"sqlite:///{folder}/nano_sre.db", data_dir=folder) as store:
        play(store, folder)
        with served(still_desk(store), listening("127.0.0.1", 0)) as url:
            yield url


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    found = find_browser()
    assert found is not None
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found.path, args=[*LAUNCH_FLAGS])
        yield browser.new_context(
            java_script_enabled=False, viewport={"width": 390, "height": 844}
        ).new_page()
        browser.close()


def test_it_is_read_and_walked_through(address: str, page: Page) -> None:
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text))
    page.on("requestfailed", lambda request: troubles.append(request.url))
    page.goto(address)
    assert page.get_by_role("heading", level=1).inner_text() == "2 open incidents"
    assert page.get_by_role("img", name="The last 90 runs: 3 failed, 87 passed").count() == 2
    assert page.get_by_role("table", name="Checks of hydrogen, with their last runs").is_visible()
    page.get_by_role("link", name="Buy a snowboard").first.click()
    assert page.get_by_role("heading", name="Likely cause").is_visible()
    expect(page.locator(".film img").first).to_be_visible(timeout=30_000)  # when it is loaded
    page.get_by_role("link", name="steps and pictures").click()
    assert "round-87" in page.url
    assert page.get_by_role("heading", level=1).is_visible()
    assert troubles == []


@pytest.mark.parametrize("path", ["/", "/incidents/2", "/checks/buy-a-snowboard"])
def test_nothing_sticks_out_on_a_phone(address: str, page: Page, path: str) -> None:
    page.goto(address + path)
    width = page.locator("body").evaluate("body => document.documentElement.scrollWidth")
    assert width <= 390
