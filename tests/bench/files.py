"""Thousands of files validated: from cold, with nothing changed, and with one file changed.

Against `yaml.safe_load` and `jsonschema` on some of the same files, scaled up; and, where the folder was validated
before, against an interpreter that does nothing.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

from bench import samples
from bench.measure import Figure, interleaved, median, milliseconds, python, python_cpu, remembering
from nano_sre.spec.schemagen import shipped_file

MOST = 1 / 15
MOST_COLD, MOST_WARM = 5.0, 0.3  # CPU seconds for ten thousand files; the second beyond the start
REST = 2.5  # seconds after which the stamp of a file is trusted
NAIVE = """
import json, sys, yaml, jsonschema
from pathlib import Path
schema = json.loads(Path(sys.argv[1]).read_bytes())
validator = jsonschema.Draft202012Validator(schema)
for file in sorted(Path(sys.argv[2]).rglob("*.yaml")):
    for error in validator.iter_errors(yaml.safe_load(file.read_text())):
        raise SystemExit(f"{file}: {error.message}")
"""


def measure(*, quick: bool = False, full: bool = False) -> list[Figure]:
    """`full` takes ten thousand files. The naive way sees every tenth (hundredth) file; its time is scaled up."""
    count = 10_000 if full else 300 if quick else 1_000
    share = 100 if full else 10
    rounds = 1 if quick else 3
    with tempfile.TemporaryDirectory() as name:
        folder = samples.write(Path(name) / "all", count)
        few = _every(share, folder, Path(name) / "few")
        cold = interleaved(
            rounds,
            ours=lambda: python_cpu([*_validate(folder), "--no-cache"]),
            naive=lambda: python_cpu([python(), "-c", NAIVE, str(shipped_file()), str(few)]),
            start=lambda: python_cpu([python(), "-c", "import yaml, jsonschema"]),
        )
        warm = _remembered(folder, Path(name) / "cache", rounds=rounds)
    ours, naive, start = (min(cold[what]) for what in ("ours", "naive", "start"))
    whole = start + (naive - start) * share
    nothing, same, changed = (median(warm[what]) for what in ("nothing", "same", "changed"))
    share_of_goal = count / 10_000
    return [
        Figure(
            what=f"CPU of validate, {count:,} files, cold",
            ours=milliseconds(ours),
            peer=f"{milliseconds(whole)} safe_load + jsonschema",
            ratio=ours / whole,
            goal=MOST,
        ),
        Figure(
            what="the same, a file",
            ours=f"{ours / count * 1e6:.0f} us",
            peer=f"{whole / count * 1e6:.0f} us",
            ratio=ours / whole,
        ),
        Figure(
            what=f"the same, of {MOST_COLD * share_of_goal:g} CPU seconds",
            ours=milliseconds(ours),
            peer=milliseconds(MOST_COLD * share_of_goal),
            ratio=ours / (MOST_COLD * share_of_goal),
            goal=1.0,
        ),
        Figure(
            what=f"nothing changed, beyond the start, of {MOST_WARM * share_of_goal:g} CPU seconds",
            ours=milliseconds(same - nothing),
            peer=f"{milliseconds(nothing)} python -c pass",
            ratio=(same - nothing) / (MOST_WARM * share_of_goal),
            goal=1.0 if full else None,
        ),
        Figure(
            what="one file changed",
            ours=milliseconds(changed),
            peer=f"{milliseconds(ours)} cold",
            ratio=changed / ours,
        ),
    ]


def _validate(folder: Path) -> list[str]:
    return [python(), "-m", "nano_sre.cli.main", "validate", str(folder)]


def _every(share: int, folder: Path, few: Path) -> Path:
    few.mkdir()
    for file in sorted(folder.rglob("*.yaml"))[::share]:
        shutil.copy(file, few)
    return few


def _remembered(folder: Path, cache: Path, *, rounds: int) -> dict[str, list[float]]:
    """CPU of doing nothing, of a folder that has not changed, and of one in which one file has."""
    validate = _validate(folder)
    some = min(folder.rglob("api-*.yaml"))

    def same() -> float:
        time.sleep(REST)
        python_cpu(validate)  # whatever has just changed is at rest after this
        return python_cpu(validate)

    def changed() -> float:
        some.write_text(some.read_text(encoding="utf-8") + "# once more\n", encoding="utf-8")
        return python_cpu(validate)

    with remembering(cache):
        time.sleep(REST)
        python_cpu(validate)
        return interleaved(
            rounds, nothing=lambda: python_cpu([python(), "-c", "pass"]), same=same, changed=changed
        )
