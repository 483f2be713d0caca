"""A byte-level fuzzer of the reader, run as a process of its own: `python -m support.fuzz SECONDS SEED [FILES]`.

It takes files of this repository, cuts, copies, flips and joins their bytes, and lets `validate`'s road read them. It
ends with a JSON line; an exception, a file that takes too long or memory beyond the limit is a crash, with the bytes.
"""

from __future__ import annotations

import json
import random
import resource
import signal
import sys
import time
import traceback
from functools import cache
from pathlib import Path
from types import FrameType

from nano_sre.core.render import render_text
from nano_sre.spec.glance import Glance
from nano_sre.spec.link import Around, link
from nano_sre.spec.load import decode
from nano_sre.spec.project import load_texts

ROOT = Path(__file__).resolve().parents[2]
MEMORY = 1_500_000_000  # bytes of address space: a bomb of 2 MB must not need more
BETWEEN_CHECKS = ("E302", "E303", "E310", "E317")  # told when every check is known
PATIENCE = 20  # seconds one file may take on a busy machine
STORE = b"version: 1\nkind: store\nid: summit\nname: Summit\nurl: https://shop.example\nmarkets: {us: {currency: USD, locale: en-US}}\n"
TOKENS = (
    b"&a ", b"*a", b"<<: ", b"!!python/object:os.system ", b"!t ", b"? ", b": ", b"- ", b"---\n", b"...\n",
    b"|\n", b">-\n", b"'", b'"', b"{", b"}", b"[", b"]", b"#", b" #x", b"\t", b"\r", b"\x00", b"\xff\xfe",
    b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\xc2\x85", b"${", b"}", b"${vars.", b"{{", b"%YAML 1.1\n", b"null",
    b"~", b"yes", b"0x1f", b"1e999", b"-.inf", b"1:30", b"9" * 400, b"a" * 5000, b"[" * 300, b"- " * 300,
)  # fmt: skip


class TookTooLong(Exception):
    """One file was not read within `PATIENCE`."""


def corpus() -> list[bytes]:
    """Every YAML file of the repository, the broken ones of the golden folders included."""
    found = [p for folder in ("checks", "tests/golden") for p in (ROOT / folder).rglob("*.y*ml")]
    return [path.read_bytes() for path in sorted(found)]


def mutated(files: list[bytes], chance: random.Random) -> bytes:
    """One file with up to eight changes."""
    data = bytearray(chance.choice(files))
    for _ in range(chance.randint(1, 8)):
        at = chance.randint(0, len(data))
        to = min(len(data), at + chance.choice((1, 1, 2, 5, 20, 200)))
        match chance.randrange(7):
            case 0:
                del data[at:to]
            case 1:
                data[at:at] = chance.choice(TOKENS)
            case 2:
                data[at:at] = data[at:to] * chance.choice((1, 2, 50))
            case 3 if at < len(data):
                data[at] ^= 1 << chance.randrange(8)
            case 4:
                other = chance.choice(files)
                start = chance.randint(0, len(other))
                data[at:at] = other[start : start + chance.choice((10, 80, 400))]
            case 5 if at < len(data):
                data[at] = chance.randrange(256)
            case _:
                data[at:to] = b" " * chance.randint(0, 5)
    return bytes(data)


def read(raw: bytes) -> int:
    """Everything `validate` does with one file; how many things it told."""
    text, told = decode(raw, shown="checks/check.yaml")
    if told:
        return len(told)
    project = load_texts({"checks/store.yaml": STORE.decode(), "checks/check.yaml": text})
    diagnostics = link(project, environ={}).diagnostics
    render_text(diagnostics, sources=project.sources)
    if _glance().at(text, "checks/check.yaml", Path("checks")) is not None:
        missed = [d for d in diagnostics if d.code not in BETWEEN_CHECKS]
        if missed:
            raise AssertionError(f"fine at a glance, and yet told: {missed[0]}")
    strange = [d.code for d in diagnostics if d.code.startswith("X")]
    if strange:
        raise AssertionError(f"our own bug was told: {strange}")
    return len(diagnostics)


@cache
def _glance() -> Glance:
    return Glance(Around.of(load_texts({"checks/store.yaml": STORE.decode()}).loaded), {})


def fuzz(seconds: float, seed: int, most: int | None = None) -> dict[str, object]:
    """Read mutated files for so many seconds, or so many of them; what came of it, with the first crash."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, _too_long)
    files, chance, ends = corpus(), random.Random(seed), time.monotonic() + seconds
    read_, told, slowest = 0, 0, 0.0
    while time.monotonic() < ends and read_ != most:
        raw = mutated(files, chance)
        started = time.process_time()
        signal.alarm(PATIENCE)
        try:
            told += bool(read(raw))
        except Exception:  # noqa: BLE001 - whatever it is, it is what the fuzzer looks for
            return {"files": read_, "crash": traceback.format_exc()[-2000:], "bytes": raw.hex()[:20_000]}
        finally:
            signal.alarm(0)
        read_ += 1
        slowest = max(slowest, time.process_time() - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"files": read_, "told": told, "slowest_s": round(slowest, 2), "peak_mib": peak, "crash": None}


def _too_long(number: int, frame: FrameType | None) -> None:
    raise TookTooLong


if __name__ == "__main__":
    print(json.dumps(fuzz(float(sys.argv[1]), int(sys.argv[2]), *map(int, sys.argv[3:]))))
