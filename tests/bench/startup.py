"""The command line from cold: what `--help` and `validate` cost beside an interpreter that does nothing."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench import samples
from bench.measure import Figure, importtime, interleaved, milliseconds, python, python_cpu, remembering, say

FILES = 20
MOST_HELP, MOST_VALIDATE = 4.0, 8.0
REST = 2.5  # seconds after which the stamp of a file is trusted


def measure(*, quick: bool = False, imports: bool = False) -> list[Figure]:
    """`imports` also prints what the imports of `validate` cost, the dearest first."""
    with tempfile.TemporaryDirectory() as name:
        folder = samples.write(Path(name), FILES)
        command = [python(), "-m", "nano_sre.cli.main"]
        with remembering(Path(name) / "cache"):
            time.sleep(REST)
            python_cpu([*command, "validate", str(folder)])
            taken = interleaved(
                5 if quick else 15,
                nothing=lambda: python_cpu([python(), "-c", "pass"]),
                help=lambda: python_cpu([*command, "--help"]),
                same=lambda: python_cpu([*command, "validate", str(folder)]),
                cold=lambda: python_cpu([*command, "validate", "--no-cache", str(folder)]),
            )
        if imports:
            say(importtime(["-m", "nano_sre.cli.main", "validate", "--no-cache", str(folder)]))
    floor, help_, same, cold = (min(taken[name]) for name in ("nothing", "help", "same", "cold"))
    peer = f"{milliseconds(floor)} python -c pass"
    return [
        Figure(
            what="CPU of --help", ours=milliseconds(help_), peer=peer, ratio=help_ / floor, goal=MOST_HELP
        ),
        Figure(
            what=f"CPU of validate, {FILES} files that have not changed",
            ours=milliseconds(same),
            peer=peer,
            ratio=same / floor,
            goal=MOST_VALIDATE,
        ),
        Figure(
            what=f"CPU of validate, {FILES} files never seen before",
            ours=milliseconds(cold),
            peer=peer,
            ratio=cold / floor,
            goal=MOST_VALIDATE,
        ),
    ]
