"""What every bench shares: CPU time of processes, figures with a verdict, and the table at the end."""

from __future__ import annotations

import atexit
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")


class CannotMeasure(Exception):
    """The bench cannot be run here; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One ratio: ours against a peer or a floor measured in the same run."""

    what: str
    ours: str
    peer: str
    ratio: float
    goal: float | None = None
    at_least: bool = False  # the goal is a floor (a rate), not a ceiling (a cost)

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return "-"
        met = self.ratio >= self.goal if self.at_least else self.ratio <= self.goal
        return "ok" if met else "MISSED"

    @property
    def goal_text(self) -> str:
        return "" if self.goal is None else f"{'≥' if self.at_least else '≤'} {self.goal:g}"


def table(rows: Sequence[tuple[str, Figure]]) -> str:
    """Every figure on a line: bench, what, ours, peer, ratio, goal, verdict."""
    lines = [("bench", "what", "ours", "peer", "ratio", "goal", "")]
    for bench, figure in rows:
        ratio = f"{figure.ratio:.2f}"
        lines.append((bench, figure.what, figure.ours, figure.peer, ratio, figure.goal_text, figure.verdict))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def python_cpu(command: Sequence[str]) -> float:
    """CPU seconds (user and system) of one Python process that finds its byte code. Raises when it fails."""
    environ = {**_environment(), "NANO_SRE_CACHE_DIR": os.environ.get("NANO_SRE_CACHE_DIR", os.devnull)}
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    said = process.stderr.read()
    process.stderr.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise CannotMeasure(f"{' '.join(command)} ended with {process.returncode}: {said.decode()[-400:]}")
    return usage.ru_utime + usage.ru_stime


@cache
def _environment() -> dict[str, str]:
    """Byte code as an installed package has it, whatever this shell says, and kept out of the source tree."""
    folder = tempfile.mkdtemp(prefix="nano-sre-bench-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "PYTHONPYCACHEPREFIX": folder}


@contextmanager
def remembering(folder: Path) -> Iterator[None]:
    """What `validate` remembers goes to this folder; elsewhere in the benches it remembers nothing."""
    before = os.environ.get("NANO_SRE_CACHE_DIR")
    os.environ["NANO_SRE_CACHE_DIR"] = str(folder)
    try:
        yield
    finally:
        del os.environ["NANO_SRE_CACHE_DIR"]
        if before is not None:
            os.environ["NANO_SRE_CACHE_DIR"] = before


def importtime(words: Sequence[str], *, most: int = 25) -> str:
    """What the imports of a Python command cost by themselves, in microseconds, the dearest first."""
    run = [sys.executable, "-X", "importtime", *words]
    said = subprocess.run(run, env=_environment(), capture_output=True, text=True, check=False).stderr
    rows = [line.removeprefix("import time:").split("|") for line in said.splitlines() if "|" in line]
    costs = [(int(row[0]), row[2].strip()) for row in rows if row[0].strip().isdigit()]
    return "\n".join(f"{cost:>8} {name}" for cost, name in sorted(costs, reverse=True)[:most])


def interleaved(rounds: int, **work: Callable[[], float]) -> dict[str, list[float]]:
    """Each piece of work in turn, round after round, so that a busy minute hits all of them."""
    taken: dict[str, list[float]] = {name: [] for name in work}
    for number in range(rounds):
        names = list(work) if number % 2 == 0 else list(work)[::-1]
        for name in names:
            taken[name].append(work[name]())
    return taken


def cpu_of(work: Callable[[], object]) -> float:
    """CPU seconds of this process while `work` runs, its threads included."""
    started = time.process_time()
    work()
    return time.process_time() - started


def tree_cpu(root: int) -> float:
    """CPU seconds of a process and all below it, those that have ended included."""
    stats = _processes()
    below: dict[int, list[int]] = {}
    for pid, (parent, _) in stats.items():
        below.setdefault(parent, []).append(pid)
    spent, waiting = 0.0, [root]
    while waiting:
        pid = waiting.pop()
        if pid in stats:
            spent += stats[pid][1]
            waiting += below.get(pid, ())
    return spent


def _processes() -> dict[int, tuple[int, float]]:
    """Parent and CPU seconds (own and of reaped children) of every process that can be seen."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                text = (folder / "stat").read_text()
            except OSError:
                continue
            rest = text[text.rindex(")") + 2 :].split()
            found[int(folder.name)] = (int(rest[1]), sum(map(int, rest[11:15])) / TICKS)
    return found


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.1 else f"{seconds * 1000:.1f} ms"


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def say(text: str) -> None:
    print(text, flush=True)


def python() -> str:
    return sys.executable
