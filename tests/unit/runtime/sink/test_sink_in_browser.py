"""The sink and a real browser: what it must not miss, and what it says when it cannot be sure."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import async_playwright

from nano_sre.core.fields import Duration
from nano_sre.runtime import browsers
from nano_sre.runtime.browser import BrowserHost
from nano_sre.runtime.sink.guard import Guard
from nano_sre.runtime.sink.self_test import self_test
from support.drive import journey, store_at
from support.hits import SeeHits, Tracked, track
from support.pages import Site, site
from support.steps import Do, go

BEACON = "() => { navigator.sendBeacon('https://bat.bing.com/action/0?ti=1', 'hello'); }"
LONG = Duration(15_000)


def tracked(shop: Site, *steps: Any, loop: asyncio.Runner, host: BrowserHost, **store: Any) -> Tracked:
    return loop.run(track(journey(store_at(shop.url, **store), [go(), *steps]), host=host))


def test_a_hit_of_the_last_page_arrives_as_it_closes(
    loop: asyncio.Runner, host: BrowserHost, shop: Site
) -> None:
    async def leave_later(io: Any) -> None:
        await io.js(
            "() => addEventListener('pagehide', () => navigator.sendBeacon('https://bat.bing.com/action/0?ti=1', 'bye'))"
        )

    seen = tracked(shop, Do(leave_later), loop=loop, host=host)
    assert [(each.body, each.step) for each in seen.hits] == [(b"bye", 1)]
    assert seen.attempt.status == "PASS"


def test_a_hit_is_counted_to_its_step_and_its_moment(
    loop: asyncio.Runner, host: BrowserHost, shop: Site
) -> None:
    async def fire(io: Any) -> None:
        await io.js(BEACON)
        async with asyncio.timeout(10):
            while not io.state.hit_log.hits:
                await io.state.hit_log.next()

    seen = tracked(shop, Do(fire, patience=LONG), Do(fire), loop=loop, host=host)
    first, step = seen.hits[0], seen.attempt.steps[1]
    assert first.step == 1
    assert step.started_ms <= first.at_ms <= step.started_ms + step.duration_ms + 2  # each is rounded
    assert first.page == f"{shop.url}/"


def test_hits_of_clean_up_are_beside_its_steps(loop: asyncio.Runner, host: BrowserHost, shop: Site) -> None:
    tidy = Do(lambda io: io.js(BEACON), name="Tidy up")
    program = journey(store_at(shop.url), [go()], always=[tidy])
    seen = loop.run(track(program, host=host))
    [hit] = seen.hits
    assert seen.visit is not None
    assert seen.visit.steps[hit.step].title == "Tidy up"


def test_what_passes_the_sink_by_is_caught_and_told() -> None:
    """A context without a sink: the guard takes what it sends, and hits of that time prove nothing."""

    async def visit() -> Tracked:
        async with BrowserHost() as host:
            browser = (await host._ready()).browser

            async def leak(_io: Any) -> None:
                context = await browser.new_context()
                page = await context.new_page()
                await page.goto(shop.url)
                await page.evaluate("fetch('https://bat.bing.com/x', {mode: 'no-cors'}).catch(() => null)")
                await context.close()

            return await track(journey(store_at(shop.url), [go(), Do(leak, patience=LONG)]), host=host)

    with site(index="<h1>x</h1>") as shop:
        seen = asyncio.run(visit())
    assert seen.attempt.status == "WARN"
    assert (seen.attempt.inconclusive or "").startswith("R580: a request to bat.bing.com went past the sink.")


def test_a_sink_that_dies_makes_the_visit_inconclusive() -> None:
    async def kill(io: Any) -> None:
        io.state.hit_log.listening.__self__._server.close()

    async def visit() -> Tracked:
        async with BrowserHost() as host:
            return await track(journey(store_at(shop.url), [go(), Do(kill)]), host=host)

    with site(index="<h1>x</h1>") as shop:
        seen = asyncio.run(visit())
    assert seen.attempt.inconclusive == "R581: the sink for tracking hits stopped listening during the visit."


def test_a_browser_that_trusts_no_sink_fails_the_self_test() -> None:
    async def visit() -> str | None:
        async with async_playwright() as driver:
            found = browsers.find_browser()
            assert found is not None
            browser = await driver.chromium.launch(executable_path=found.path, args=[*browsers.LAUNCH_FLAGS])
            try:
                return await self_test(browser, Guard(()), patience=1.5)
            finally:
                await browser.close()

    said = asyncio.run(visit()) or ""
    assert said.startswith("R582: the sink for tracking hits does not see a request of a sandboxed frame or ")


def test_the_self_test_is_passed_once(loop: asyncio.Runner, host: BrowserHost, shop: Site) -> None:
    assert loop.run(host.prove_sink()) is None
    assert host._proven


class Proving(BrowserHost):
    """A host whose proof takes until somebody says `enough`, and says what it is told to."""

    says: str | None = None
    enough: asyncio.Event
    began = False

    async def prove_sink(self) -> str | None:
        self.began = True
        await self.enough.wait()
        return self.says


def visit_with(says: str | None, *, during: bool, sees: SeeHits | None = None) -> tuple[Tracked, list[bool]]:
    """A visit that is proven `during` its step, or once the step was given up on."""
    proven: list[bool] = []

    async def visit() -> Tracked:
        async with Proving() as host:
            host.says, host.enough = says, asyncio.Event()

            async def step(io: Any) -> None:
                proven.append(host.enough.is_set())
                if during:
                    host.enough.set()

            if not during:
                asyncio.get_running_loop().call_later(1.0, host.enough.set)
            return await track(journey(store_at(shop.url), [go(), Do(step)]), host=host, watcher=sees)

    with site(index="<h1>x</h1>") as shop:
        return asyncio.run(visit()), proven


def test_the_sink_is_proven_while_the_visit_goes_on() -> None:
    seen, proven = visit_with(None, during=True)
    assert seen.attempt.status == "PASS"
    assert proven == [False]


def test_a_visit_whose_sink_was_not_proven_judges_nothing() -> None:
    seen, _ = visit_with("R582: the sink for tracking hits does not see this.", during=True)
    assert (seen.attempt.status, seen.attempt.inconclusive) == (
        "WARN",
        "R582: the sink for tracking hits does not see this.",
    )


def test_a_page_that_is_timed_has_the_machine_to_itself() -> None:
    seen, proven = visit_with(None, during=False, sees=SeeHits(also=("vitals",)))
    assert seen.attempt.status == "PASS"
    assert proven == [True]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_dead_third_party_is_called_what_it_is(scheme: str) -> None:
    async def visit() -> Tracked:
        async with BrowserHost(rules=("MAP dead.example ~NOTFOUND",)) as host:
            return await track(journey(store_at(shop.url), [go()]), host=host)

    with site(index=f"<h1>x</h1><script src='{scheme}://dead.example/x.js'></script>") as shop:
        seen = asyncio.run(visit())
    assert seen.attempt.failed_requests == (f"net::ERR_NAME_NOT_RESOLVED GET {scheme}://dead.example/x.js",)


@pytest.mark.parametrize("tracking", ["swallow", "mark"])
def test_a_stores_own_endpoint_is_seen_when_it_is_named(
    tracking: str, loop: asyncio.Runner, host: BrowserHost, shop: Site
) -> None:
    """The store goes through the sink then: its pages come from it as ever, its hits end there."""
    shop.put(
        "/own",
        "<h1>own</h1><script>navigator.sendBeacon('/g/collect?v=2&tid=G-TEST&cid=1.2&en=page_view', 'x')</script>",
    )
    program = journey(store_at(shop.url, tracking=tracking), [go("/own")], first_party=("127.0.0.1",))
    seen = loop.run(track(program, host=host))
    asked = [each for each in shop.asked if "collect" in each]
    if tracking == "swallow":
        assert ([each.fate for each in seen.hits], asked) == (["swallowed"], [])
    else:
        assert [each.fate for each in seen.hits] == ["marked"]
        assert asked == ["POST /g/collect?v=2&tid=G-TEST&cid=1.2&en=page_view&tt=internal"]
