"""An agent's parts are killed at random moments: what was accepted runs once, and no beat is lost or repeated."""

from __future__ import annotations

import itertools
import os
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from nano_sre.store import Store
from support.small_agent import BEAT, TIMING

AGENT = Path(__file__).parents[1] / "support" / "small_agent.py"
KILLS = int(os.environ.get("NANO_SRE_TRIGGER_KILLS", "8"))
EVENTS = 40


def agent(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(AGENT), str(folder)], stdout=subprocess.DEVNULL)


def states(store: Store) -> Counter[str]:
    return Counter(row[0] for row in store.db.execute("SELECT state FROM trigger_events"))


@pytest.mark.slow
@pytest.mark.timeout(300 + 15 * KILLS)
def test_what_was_accepted_runs_once_and_no_beat_is_lost(tmp_path: Path) -> None:
    chance = random.Random(20261123)
    database = f"sqlite:///{tmp_path}/nano_sre.db"
    with Store.open(database, data_dir=tmp_path / "data") as store:
        for number in range(KILLS):
            for event in range(EVENTS * number // KILLS, EVENTS * (number + 1) // KILLS):
                (tmp_path / f"{event:03d}.delivery").write_bytes(b"{}")
            before = len(store.db.execute("SELECT id FROM check_runs").fetchall())
            process = agent(tmp_path)
            while len(store.db.execute("SELECT id FROM check_runs").fetchall()) <= before:
                assert process.poll() is None
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.12))
            process.kill()
            process.wait()
        process = agent(tmp_path)
        while states(store) != {"done": EVENTS} or len(list(tmp_path.glob("*.answer"))) < EVENTS:
            assert process.poll() is None
            time.sleep(0.02)
        process.kill()
        process.wait()
        rows = store.db.execute("SELECT run_key, target FROM check_runs").fetchall()
    assert set(Counter(rows).values()) == {1}
    answers = Counter(file.read_text()[:3] for file in tmp_path.glob("*.answer"))
    assert set(answers) <= {"202", "200"}
    called = Counter(key for key, _ in rows if key.startswith("trigger/called@"))
    assert called == {f"trigger/called@{event:03d}": 2 for event in range(EVENTS)}
    beats = sorted(
        datetime.fromisoformat(key.partition("@")[2]) for key, _ in rows if key.startswith(TIMING.name)
    )
    assert len(beats) > KILLS
    assert {later - earlier for earlier, later in itertools.pairwise(beats)} == {BEAT}
