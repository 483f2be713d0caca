"""`make bench`: every bench, or those named, and a table of their figures at the end."""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.measure import CannotMeasure, Figure, say, table

BENCHES = (
    "startup",
    "files",
    "mutations",
    "fuzz",
    "store",
    "api",
    "shared",
    "journey",
    "watched",
    "tracked",
    "leaks",
    "schedule",
    "drift",
    "decode",
    "floods",
    "shopfault",
    "pixelfaults",
    "quiet",
    "chaos",
)


def main(words: list[str] | None = None) -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument(
        "names", nargs="*", metavar="NAME", help=f"any of {', '.join(BENCHES)}; all by default"
    )
    asked.add_argument("--quick", action="store_true", help="fewer rounds: a look, no measurement")
    asked.add_argument("--full", action="store_true", help="ten thousand files in `files`")
    asked.add_argument("--imports", action="store_true", help="show what the imports of `validate` cost")
    chosen = asked.parse_args(words)
    unknown = [name for name in chosen.names if name not in BENCHES]
    if unknown:
        asked.error(f"there is no bench {unknown[0]}; there are {', '.join(BENCHES)}")
    rows, failed = [], False
    for name in chosen.names or BENCHES:
        say(f"{name} …")
        started = time.monotonic()
        try:
            figures = _measured(name, chosen)
        except CannotMeasure as reason:
            say(f"  cannot be measured: {reason}")
            failed = True
            continue
        rows += [(name, figure) for figure in figures]
        say(f"  {time.monotonic() - started:.0f} s")
    if rows:
        say("\n" + table(rows))
    return 1 if failed else 0


def _measured(name: str, chosen: argparse.Namespace) -> list[Figure]:
    more: dict[str, Any] = {"startup": {"imports": chosen.imports}, "files": {"full": chosen.full}}.get(
        name, {}
    )
    found: list[Figure] = importlib.import_module(f"bench.{name}").measure(quick=chosen.quick, **more)
    return found


if __name__ == "__main__":
    sys.exit(main())
