"""Files whose bytes were changed at random, read in a process with little memory; `make bench` does it for longer."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]


def test_thousands_of_broken_files_are_read_without_a_crash() -> None:
    command = [sys.executable, "-m", "support.fuzz", "120", "20261123", "4000"]
    made = subprocess.run(command, cwd=TESTS, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    said = json.loads(made.stdout)
    assert said["crash"] is None, (said["crash"], said["bytes"])
    assert said["told"] > 1000, "the fuzzer hardly breaks anything any more"
