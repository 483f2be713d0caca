"""The monitor's own parts are killed while it works: never a failure of the store, never a process left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nano_sre.core.events import Event, Notice
from nano_sre.core.fields import Duration, Element
from nano_sre.core.result import RunReport
from nano_sre.runtime.browser import BrowserHost
from nano_sre.runtime.options import RunOptions
from nano_sre.runtime.runner import run
from support.drive import adrive, journey, store_at
from support.pages import Site, site
from support.steps import Do, go, note, press, see


@pytest.fixture
def shop() -> Iterator[Site]:
    with site(index="<h1>Welcome</h1><button>Buy</button>") as made:
        yield made


def processes() -> dict[int, tuple[int, str]]:
    """Every process: its parent and its command line."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except (OSError, ValueError):
                continue
            if state != "Z":
                found[int(folder.name)] = (parent, command)
    return found


BEFORE: set[int] = set()


@pytest.fixture(autouse=True)
def _only_what_the_test_starts() -> None:
    BEFORE.clear()
    BEFORE.update(ours())


def ours() -> dict[int, str]:
    """The processes that the test has started, and theirs."""
    everything, mine = processes(), {os.getpid()}
    while more := {pid for pid, (parent, _) in everything.items() if parent in mine and pid not in mine}:
        mine |= more
    return {pid: everything[pid][1] for pid in mine - BEFORE - {os.getpid()}}


def renderer() -> int:
    return max(pid for pid, command in ours().items() if "--type=renderer" in command)


def browser() -> int:
    """The browser itself: not the shell script that starts it on some systems, not one of its helpers."""
    started = {
        pid
        for pid, command in ours().items()
        if "--remote-debugging-pipe" in command and "--type=" not in command
    }
    return max(started)


def driver() -> int:
    return min(pid for pid, command in ours().items() if "run-driver" in command)


class Killing:
    """Kills something once, in the middle of a step."""

    def __init__(self, victim: Callable[[], int], how: int = signal.SIGKILL) -> None:
        self.victim = victim
        self.how = how
        self.done = False

    async def __call__(self, io: Any) -> None:
        if not self.done:
            self.done = True
            os.kill(self.victim(), self.how)
        await io.one(Element(button="Buy"))


def everything_has_ended() -> bool:
    deadline = time.monotonic() + 5
    while ours() and time.monotonic() < deadline:
        time.sleep(0.05)
    return not ours()


def go_on(shop: Site, *steps: Any, **more: Any) -> tuple[RunReport, list[Event]]:
    events: list[Event] = []
    programs = [replace(journey(store_at(shop.url), [go(), *steps, see("Welcome")], **more), retries=0)]
    options = RunOptions(run_id="r", evidence_rerun=False)
    return asyncio.run(run(programs, options=options, listener=events.append)), events


@pytest.mark.parametrize("victim", [renderer, browser, driver], ids=["renderer", "browser", "driver"])
def test_a_part_that_is_killed_costs_one_more_visit(shop: Site, victim: Callable[[], int]) -> None:
    report, events = go_on(shop, Do(Killing(victim), patience=Duration(5_000)))
    (result,) = report.results
    assert (result.status, result.inconclusive, result.flaky) == ("PASS", None, False)
    assert [attempt.status for attempt in result.attempts] == ["WARN", "PASS"]
    assert "The browser broke down" in str(result.attempts[0].inconclusive)
    assert any(isinstance(event, Notice) for event in events)
    assert everything_has_ended()


def test_a_browser_that_dies_twice_is_inconclusive(shop: Site) -> None:
    async def kill(_io: Any) -> None:
        os.kill(browser(), signal.SIGKILL)
        await asyncio.sleep(0.2)

    (result,) = go_on(shop, Do(kill))[0].results
    assert (result.status, result.findings) == ("WARN", ())
    assert "The browser broke down" in str(result.inconclusive)
    assert everything_has_ended()


def test_a_browser_that_dies_between_visits_is_not_even_noticed(shop: Site) -> None:
    program = journey(store_at(shop.url), [go(), see("Welcome")])

    async def work() -> tuple[list[str], int]:
        async with BrowserHost() as host:
            first = await adrive(program, host=host)
            os.kill(browser(), signal.SIGKILL)
            await asyncio.sleep(0.2)
            second = await adrive(program, host=host)
            os.kill(driver(), signal.SIGKILL)
            await asyncio.sleep(0.2)
            third = await adrive(program, host=host)
            return [first.status, second.status, third.status], host.starts

    assert asyncio.run(work()) == (["PASS", "PASS", "PASS"], 3)
    assert everything_has_ended()


def test_a_page_in_an_endless_loop_fails_in_time(shop: Site) -> None:
    shop.put("/", "<h1>Welcome</h1><button onclick='for (;;) {}'>Buy</button>")
    started = time.monotonic()
    report, _ = go_on(
        shop, press("Buy", patience=Duration(700)), note(lambda io: io.js("() => 1"), patience=Duration(700))
    )
    (result,) = report.results
    assert (result.status, result.findings[0].code) == ("FAIL", "R506")
    assert time.monotonic() - started < 30
    assert everything_has_ended()


def test_a_renderer_that_is_stopped_does_not_hold_up_the_run(shop: Site) -> None:
    stopped: list[int] = []

    async def stop(io: Any) -> None:
        stopped.append(renderer())
        os.kill(stopped[0], signal.SIGSTOP)
        await io.js("() => 1")

    started = time.monotonic()
    try:
        (result,) = go_on(shop, Do(stop, patience=Duration(500)))[0].results
    finally:
        for pid in stopped:
            if pid in processes():
                os.kill(pid, signal.SIGCONT)
    assert result.status == "FAIL"
    assert "does not answer any more" in result.findings[0].evidence[0]
    assert time.monotonic() - started < 30
    assert everything_has_ended()


def test_the_browser_is_renewed_after_many_visits(shop: Site) -> None:
    program = journey(store_at(shop.url), [go()])

    async def work() -> int:
        async with BrowserHost(recycle_after=2) as host:
            for _ in range(5):
                assert (await adrive(program, host=host)).status == "PASS"
            return host.starts

    assert asyncio.run(work()) == 3
    assert everything_has_ended()


def test_a_browser_that_cannot_start_is_inconclusive(
    shop: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\necho no such library >&2; exit 127\n")
    broken.chmod(0o755)
    monkeypatch.setenv("NANO_SRE_BROWSER", str(broken))
    (result,) = go_on(shop)[0].results
    assert "The browser does not start" in str(result.inconclusive)
    assert everything_has_ended()


INTERRUPTED = """
import asyncio, sys
from nano_sre.core.fields import Duration
from nano_sre.runtime.options import RunOptions
from nano_sre.runtime.runner import run
from support.drive import journey, store_at
from support.steps import go, see
program = journey(store_at(sys.argv[1]), [go(), see("never", patience=Duration(30_000))])
asyncio.run(run([program], options=RunOptions(run_id="r")))
"""


def test_interrupting_a_run_leaves_nothing_behind(shop: Site) -> None:
    root = Path(__file__).parents[2]
    child = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, shop.url],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(root / "engine"), str(root / "tests")))},
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 20
    while "GET /" not in shop.asked and time.monotonic() < deadline:
        time.sleep(0.05)
    started = set(ours())
    child.send_signal(signal.SIGINT)
    child.wait(timeout=20)
    deadline = time.monotonic() + 5
    while started & set(processes()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(started) > 3
    assert not started & set(processes())
