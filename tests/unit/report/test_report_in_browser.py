"""The report in a real browser: what it loads, what it says on its console, whether it fits a phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from nano_sre.core.kept_hits import kept
from nano_sre.report.html import render_html
from nano_sre.runtime.browsers import find_browser
from support.hostile import PIECES
from support.sample_report import TINY_GIF, failing, sample_report, target
from support.tracked_report import tracked, tracked_report, watch_report

FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = find_browser()
    assert found is not None, "no Chromium here: make setup brings one"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(found.path), args=FLAGS)
        yield started
        started.close()


def opened(browser: Browser, html: str, folder: Path, *, width: int, scripts: bool) -> tuple[Page, list[str]]:
    file = folder / "report.html"
    file.write_text(html, encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 800}, java_script_enabled=scripts)
    heard: list[str] = []
    page.on(
        "request", lambda r: heard.append(r.url) if not r.url.startswith(("data:", file.as_uri())) else None
    )
    page.on("console", lambda m: heard.append(m.text))
    page.on("pageerror", lambda e: heard.append(str(e)))
    page.on("dialog", lambda d: heard.append(d.message))
    page.goto(file.as_uri())
    return page, heard


@pytest.mark.parametrize("width", [1280, 390])
def test_it_loads_nothing_says_nothing_and_fits(browser: Browser, tmp_path: Path, width: int) -> None:
    html = render_html(sample_report(), read=lambda _path: TINY_GIF)
    page, heard = opened(browser, html, tmp_path, width=width, scripts=True)
    page.wait_for_load_state("networkidle")
    assert heard == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    page.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_hits_unfold_and_fit(browser: Browser, tmp_path: Path, width: int) -> None:
    page, heard = opened(
        browser, render_html(tracked_report(), read=lambda _path: None), tmp_path, width=width, scripts=False
    )
    assert page.get_by_role("row", name="add_to_cart").get_by_text("expected once").is_visible()
    wrong = page.get_by_role("listitem").filter(has_text="AddToCart").filter(has_text="749.95 EUR").last
    assert wrong.get_by_text("Look at the currency that the pixel's app takes from the theme.").is_visible()
    assert not wrong.get_by_text("cd[value]").is_visible()
    wrong.locator("summary").click()
    assert wrong.get_by_text("cd[value]").is_visible()
    page.close()
    page, heard = opened(
        browser, render_html(tracked_report(), read=lambda _path: None), tmp_path, width=width, scripts=True
    )
    page.evaluate("document.querySelectorAll('details').forEach((each) => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert heard == []
    page.close()


def test_hostile_hits_stay_text(browser: Browser, tmp_path: Path) -> None:
    evil = "".join(PIECES)
    judged = tracked(
        1, 0, "ga4", evil, evil, at=1, value=evil, currency=evil, fields={evil: evil * 20, "v": "w" * 5_000}
    )
    watched = kept(replace(watch_report(), hits=(judged,)))
    page, heard = opened(
        browser,
        render_html(tracked_report(watched), read=lambda _path: None),
        tmp_path,
        width=390,
        scripts=True,
    )
    page.evaluate("document.querySelectorAll('details').forEach((each) => each.open = true)")
    page.wait_for_load_state("networkidle")
    assert heard == []
    assert page.locator("script").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.close()


def test_it_works_without_scripts(browser: Browser, tmp_path: Path) -> None:
    html = render_html(sample_report(), read=lambda _path: TINY_GIF)
    page, heard = opened(browser, html, tmp_path, width=1280, scripts=False)
    card = page.get_by_role("article", name="Search finds a product")
    frame = card.get_by_role("link", name="Enlarge step 2")
    assert not frame.is_visible()
    card.get_by_role("heading", name="Search finds a product").click()
    assert frame.is_visible()
    frame.click()
    close = card.get_by_role("link", name="Close")
    assert close.is_visible()
    close.click()
    assert not close.is_visible()
    assert heard == []
    page.close()


def test_hostile_text_stays_text(browser: Browser, tmp_path: Path) -> None:
    evil = "".join(PIECES)
    finding = replace(
        failing().findings[0], summary=evil, expected=evil, evidence=PIECES, hint=evil, difference=evil
    )
    result = replace(
        target("x", "FAIL", evil),
        name=evil,
        target=evil,
        findings=(finding,),
        store_url="javascript:alert(1)",
    )
    report = replace(sample_report(), results=(result,), sources={"checks/checkout.yaml": (evil + "\n") * 20})
    page, heard = opened(
        browser, render_html(report, read=lambda _path: None), tmp_path, width=390, scripts=True
    )
    page.wait_for_load_state("networkidle")
    assert heard == []
    assert page.locator("script").count() == 0
    assert page.get_by_text("<script>alert(1)</script>").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.close()
