"""Are alerts lost when the agent is killed? `nano-sre agent` gets SIGKILL, again and again.

python tests/bench/chaos.py --kills 20
python tests/bench/chaos.py --kills 1000 --worlds 2 --seed 7
python tests/bench/chaos.py --kills 100 --postgres

Three processes: the agent, with forty checks each second, which is killed at random moments (while it starts, too);
the receivers of its two alerters, which fail at random (`--fail`, 35 %: 500, 429, silence, a reset connection); and
this one, which is the shop whose answers break and mend, kills, and compares in the end. The shop and the receivers
keep journals of their own (and this one notes when it killed): a verdict that the shop never caused, a failure or a recovery that was recorded and never
told, and whatever was told twice, all show. `--worlds` of them side by side take less time, and are busier. The last
line is: lost, duplicates, kills.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.measure import CannotMeasure, Figure, say
from nano_sre.core.result import utc_now
from nano_sre.store import Store, outbox
from nano_sre.store.alert_models import DeliveryRow
from nano_sre.store.outbox import UNSETTLED
from nano_sre.store.plain import iso
from support.cli import STORE, Desk
from support.flipping import CHECK, Shop, flipping
from support.ledger import Judgement, compared
from support.postgres import PostgresServer
from support.receivers import ROUTING_KEY, SECRET, Failing, receivers

CHECKS = 40
SILENCE = 3.0  # seconds that a receiver says nothing before it hangs up: longer than many agents live
CALM = "calm"
STARTUP = 60.0  # seconds that a start may take on a busy machine
ALERTERS = """\
version: 1
alerters:
  - {{name: desk, webhook: {{url: "{url}/webhook", secret: "${{secret.DESK_KEY}}"}}}}
  - {{name: pager, pagerduty: {{url: "{url}/pagerduty", routing_key: "${{secret.PAGER_KEY}}"}}}}
routes:
  - {{send_to: [desk, pager]}}
policy: {{group_by: check, group_wait: 0s, at_most_every: 0s, flapping: off, remind_every: 30d}}
"""


# The receivers


@dataclass
class Unreliable(Failing):
    """Refuses at random, until the file `calm` is there.

    What it took it says: an answer that gets lost would be a duplicate that nobody can help.
    """

    calm: Path = Path()

    def next(self) -> int | str | None:
        refuses = self.chance.random() < self.share and not self.calm.exists()
        return self.chance.choice((500, 429, "timeout", "reset")) if refuses else None


def receive(journal: Path, share: float, seed: int) -> None:
    failing = Unreliable(
        share=share, chance=random.Random(seed), retry_after="0.2", wait=SILENCE, calm=journal.with_name(CALM)
    )
    with receivers(journal=journal, failing=failing) as made:
        print(made.url, flush=True)
        threading.Event().wait()


@contextmanager
def receiving(journal: Path, share: float, seed: int) -> Iterator[str]:
    """The address of receivers in a process of their own."""
    words = ("--receive", str(journal), "--fail", str(share), "--seed", str(seed))
    with subprocess.Popen([sys.executable, __file__, *words], stdout=subprocess.PIPE, text=True) as started:
        try:
            assert started.stdout is not None
            yield started.stdout.readline().strip()
            if started.poll() is not None:
                raise CannotMeasure("the receivers ended by themselves")
        finally:
            started.kill()


# The agent


@dataclass
class Agents:
    """One agent after the other, in the same folder. All say what they have to say into one log."""

    desk: Desk
    log: Path
    kills: list[datetime] = field(default_factory=list)

    def kill(self, agent: subprocess.Popen[str]) -> None:
        self.must_live(agent)
        self.kills.append(utc_now())
        agent.kill()

    def said(self, seen: int) -> str:
        with self.log.open("rb") as log:
            log.seek(seen)
            return log.read().decode("utf-8", "replace")

    @contextmanager
    def one(self) -> Iterator[subprocess.Popen[str]]:
        with self.log.open("a") as out:
            started = self.desk.start("agent", "--no-page", "--quiet", stdout=out, stderr=subprocess.STDOUT)
        with started:
            try:
                yield started
            finally:
                started.kill()

    def until_it_runs(self, agent: subprocess.Popen[str], seen: int) -> None:
        """Waits for an agent to say that it runs; the log was `seen` bytes long before it began."""
        deadline = time.monotonic() + STARTUP
        while "The agent runs." not in self.said(seen):
            self.must_live(agent)
            if time.monotonic() > deadline:
                raise CannotMeasure(f"the agent did not start within {STARTUP:.0f} s")
            time.sleep(0.02)

    def must_live(self, agent: subprocess.Popen[str]) -> None:
        if agent.poll() is not None:
            raise CannotMeasure(f"an agent ended by itself ({agent.returncode}): {self.said(0)[-2000:]}")

    def kill_first(self, heard: Path) -> None:
        """Start one, and kill it in the middle of its first messages: something is to be told from now on."""
        with self.one() as agent:
            deadline = time.monotonic() + STARTUP
            while not heard.exists():
                self.must_live(agent)
                if time.monotonic() > deadline:
                    raise CannotMeasure(f"nobody was told anything within {STARTUP:.0f} s")
                time.sleep(0.01)
            self.kill(agent)

    def kill_one(self, chance: random.Random) -> None:
        """Start one and kill it: one in five while it starts, the others 0.3 to 3 s after it said that it runs."""
        seen = self.log.stat().st_size
        with self.one() as agent:
            if chance.random() < 0.2:
                time.sleep(chance.uniform(0.05, 1.0))
            else:
                self.until_it_runs(agent, seen)
                time.sleep(chance.uniform(0.3, 3.0))
            self.kill(agent)


def arrange(folder: Path, shop: Shop, receivers_url: str, database: str | None) -> Desk:
    """A project with forty checks and two alerters, applied."""
    more = {"NANO_SRE_DATABASE_URL": database} if database else {}
    keys = {"DESK_KEY": SECRET, "PAGER_KEY": ROUTING_KEY}
    # Byte code as an installed package has it, whatever this shell says.
    code = {"PYTHONPYCACHEPREFIX": str(folder / "byte-code"), "PYTHONDONTWRITEBYTECODE": ""}
    desk = Desk(folder, {"SHOP_URL": shop.url, **keys, **code, **more})
    desk.write("store.yaml", STORE)
    for number in range(CHECKS):
        desk.write(f"check-{number}.yaml", CHECK.format(number=number))
    (folder / "alerters.yaml").write_text(ALERTERS.format(url=receivers_url), encoding="utf-8")
    done = desk.process("apply", "--yes")
    if done.code:
        raise CannotMeasure(f"apply ended with {done.code}: {done.said}")
    return desk


def let_pass(store: Store) -> None:
    """As if the longest wait were over: what a killed agent had in hand may be sent by another at once."""
    now = iso(utc_now())
    store.write_now(
        lambda db: DeliveryRow.update(next_at=now).where(DeliveryRow.state << UNSETTLED).execute(db)
    )


def drain(agents: Agents, store: Store, shop: Shop, *, seconds: float) -> None:
    """The calm at the end: shop and receivers are well, nobody is killed, and an agent tells what is left."""
    shop.mend()
    deadline = time.monotonic() + seconds
    since = utc_now()
    with agents.one() as agent:
        while not _all_told(store, since):
            agents.must_live(agent)
            if time.monotonic() > deadline:
                raise CannotMeasure(f"there was still something to tell after {seconds:.0f} s of calm")
            time.sleep(0.3)
        agent.send_signal(signal.SIGTERM)
        if agent.wait(30):
            raise CannotMeasure(f"the last agent ended with {agent.returncode}")


def _all_told(store: Store, since: Any) -> bool:
    left = store.read(outbox.backlog)
    latest = [row for row in store.latest() if row.timestamp > since and row.status == "PASS"]
    return len(latest) == CHECKS and not (left.waiting or left.held or left.unsent)


# All of it


def chaos(
    folder: Path, *, kills: int, share: float, seed: int, rate: float, hurry: bool, postgres: bool
) -> Judgement:
    """Kill so many agents, let the last one finish, and compare what was recorded with what was heard."""
    folder.mkdir(parents=True, exist_ok=True)
    chance, heard = random.Random(seed), folder / "heard.jsonl"
    with ExitStack() as stack:
        database = stack.enter_context(PostgresServer()).fresh_database() if postgres else None
        shop = stack.enter_context(flipping(CHECKS, folder / "answers.jsonl", rate=rate, seed=seed))
        url = stack.enter_context(receiving(heard, share, seed))
        desk = arrange(folder, shop, url, database)
        agents = Agents(desk, folder / "agent.log")
        agents.log.touch()
        agents.kill_first(heard)
        for number in range(1, kills):
            agents.kill_one(chance)
            if number % 50 == 0:
                say(f"  {number} killed")
        store = stack.enter_context(
            Store.open(desk.environ["NANO_SRE_DATABASE_URL"], data_dir=desk.data, create=False)
        )
        heard.with_name(CALM).touch()
        if hurry:
            let_pass(store)
        drain(agents, store, shop, seconds=120 + 2 * kills)
        return compared(store, shop, heard, kills=agents.kills)


def worlds(folder: Path, *, count: int, kills: int, seed: int, **more: Any) -> Judgement:
    """As many of it side by side, each in processes of its own; all of it together. `kills` are those of all."""
    count = min(count, kills)
    shares = [kills // count + (number < kills % count) for number in range(count)]
    with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn")) as pool:
        judged = [
            pool.submit(chaos, folder / f"world-{number}", kills=share, seed=seed + number, **more)
            for number, share in enumerate(shares)
        ]
        return sum((each.result() for each in judged), start=Judgement())


def measure(*, quick: bool = False) -> list[Figure]:
    """A thousand kills (ten when quick): the share of messages that never came, and of those that came twice."""
    kills = 10 if quick else 1_000
    with tempfile.TemporaryDirectory() as folder:
        judged = worlds(
            Path(folder), count=1, kills=kills, share=0.35, seed=1, rate=2.0, hurry=quick,
            postgres=False,
        )  # fmt: skip
    for line in judged.lines():
        say(f"  {line}")
    expected = max(1, judged.expected)
    return [
        Figure(what=f"lost messages, {kills} kills", ours=str(judged.lost), peer=str(expected),
               ratio=judged.lost / expected, goal=0),
        Figure(what="told twice", ours=str(judged.duplicates["webhook"]), peer=str(expected),
               ratio=judged.duplicates["webhook"] / expected, goal=0.005),
        Figure(what="paged twice", ours=str(judged.duplicates["pagerduty"]), peer=str(expected),
               ratio=judged.duplicates["pagerduty"] / expected, goal=0),
    ]  # fmt: skip


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--kills", type=int, default=20)
    asked.add_argument(
        "--fail", type=float, default=0.35, help="share of all requests that the receivers refuse"
    )
    asked.add_argument("--rate", type=float, default=2.0, help="answers of the shop that turn in a second")
    asked.add_argument(
        "--worlds", type=int, default=1, help="how many agents, shops and receivers side by side"
    )
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--hurry", action="store_true", help="do not sit out the wait after the last kill")
    asked.add_argument("--postgres", action="store_true", help="a PostgreSQL server of its own, not SQLite")
    asked.add_argument("--keep", type=Path, help="a new folder for the journals, the log and the database")
    asked.add_argument("--receive", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.receive:
        receive(given.receive, given.fail, given.seed)
        return 0
    with ExitStack() as stack:
        folder = given.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=given.keep is None)
        started = time.monotonic()
        try:
            judged = worlds(
                folder, count=given.worlds, kills=given.kills, share=given.fail, seed=given.seed, rate=given.rate,
                hurry=given.hurry, postgres=given.postgres,
            )  # fmt: skip
        except CannotMeasure as reason:
            print(f"cannot be told: {reason}", file=sys.stderr)
            return 2
        print("\n".join(judged.lines()))
        print(f"({time.monotonic() - started:.0f} s)", file=sys.stderr)
        print(f"lost {judged.lost}  duplicates {sum(judged.duplicates.values())}  kills {given.kills}")
        return 0 if judged.holds else 1


if __name__ == "__main__":
    sys.exit(main())
