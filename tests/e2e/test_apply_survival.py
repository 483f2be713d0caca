"""An apply of a thousand checks is killed at random moments: the registry is the old one or the new one."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from pathlib import Path

import pytest

from support.cli import STORE, Desk, api_check

SEED = 20260411
CHECKS = int(os.environ.get("NANO_SRE_APPLY_CHECKS", "1000"))
KILLS = int(os.environ.get("NANO_SRE_APPLY_KILLS", "5"))  # the bench does 50


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path, {"SHOP_URL": "http://127.0.0.1:9"})
    made.write("store.yaml", STORE)
    return made


def write_generation(desk: Desk, number: int) -> None:
    for part in range(10):
        several = (
            api_check(f"c{n}", f"/cart.js?generation={number}")
            for n in range(part * CHECKS // 10, (part + 1) * CHECKS // 10)
        )
        desk.write(f"part{part}.yaml", "---\n".join(several))


def generations(desk: Desk) -> Counter[str]:
    """How many checks are registered in which generation; one, unless an apply was torn."""
    rows = desk.rows(
        "SELECT revisions.canonical FROM checks JOIN revisions ON revisions.id = checks.revision_id"
        " WHERE checks.space = 'check' AND checks.state = 'active'"
    )
    return Counter(text.partition("generation=")[2].partition('"')[0] for (text,) in rows)


def serial(desk: Desk) -> int:
    return int(desk.rows("SELECT serial FROM registry")[0][0])


@pytest.mark.slow
@pytest.mark.timeout(300 + 30 * KILLS)
def test_an_apply_that_is_killed_is_the_old_registry_or_the_new_one(desk: Desk) -> None:
    dice = random.Random(SEED)
    write_generation(desk, 0)
    assert desk.process("apply").code == 0
    write_generation(desk, 1)
    started = time.monotonic()
    assert desk.process("apply").code == 0
    whole = time.monotonic() - started
    generation, outcomes = 1, Counter[str]()
    while outcomes.total() < KILLS or not outcomes["old"]:
        write_generation(desk, generation + 1)
        before = serial(desk)
        with desk.start("apply") as running:
            time.sleep(dice.uniform(0.1, 1.05) * whole)
            running.kill()
            running.communicate(timeout=30)
        found = generations(desk)
        new = serial(desk) > before
        assert found == {str(generation + new): CHECKS}, "half of an apply was kept"
        assert desk.rows("PRAGMA integrity_check") == [("ok",)]
        generation += new
        whole *= 0.8 if new else 1.0  # the machine is quicker than it was when it was measured
        outcomes["new" if new else "old"] += 1
    write_generation(desk, generation + 1)
    done = desk.process("apply")
    assert done.code == 0, done.said
    assert generations(desk) == {str(generation + 1): CHECKS}
    assert "0 changes" in desk.process("apply").out


@pytest.mark.slow
def test_of_two_applies_at_once_one_wins_and_the_other_says_who(desk: Desk) -> None:
    write_generation(desk, 0)
    outcomes = Counter[int]()
    for generation in range(1, 31):
        write_generation(desk, generation)
        started = [desk.start("apply", "--json") for _ in range(2)]
        ended = [(each.communicate(timeout=90), each.returncode) for each in started]
        for (_, err), code in ended:
            assert code in (0, 6), err
            if code == 6:
                assert "another apply is running: " in err
                assert (
                    f"process {next(p.pid for p, (_, c) in zip(started, ended, strict=True) if c == 0)}"
                    in err
                )
        outcomes.update(code for _, code in ended)
        assert outcomes[0] >= generation
        assert generations(desk) == {str(generation): CHECKS}
        assert serial(desk) == generation, "the one that came second found nothing to do, or the door closed"
        if outcomes[6] > 1:
            break
    assert outcomes[6], "the two never met"
