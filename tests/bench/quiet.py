"""A working day of the healthy demo store, every starter check at its own pace: nobody is told anything.

The agent's clock moves on whenever nothing runs, so the hours take as long as their visits.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.measure import Figure, say
from support.demo import ROOT, settings_in, shops, working_in
from support.hours import live

LENGTH = timedelta(hours=8)
QUICK = timedelta(minutes=20)
PATIENCE = 4 * 3600.0  # seconds


def measure(*, quick: bool = False) -> list[Figure]:
    """Alerts in eight hours; `quick` lives through twenty minutes."""
    length = QUICK if quick else LENGTH
    with shops() as opened, tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shutil.copytree(ROOT / "checks", folder / "checks")
        began = time.monotonic()
        with working_in(folder):
            hours = live(
                [Path("checks")], settings_in(folder, opened.environ), length=length, patience=PATIENCE
            )
        took = time.monotonic() - began
    for title, status in hours.incidents:
        say(f"  {status}: {title}")
    count = sum(hours.results.values())
    said = ", ".join(f"{number} {word}" for word, number in sorted(hours.results.items()))
    whole = f"{length.total_seconds() / 3600:g} h"
    return [
        Figure(
            what=f"alerts in {whole} without a fault",
            ours=f"{len(hours.alerts)} ({count} results: {said})",
            peer="-",
            ratio=len(hours.alerts),
            goal=0,
        ),
        Figure(
            what="the agent's time against the clock on the wall",
            ours=whole,
            peer=f"{took:.0f} s",
            ratio=length.total_seconds() / took,
        ),
    ]
