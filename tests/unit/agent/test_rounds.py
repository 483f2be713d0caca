from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nano_sre.agent.rounds import Rounds, Wanted
from nano_sre.config.settings import Settings
from nano_sre.core.clock import SystemClock
from nano_sre.core.program import Program
from nano_sre.core.result import TargetResult
from nano_sre.service import Selection, read_folder, select, warm_browser, warm_client
from nano_sre.store import Store
from support.cli import STORE, api_check
from support.demo import settings_in
from support.pages import Site, site

PATIENCE = 60


@pytest.fixture
def shop() -> Iterator[Site]:
    with site(index="x") as made:
        for name in ("/fast.js", "/slow.js"):
            made.put(name, "{}")
        yield made


@pytest.fixture
def settings(tmp_path: Path, shop: Site) -> Settings:
    return settings_in(tmp_path, {"SHOP_URL": shop.url})


@pytest.fixture
def programs(tmp_path: Path, settings: Settings) -> dict[str, Program]:
    folder = tmp_path / "checks"
    folder.mkdir()
    (folder / "store.yaml").write_text(STORE)
    for name in ("fast", "slow"):
        (folder / f"{name}.yaml").write_text(api_check(name, f"/{name}.js"))
    _, linkage = read_folder([folder], environ=settings.environ)
    return {program.check_id: program for program in select(linkage, Selection())}


class Scene:
    """Rounds at work; results are held back while their check is in `held`."""

    def __init__(self, settings: Settings, store: Store, browser: Any, http: Any) -> None:
        self.taken: list[tuple[str, str | None]] = []
        self.held: dict[str, asyncio.Event] = {}
        self.at_take = asyncio.Event()
        self.rounds = Rounds(
            settings=settings,
            store=store,
            browser=browser,
            http=http,
            gate=asyncio.Semaphore(4),
            clock=SystemClock(),
            take=self.take,
        )

    async def take(self, result: TargetResult, _run_id: str, key: str | None) -> None:
        self.taken.append((result.check_id, key))
        if result.check_id in self.held:
            self.at_take.set()
            await self.held[result.check_id].wait()

    def begin(self, *wanted: Wanted) -> asyncio.Task[Any]:
        return asyncio.create_task(self.rounds.run(wanted, sources={}))


def play(settings: Settings, kept: Store, scene: Any) -> None:
    async def whole() -> None:
        async with warm_browser(print) as browser, warm_client() as http, asyncio.timeout(PATIENCE):
            await scene(Scene(settings, kept, browser, http))

    asyncio.run(whole())


def test_what_is_wanted_twice_runs_once_and_for_the_event(
    settings: Settings, kept: Store, programs: dict[str, Program]
) -> None:
    async def scene(at: Scene) -> None:
        fast = programs["fast"]
        reports = await at.begin(
            Wanted(program=fast, key="tick"), Wanted(program=fast, key="event", patient=True)
        )
        assert at.taken == [("fast", "event")]
        assert [len(each.results) for each in reports] == [1]
        assert at.rounds.running == {}

    play(settings, kept, scene)


def test_a_tick_that_finds_its_target_running_is_left_out_and_an_event_waits(
    settings: Settings, kept: Store, programs: dict[str, Program]
) -> None:
    async def scene(at: Scene) -> None:
        at.held["slow"] = asyncio.Event()
        first = at.begin(Wanted(program=programs["slow"], key="first"))
        await at.at_take.wait()
        assert await at.begin(Wanted(program=programs["slow"], key="tick")) == []
        assert at.rounds.skipped == 1
        event = at.begin(Wanted(program=programs["slow"], key="event", patient=True))
        await asyncio.sleep(0.05)
        assert not event.done()
        at.held.pop("slow").set()
        await asyncio.gather(first, event)
        assert at.taken == [("slow", "first"), ("slow", "event")]

    play(settings, kept, scene)


def test_a_round_that_ends_lets_go_only_of_what_is_its_own(
    settings: Settings, kept: Store, programs: dict[str, Program]
) -> None:
    async def scene(at: Scene) -> None:
        fast, slow = programs["fast"], programs["slow"]
        at.held["slow"] = asyncio.Event()
        first = at.begin(Wanted(program=fast), Wanted(program=slow))
        await at.at_take.wait()
        while fast.target in at.rounds.running:
            await asyncio.sleep(0.01)
        at.at_take.clear()
        at.held["fast"] = asyncio.Event()
        second = at.begin(Wanted(program=fast, key="again"))
        await at.at_take.wait()
        at.held["slow"].set()
        await first
        assert list(at.rounds.running) == [fast.target]
        assert await at.begin(Wanted(program=fast)) == []
        at.held["fast"].set()
        await second
        assert at.rounds.running == {}

    play(settings, kept, scene)


def test_a_round_that_is_cancelled_lets_go(
    settings: Settings, kept: Store, programs: dict[str, Program]
) -> None:
    async def scene(at: Scene) -> None:
        at.held["slow"] = asyncio.Event()
        first = at.begin(Wanted(program=programs["slow"]))
        await at.at_take.wait()
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        assert at.rounds.running == {}
        at.held["slow"].set()

    play(settings, kept, scene)
