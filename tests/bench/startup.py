"""The command line from cold: what `--help` and `validate` cost beside an interpreter that does nothing."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench import samples
from bench.measure import Figure, importtime, interleaved, milliseconds, python, python_cpu, say

FILES = 20
MOST_HELP, MOST_VALIDATE = 4.0, 8.0


def measure(*, quick: bool = False, imports: bool = False) -> list[Figure]:
    """`imports` also prints what the imports of `validate` cost, the dearest first."""
    with tempfile.TemporaryDirectory() as name:
        folder = samples.write(Path(name), FILES)
        command = [python(), "-m", "nano_sre.cli.main"]
        taken = interleaved(
            5 if quick else 15,
            nothing=lambda: python_cpu([python(), "-c", "pass"]),
            help=lambda: python_cpu([*command, "--help"]),
            validate=lambda: python_cpu([*command, "validate", str(folder)]),
        )
        if imports:
            say(importtime(["-m", "nano_sre.cli.main", "validate", str(folder)]))
    floor, help_, validate = (min(taken[name]) for name in ("nothing", "help", "validate"))
    peer = f"{milliseconds(floor)} python -c pass"
    return [
        Figure(
            what="CPU of --help", ours=milliseconds(help_), peer=peer, ratio=help_ / floor, goal=MOST_HELP
        ),
        Figure(
            what=f"CPU of validate, {FILES} files",
            ours=milliseconds(validate),
            peer=peer,
            ratio=validate / floor,
            goal=MOST_VALIDATE,
        ),
    ]
