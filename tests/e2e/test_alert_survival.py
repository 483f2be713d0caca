"""No alert and no recovery is lost when the process that tells is killed. `NANO_SRE_ALERT_KILLS=1000` kills more."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHAOS = Path(__file__).parents[1] / "bench" / "chaos.py"
KILLS = int(os.environ.get("NANO_SRE_ALERT_KILLS", "3"))


@pytest.mark.slow
@pytest.mark.timeout(120 + 20 * KILLS)
def test_nothing_is_lost_when_it_is_killed() -> None:
    done = subprocess.run(
        [sys.executable, str(CHAOS), "--kills", str(KILLS)], capture_output=True, text=True, check=False
    )
    last = done.stdout.splitlines()[-1]
    assert last.startswith("lost 0 "), done.stdout + done.stderr
    assert last.endswith(f"kills {KILLS}")
    assert done.returncode == 0, done.stdout + done.stderr
