"""The plug is pulled at random moments: what is kept is whole, nothing is left running, and the next one works."""

from __future__ import annotations

import itertools
import json
import os
import random
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.cli import STORE, Desk, Done, api_check
from support.pages import Site, site
from support.processes import Process, below, wait_for

SEED = 20260301
SECONDS = float(os.environ.get("NANO_SRE_SURVIVAL_SECONDS", "15"))
PATIENCE = 60.0  # seconds; a machine with much to do must not fail a test
JOURNEY = """\
version: 1
kind: journey
id: visit
name: Somebody looks
retries: 0
devices: [desktop]
steps:
  - open: /
  - see: {{text: {text}, timeout: 300ms}}
"""


@pytest.fixture
def shop() -> Iterator[Site]:
    with site(index="<title>Shop</title><h1>Welcome</h1>") as made:
        made.put("/cart.js", "{}", headers={"content-type": "application/json"})
        yield made


@pytest.fixture
def desk(tmp_path: Path, shop: Site) -> Desk:
    made = Desk(tmp_path, {"SHOP_URL": shop.url})
    made.write("store.yaml", STORE)
    return made


def applied(desk: Desk) -> dict[str, tuple[str, int]]:
    """State and number of the revision of every registered check."""
    rows = desk.rows(
        "SELECT checks.check_id, checks.state, revisions.number FROM checks JOIN revisions"
        " ON revisions.check_id = checks.check_id AND revisions.space = checks.space"
        " AND revisions.id = checks.revision_id"
    )
    return {check: (state, number) for check, state, number in rows}


def duration(start: Callable[[], Done]) -> float:
    started = time.monotonic()
    done = start()
    assert done.code in (0, 1), done.said
    return time.monotonic() - started


def kill_after(desk: Desk, seconds: float, *words: str) -> set[Process]:
    """Start a command and pull its plug; the processes it had started."""
    with desk.start(*words) as started:
        deadline = time.monotonic() + seconds
        family: set[Process] = set()
        while started.poll() is None and time.monotonic() < deadline:
            family |= below(started.pid)
            time.sleep(0.01)
        started.kill()
        started.communicate(timeout=20)
    return family


def all_gone(family: set[Process]) -> bool:
    return not any(each.alive for each in family)


def write_generation(desk: Desk, number: int) -> None:
    for i in range(20):
        desk.write(f"c{i}.yaml", api_check(f"c{i}", f"/cart.js?generation={number}"))


@pytest.mark.slow
def test_an_apply_that_is_killed_is_all_or_nothing(desk: Desk) -> None:
    dice = random.Random(SEED)
    write_generation(desk, 0)
    whole = duration(lambda: desk.process("apply"))
    write_generation(desk, 1)
    whole = max(whole, duration(lambda: desk.process("apply")))
    seen: set[bool] = set()
    for generation in itertools.count(2):
        if generation > 8 and False in seen:  # on a machine that got quicker, the next moments come sooner
            break
        before = applied(desk)
        write_generation(desk, generation)
        kill_after(desk, dice.uniform(0.3, 1.1) * whole, "apply")
        after = applied(desk)
        new = {c: (s, n + 1 if c.startswith("c") else n) for c, (s, n) in before.items()}
        assert after in (before, new), "half of an apply was kept"
        seen.add(after == new)
        whole *= 0.8 if after == new else 1.0
        done = desk.process("apply")
        assert done.code == 0, done.said
        assert applied(desk) == new
        assert desk.rows("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.slow
def test_a_run_that_is_killed_leaves_whole_rows_and_no_process(desk: Desk) -> None:
    dice = random.Random(SEED)
    desk.write("visit.yaml", JOURNEY.format(text="Nobody wrote this"))
    for i in range(4):
        desk.write(f"c{i}.yaml", api_check(f"c{i}"))
    assert desk.nano("apply").code == 0
    whole = duration(lambda: desk.process("run"))
    kills = browsers = 0
    while kills < 5 or not browsers:  # at least one while a browser was open
        kills += 1
        family = kill_after(desk, dice.uniform(0.35, 1.0) * whole, "run")
        browsers += any(each.is_browser for each in family)
        wait_for(lambda: all_gone(family), seconds=PATIENCE, what="the end of the killed run's processes")  # noqa: B023
        every_row_is_whole(desk)
    assert desk.process("run").code == 1
    every_row_is_whole(desk)


def every_row_is_whole(desk: Desk) -> None:
    rows = desk.rows("SELECT id, target, status, summary, details, screenshots FROM check_runs")
    for _, target, status, summary, details, screenshots in rows:
        assert (bool(target), bool(summary), status in ("PASS", "WARN", "FAIL")) == (True, True, True)
        assert status == ("FAIL" if "visit" in target else "PASS")
        json.loads(details)
        for path in json.loads(screenshots):
            assert (desk.data / path).read_bytes().startswith(b"\x89PNG"), path
    for (path,) in desk.rows("SELECT path FROM artifacts"):
        assert not re.search(r"tmp|part|~$", Path(path).name), path
        assert (desk.data / path).stat().st_size > 0, path
    assert desk.rows("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["browser", "driver"])
def test_a_browser_that_is_killed_fails_no_check(desk: Desk, shop: Site, victim: str) -> None:
    dice = random.Random(SEED)
    desk.write("visit.yaml", JOURNEY.format(text="Welcome"))
    assert desk.nano("apply").code == 0
    kills = 0
    while kills < 3:
        shop.put("/", "<h1>Welcome</h1>", wait=0.8)
        asked = len(shop.asked)
        with desk.start("run", "--json") as started:
            wait_for(lambda: len(shop.asked) > asked, seconds=PATIENCE, what="the visit")  # noqa: B023
            time.sleep(dice.uniform(0, 0.7))  # the moment itself is what is random here
            family = below(started.pid)
            doomed = [each for each in family if getattr(each, f"is_{victim}")]
            kills += bool(doomed)  # on a busy machine the moment may come when all is over
            for each in doomed:
                each.kill()
            out, err = started.communicate(timeout=60)
        (result,) = json.loads(out)["results"]
        assert (started.returncode, result["status"]) in ((0, "PASS"), (7, "WARN")), out + err
        assert bool(result["inconclusive"]) == (result["status"] == "WARN")
        assert "Traceback" not in err, err
        wait_for(lambda: all_gone(family), seconds=PATIENCE, what="the end of every process")  # noqa: B023
    shop.put("/", "<h1>Welcome</h1>")
    assert desk.process("run").code == 0
    assert desk.rows("SELECT COUNT(*) FROM check_runs WHERE status = 'FAIL'") == [(0,)]


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_a_run_that_is_told_to_stop_leaves_nothing(desk: Desk, shop: Site, how: int, code: int) -> None:
    scratch = desk.folder / "scratch"
    scratch.mkdir()
    desk.environ["TMPDIR"] = str(scratch)
    desk.write("visit.yaml", JOURNEY.format(text="Welcome"))
    assert desk.process("apply").code == 0
    shop.put("/", "<h1>Welcome</h1>", wait=5)
    with desk.start("run") as started:
        wait_for(lambda: shop.asked, seconds=PATIENCE, what="the visit")
        family = below(started.pid)
        started.send_signal(how)
        _, said = started.communicate(timeout=30)
    assert (started.returncode, "Traceback" in said) == (code, False), said
    wait_for(lambda: all_gone(family), seconds=PATIENCE, what="the end of every process")
    wait_for(lambda: not list(scratch.iterdir()), seconds=PATIENCE, what="the end of every temporary file")
    assert desk.rows("SELECT COUNT(*) FROM check_runs") == [(0,)]


class Loop(threading.Thread):
    """Runs a command again and again until it is time to stop."""

    def __init__(self, desk: Desk, *words: str, before: Callable[[int], None] = lambda _turn: None) -> None:
        super().__init__(name=" ".join(words))
        self.done: list[Done] = []
        self.desk, self.words, self.before = desk, words, before
        self.until = time.monotonic() + SECONDS

    def run(self) -> None:
        while time.monotonic() < self.until or len(self.done) < 3:
            self.before(len(self.done))
            self.done.append(self.desk.process(*self.words))


@pytest.mark.slow
@pytest.mark.timeout(300 + SECONDS)
def test_runs_applies_and_readers_share_one_database(desk: Desk, tmp_path: Path) -> None:
    for i in range(3):
        desk.write(f"c{i}.yaml", api_check(f"c{i}"))
    assert desk.nano("apply").code == 0

    def edit(turn: int) -> None:
        staged = tmp_path / "staged"
        staged.write_text(api_check("c0", f"/cart.js?turn={turn}"))
        staged.replace(desk.folder / "checks" / "c0.yaml")

    loops = {
        "apply": Loop(desk, "apply", before=edit),
        "apply too": Loop(desk, "apply"),
        "run": Loop(desk, "run"),
        "history": Loop(desk, "history", "--json"),
    }
    for each in loops.values():
        each.start()
    for each in loops.values():
        each.join()
    allowed = {"apply": {0, 6}, "apply too": {0, 6}, "run": {0}, "history": {0}}
    for name, each in loops.items():
        surprises = [d.said for d in each.done if d.code not in allowed[name] or "is locked" in d.said]
        assert surprises == [], (name, surprises[:3])
    rounds = len(loops["run"].done)
    assert desk.rows("SELECT COUNT(*), COUNT(DISTINCT run_id) FROM check_runs") == [(3 * rounds, rounds)]
    assert desk.rows("PRAGMA integrity_check") == [("ok",)]
