"""The receivers as a process of its own, for tests that kill what sends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx

TESTS = Path(__file__).parents[2]


def test_they_run_alone_fail_by_chance_and_keep_a_journal(tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    words = ["--journal", str(journal), "--fail", "0.35", "--seed", "1"]
    with subprocess.Popen(
        [sys.executable, "-m", "support.receivers", *words],
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            with httpx.Client(trust_env=False) as client:
                answers = [_ask(client, f"{url}/any", number) for number in range(60)]
        finally:
            process.terminate()
    rows = [json.loads(line) for line in journal.read_text().splitlines()]
    taken = [
        json.loads(row["body"])["n"] for row in rows if row["failed"] is None and isinstance(row["body"], str)
    ]
    taken += [row["body"]["n"] for row in rows if row["failed"] is None and not isinstance(row["body"], str)]
    assert {number for number, status in enumerate(answers) if status == 200} <= set(taken)
    assert 10 < sum(status != 200 for status in answers) < 40


def _ask(client: httpx.Client, url: str, number: int) -> int:
    try:
        return client.post(url, json={"n": number}).status_code
    except httpx.HTTPError:
        return 0
