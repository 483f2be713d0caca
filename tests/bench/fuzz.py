"""Ten minutes of broken files: bytes changed at random, and Hypothesis looking for new examples. None may crash us."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

from bench.measure import ROOT, CannotMeasure, Figure, say

SECONDS = 300.0  # for each of the two


def measure(*, quick: bool = False) -> list[Figure]:
    seconds = 10.0 if quick else SECONDS
    seed = int(time.time())
    said = json.loads(_run(["-m", "support.fuzz", str(seconds), str(seed)], {}))
    if said["crash"]:
        raise CannotMeasure(f"seed {seed}: {said['crash']}\nbytes: {said['bytes']}")
    say(
        f"  seed {seed}: {said['files']} files, {said['told']} with a mistake; slowest {said['slowest_s']} s, "
        f"{said['peak_mib']} MiB at the most"
    )
    rounds, ends = 0, time.monotonic() + seconds
    while time.monotonic() < ends:
        _run(["-m", "pytest", "-q", "tests/property/test_loader.py"], {"NANO_SRE_EXPLORE": "1"}, cwd="")
        rounds += 1
    say(f"  Hypothesis: {rounds} rounds with new examples, nothing found")
    return [
        Figure(
            what="broken files read without a crash",
            ours=str(said["files"]),
            peer=f"{said['files']} files",
            ratio=1.0,
            goal=1.0,
            at_least=True,
        )
    ]


def _run(words: list[str], more: dict[str, str], *, cwd: str = "tests") -> str:
    made = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT / cwd,
        env={**os.environ, **more},
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise CannotMeasure(
            f"{' '.join(words)} ended with {made.returncode}: {(made.stdout + made.stderr)[-3000:]}"
        )
    return made.stdout
