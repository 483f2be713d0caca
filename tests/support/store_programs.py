"""Programs that tests run as processes of their own: `python -m support.store_programs VERB URL FOLDER …`."""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import nano_sre
from nano_sre.store import Store, StoreError
from support.changes import apply, make_change
from support.results import NOON, make_result

CHECKS = 12


def start(verb: str, url: str, folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start a program; it prints a line when it is at work."""
    paths = [str(Path(nano_sre.__file__).parents[1]), str(Path(__file__).parents[1])]
    return subprocess.Popen(
        [sys.executable, "-m", "support.store_programs", verb, url, str(folder), *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def say(text: object) -> None:
    print(text, flush=True)


def open_only(store: Store) -> None:
    say(f"serial {store.registry().serial}")


def apply_for_ever(store: Store) -> None:
    """Bring all checks from one version to the next, again and again, until killed."""
    say("at work")
    while True:
        serial = store.registry().serial
        changes = [make_change(f"c{n}", version=serial + 1, action="update") for n in range(CHECKS)]
        apply(store, *changes, expected_serial=serial)


def hold_lock(store: Store) -> None:
    with store.apply_lock("grace@server"):
        say("held")
        time.sleep(60)


def write_for_a_while(store: Store, seconds: str, name: str) -> None:
    async def record_many() -> int:
        count, end = 0, time.monotonic() + float(seconds)
        while time.monotonic() < end:
            at = NOON + timedelta(milliseconds=count)
            await asyncio.gather(*(store.record(make_result(f"c{n}", at=at), run_id=name) for n in range(5)))
            count += 5
        return count

    say(f"wrote {asyncio.run(record_many())}")


def read_for_a_while(store: Store, seconds: str) -> None:
    end, reads = time.monotonic() + float(seconds), 0
    while time.monotonic() < end:
        store.latest()
        store.history("c1", limit=20)
        store.registry()
        reads += 1
    say(f"read {reads}")


def fill_the_disk(store: Store) -> None:
    """Meet the file-size limit, be told so, and go on once there is room again."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
    recorded = 0
    try:
        for _ in range(200):
            asyncio.run(store.record(make_result(details={"log": "x" * 15_000}), run_id="big"))
            recorded += 1
    except StoreError as error:
        say(f"StoreError: {error} | {error.hint}")
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    asyncio.run(store.record(make_result(), run_id="small"))
    say(f"kept {len(store.run('big')) == recorded} {len(store.run('small'))}")
    say(store.db.execute("PRAGMA integrity_check").fetchone())


PROGRAMS = {
    program.__name__: program
    for program in (open_only, apply_for_ever, hold_lock, write_for_a_while, read_for_a_while, fill_the_disk)
}


def main() -> None:
    verb, url, folder, *arguments = sys.argv[1:]
    with Store.open(url, data_dir=Path(folder)) as store:
        PROGRAMS[verb](store, *arguments)  # type: ignore[operator]


if __name__ == "__main__":
    main()
