"""Are alerts lost when everything dies? Kills the process that judges and tells with SIGKILL, again and again.

python tests/bench/chaos.py --kills 20
python tests/bench/chaos.py --kills 1000 --seed 7

Three kinds of processes: one that judges forty targets which break and mend at random, tells two alerters and is
killed at random moments; one with the alerters' receivers, of which `--fail` (35 %) of all requests fail (500, 503,
429, a reset connection); and this one, which kills, and compares in the end. Every verdict that the killed process
had recorded is in its journal, so that nothing is forgotten unseen. The last line is: lost, duplicates, kills.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from nano_sre.alerting import Alerting, rules_of, sender
from nano_sre.alerts.channels import channels
from nano_sre.alerts.dispatch import Limits
from nano_sre.alerts.rules import is_own_target
from nano_sre.config.settings import Settings
from nano_sre.core.alert import TROUBLE
from nano_sre.core.chosen import chosen_from
from nano_sre.core.fields import Duration, Slug
from nano_sre.core.policy import AlerterEntry, AlertersFile, Policy, Route
from nano_sre.core.result import SkillResult, TargetResult, utc_now
from nano_sre.kinds.alerters.webhook import Webhook
from nano_sre.store import Store
from nano_sre.store.alert_models import DeliveryRow, OutboxRow
from support.receivers import SECRET, Failing, receivers

TARGETS = 40
ALERTERS = ("pager", "team")
LIMITS = Limits(
    burst=10_000,
    per_second=10_000,
    patience=timedelta(seconds=4),
    lease=timedelta(seconds=5),
    give_up=timedelta(days=1),
)


# The process that is killed


def alerters(url: str) -> AlertersFile:
    """Two webhooks; each check a message of its own, as soon as it fails."""
    kinds = chosen_from("alerter")
    entries = tuple(
        AlerterEntry(
            name=Slug(name), chosen=kinds(webhook=Webhook(url=f"{url}/webhook?{name}", secret=SECRET))
        )
        for name in ALERTERS
    )
    policy = Policy(group_wait=Duration(0), at_most_every=Duration(0), flapping="off", group_by=("check",))
    route = Route(send_to=tuple(Slug(name) for name in ALERTERS))
    return AlertersFile(version=1, alerters=entries, routes=(route,), policy=policy)


def open_store(folder: Path) -> Store:
    return Store.open(f"sqlite:///{folder}/nano_sre.db", data_dir=folder)


def seen(number: int, status: str) -> TargetResult:
    check = f"check-{number}"
    return TargetResult(
        result=SkillResult("journey", status, f"{check}: {status}"),  # type: ignore[arg-type]
        target=f"shop/{check}@desktop", check_id=check, kind="journey", name=check, store_id="shop",
        store_url="https://shop.example.com", device="desktop",
    )  # fmt: skip


async def drive(folder: Path, url: str, seed: int, *, breaks: bool) -> None:
    """Break and mend targets until somebody kills us; with `breaks` false, only tell what is left and end."""
    settings = Settings(database_url="", data_dir=folder, project_dir=folder)
    file = alerters(url)
    with open_store(folder) as store:
        async with (
            channels(settings) as opened,
            Alerting(store, settings=settings, limits=LIMITS) as alerting,
        ):
            alerting.obey(rules_of(file), sender(file, opened))
            flipping = asyncio.create_task(flip(alerting, store, folder, seed)) if breaks else None
            print("ready", flush=True)
            while breaks or await unfinished(alerting):
                await alerting.turn()
                if flipping is not None and flipping.done():
                    flipping.result()
                await asyncio.wait({asyncio.create_task(alerting.wakes.wait())}, timeout=0.1)


async def unfinished(alerting: Alerting) -> bool:
    backlog = await alerting.backlog()
    return bool(backlog.waiting or backlog.held or backlog.unsent)


async def flip(alerting: Alerting, store: Store, folder: Path, seed: int) -> None:
    """One target after the other turns; what was recorded is written to the journal."""
    failing = {row.target: row.status == "FAIL" for row in store.latest()}
    chance = random.Random(f"{seed} {time.time_ns()}")
    with (folder / "flips.jsonl").open("a", encoding="utf-8") as journal:
        while True:
            number = chance.randrange(TARGETS)
            target = f"shop/check-{number}@desktop"
            failing[target] = not failing.get(target, False)
            result = seen(number, "FAIL" if failing[target] else "PASS")
            await alerting.take(result, run_id="chaos")
            at = result.result.timestamp.isoformat()
            journal.write(json.dumps({"target": target, "failing": failing[target], "at": at}) + "\n")
            journal.flush()
            await asyncio.sleep(chance.random() * 0.04)


# The receivers


class Unreliable(Failing):
    """Refuses at random. What it took it says: an answer that gets lost would be a duplicate that nobody can help."""

    def next(self) -> int | str | None:
        fate = super().next()
        return "reset" if fate == "lost" else fate


def receive(folder: Path, share: float, seed: int) -> None:
    failing = Unreliable(share=share, chance=random.Random(seed), retry_after="0.2")
    with receivers(journal=folder / "taken.jsonl", failing=failing) as made:
        print(made.url, flush=True)
        threading.Event().wait()


# The one that kills, and compares


@contextmanager
def process(*words: str) -> Iterator[subprocess.Popen[str]]:
    """This file in another role; its first line has been read as `first`."""
    command = [sys.executable, __file__, *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            if started.poll() is None:
                started.send_signal(signal.SIGKILL)


def first_line(started: subprocess.Popen[str]) -> str:
    assert started.stdout is not None
    line = started.stdout.readline().strip()
    if not line:
        raise SystemExit(f"{started.args} ended at once")
    return line


def chaos(folder: Path, kills: int, share: float, seed: int) -> int:
    chance = random.Random(seed)
    open_store(folder).close()
    with process("--receive", str(folder), "--fail", str(share), "--seed", str(seed)) as receiver:
        url = first_line(receiver)
        for _ in range(kills):
            with process("--drive", str(folder), "--url", url, "--seed", str(seed)) as driven:
                first_line(driven)
                time.sleep(chance.uniform(0.1, 2.5))
                os.kill(driven.pid, signal.SIGKILL)
        with process("--drain", str(folder), "--url", url) as last:
            first_line(last)
            last.wait(timeout=600)
        assert receiver.poll() is None
    return told(folder, kills)


def lines(file: Path) -> list[dict[str, Any]]:
    """A line that a kill cut off was never promised."""
    found = []
    for line in file.read_text("utf-8").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def told(folder: Path, kills: int) -> int:
    """Compares what was recorded with what arrived."""
    heard: dict[tuple[str, str], list[str]] = {}
    keys: Counter[tuple[str, str]] = Counter()
    requests = lines(folder / "taken.jsonl")
    for entry in requests:
        if entry["failed"] is None:
            alerter, body = entry["path"].partition("?")[2], entry["body"]
            keys[alerter, body["key"]] += 1
            for item in body["items"]:
                heard.setdefault((alerter, item["episode"]), []).append(body["kind"])
    with open_store(folder) as store:
        notices = store.read(lambda db: list(OutboxRow.select().dicts().execute(db)))
        dead = store.read(lambda db: DeliveryRow.select().where(DeliveryRow.state == "dead").count(db))
        recorded = {(row.target, row.timestamp.isoformat()) for row in store.history(limit=1_000_000)}
    flips = lines(folder / "flips.jsonl")
    forgotten = [each for each in flips if (each["target"], each["at"]) not in recorded]
    lost = [
        f"{alerter} never heard that {notice['target']} {notice['kind']}"
        for notice in notices
        if not is_own_target(notice["target"])  # there is no alerter left to tell them
        for alerter in ALERTERS
        if not _heard(notice["kind"], heard.get((alerter, notice["episode"]), []))
    ]
    disorder = [key for key, kinds in heard.items() if kinds[0] not in TROUBLE | {"was_down"}]
    duplicates = sum(count - 1 for count in keys.values())
    for line in [*lost[:10], *(f"out of order: {key}" for key in disorder[:10])]:
        print(line)
    print(f"{len(flips)} verdicts in the journal, {len(notices)} notices, {len(requests)} requests, "
          f"{len(requests) - sum(keys.values())} of them refused, {dead} dead letters")  # fmt: skip
    print(
        f"told after it was over: {sum(kinds == ['was_down'] for kinds in heard.values())}; out of order: {len(disorder)}"
    )
    print(f"lost {len(lost) + len(forgotten)}  duplicates {duplicates}  kills {kills}")
    return 1 if lost or forgotten or disorder else 0


def _heard(kind: str, kinds: list[str]) -> bool:
    wanted = (
        {"fired", "was_down", "reminder"} if kind == "fired" else {"resolved", "partly_resolved", "was_down"}
    )
    return bool(wanted & set(kinds))


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--kills", type=int, default=20)
    asked.add_argument("--fail", type=float, default=0.35)
    asked.add_argument("--seed", type=int, default=1)
    for role in ("--drive", "--drain", "--receive"):
        asked.add_argument(role, type=Path, help=argparse.SUPPRESS)
    asked.add_argument("--url", help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.receive:
        receive(given.receive, given.fail, given.seed)
    elif given.drive or given.drain:
        asyncio.run(drive(given.drive or given.drain, given.url, given.seed, breaks=bool(given.drive)))
    else:
        with tempfile.TemporaryDirectory() as folder:
            started = utc_now()
            code = chaos(Path(folder), given.kills, given.fail, given.seed)
            print(f"({(utc_now() - started).total_seconds():.0f} s)", file=sys.stderr)
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
