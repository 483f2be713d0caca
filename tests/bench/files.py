"""A thousand files validated from cold, against `yaml.safe_load` and `jsonschema` on some of the same files."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from bench import samples
from bench.measure import Figure, milliseconds, python, python_cpu
from nano_sre.spec.schemagen import shipped_file

MOST = 1 / 15
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
    with tempfile.TemporaryDirectory() as name:
        folder = samples.write(Path(name) / "all", count)
        few = Path(name) / "few"
        few.mkdir()
        for file in sorted(folder.rglob("*.yaml"))[::share]:
            shutil.copy(file, few)
        validate = [python(), "-m", "nano_sre.cli.main", "validate", str(folder)]
        ours = min(python_cpu(validate) for _ in range(1 if quick or full else 3))
        naive = python_cpu([python(), "-c", NAIVE, str(shipped_file()), str(few)])
        start = python_cpu([python(), "-c", "import yaml, jsonschema"])
    whole = start + (naive - start) * share
    return [
        Figure(
            what=f"CPU of validate, {count:,} files",
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
    ]
