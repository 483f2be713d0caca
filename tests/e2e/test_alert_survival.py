"""No alert and no recovery is lost when the agent is killed. `NANO_SRE_ALERT_KILLS=100` kills more."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHAOS = Path(__file__).parents[1] / "bench" / "chaos.py"
KILLS = int(os.environ.get("NANO_SRE_ALERT_KILLS", "3"))


@pytest.mark.slow
@pytest.mark.timeout(300 + 20 * KILLS)
def test_nothing_is_lost_when_the_agent_is_killed(tmp_path: Path) -> None:
    words = ["--kills", str(KILLS), "--rate", "1", "--hurry", "--keep", str(tmp_path / "kept")]
    done = subprocess.run([sys.executable, str(CHAOS), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    last = done.stdout.splitlines()[-1]
    assert last.startswith("lost 0 "), done.stdout + done.stderr
    assert last.endswith(f"kills {KILLS}")
