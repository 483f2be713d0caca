from __future__ import annotations

import asyncio
import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nano_sre.alerts import receipts as module
from nano_sre.alerts.receipts import LONGEST, Receipts
from nano_sre.core.alert import Alert, Sent
from nano_sre.core.outbox import Delivery, Receipt
from support.telling import NOON, Hands, minutes

SENT = Sent(ok=True, detail="HTTP 200", ref={"ts": "1700000000.1"})
DIES = """\
import os, signal, sys
from pathlib import Path
from nano_sre.alerts.receipts import Receipts
from nano_sre.core.clock import SystemClock
from unit.alerts.test_receipts import SENT, delivery

receipts = Receipts(Path(sys.argv[1]), clock=SystemClock())
receipts.open()
for key in sys.argv[2:]:
    receipts.note(delivery(key), SENT)
print("noted", flush=True)
sys.stdin.read()
"""


def delivery(key: str = "k", alerter: str = "team") -> Delivery:
    return Delivery(
        id=1,
        key=key,
        alerter=alerter,
        thread="t",
        kind="fired",
        attempts=1,
        created_at=NOON,
        alert="",
        ref={},
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "receipts"


@pytest.fixture
def mine(folder: Path) -> Iterator[Receipts]:
    made = Receipts(folder, clock=Hands())
    yield made
    made.close()


def other(folder: Path, *keys: str) -> Receipts:
    """The receipts of another process, as far as the operating system tells processes apart here."""
    made = Receipts(folder, clock=Hands())
    made.open()
    for key in keys:
        made.note(delivery(key), SENT)
    return made


def keys(receipts: Receipts) -> list[list[str]]:
    """What is left by others, not settled."""
    return [[each.key for each in left.receipts] for left in receipts.left()]


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.exists() else []


def test_what_a_dead_process_noted_is_left_to_the_next(folder: Path, mine: Receipts) -> None:
    other(folder, "a", "b").close()
    (left,) = mine.left()
    assert left.receipts == [
        Receipt(key=key, alerter="team", at=NOON, detail="HTTP 200", ref={"ts": "1700000000.1"})
        for key in "ab"
    ]


def test_what_is_settled_is_gone(folder: Path, mine: Receipts) -> None:
    other(folder, "a").close()
    for left in mine.left():
        left.settle(left.receipts)
    assert files(folder) == []


def test_a_process_that_lives_settles_its_own(folder: Path, mine: Receipts) -> None:
    living = other(folder, "a")
    assert keys(mine) == []
    assert len(files(folder)) == 1
    living.close()
    assert keys(mine) == [["a"]]


def test_a_killed_process_loses_nothing_that_it_noted(folder: Path, mine: Receipts) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", DIES, str(folder), "a", "b"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "noted\n"
        assert keys(mine) == []
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    assert keys(mine) == [["a", "b"]]


def test_a_line_that_was_cut_short_is_none_and_spoils_nothing(folder: Path, mine: Receipts) -> None:
    other(folder, "a", "b").close()
    (file,) = files(folder)
    whole = file.read_bytes()
    for cut in range(1, 20):
        file.write_bytes(whole[:-cut])
        assert keys(Receipts(folder, clock=Hands())) == [["a"]]
    file.write_bytes(whole[:-5] + whole + b"\n\0\0\0\n[1]\n{}\n\xff" + b'\n{"key": 1, "at": 2}')
    assert keys(mine) == [["a", "a", "b"]]


def test_nothing_is_made_where_nothing_is_sent(folder: Path, mine: Receipts) -> None:
    assert keys(mine) == []
    assert not folder.exists()


def test_what_is_taken_is_noted_and_what_is_refused_is_not(folder: Path, mine: Receipts) -> None:
    answers = {"a": SENT, "b": Sent(ok=False, detail="500")}

    async def send(delivery: Delivery, _alert: Alert | None) -> Sent:
        return answers[delivery.key]

    for key, answer in answers.items():
        assert asyncio.run(mine.noting(send)(delivery(key), None)) is answer  # type: ignore[arg-type]
    assert [each.key for each in mine.unsettled()] == ["a"]
    noted = mine.of(delivery("a"))
    assert noted is not None
    assert noted.at == NOON
    assert mine.of(delivery("a", alerter="pager")) is None
    mine.close()
    assert keys(Receipts(folder, clock=Hands())) == [["a"]]


def test_a_file_begins_anew_when_all_of_it_is_settled(folder: Path, mine: Receipts) -> None:
    mine.open()
    (file,) = files(folder)
    long = Sent(ok=True, detail="x" * LONGEST)
    mine.note(delivery("a"), long)
    mine.note(delivery("b"), long)
    mine.settle(mine.unsettled()[:1])
    assert file.stat().st_size > LONGEST
    mine.settle(mine.unsettled())
    assert file.stat().st_size == 0
    mine.note(delivery("c"), SENT)
    mine.close()
    assert keys(Receipts(folder, clock=Hands())) == [["c"]]


def test_an_orderly_end_leaves_no_file(folder: Path) -> None:
    made = other(folder, "a")
    made.settle(made.unsettled())
    made.close()
    made.close()
    assert files(folder) == []


def test_the_receipts_of_another_database_stay_for_its_own_agent(folder: Path, mine: Receipts) -> None:
    other(folder, "mine", "theirs").close()
    for left in mine.left():
        left.settle([each for each in left.receipts if each.key == "mine"])
    assert keys(mine) == []  # it is not asked again and again
    assert keys(Receipts(folder, clock=Hands())) == [["mine", "theirs"]]
    (file,) = files(folder)
    long_ago = file.stat().st_mtime - minutes(60 * 25).total_seconds()
    os.utime(file, (long_ago, long_ago))
    for left in Receipts(folder, clock=Hands()).left():
        left.settle(())
    assert files(folder) == []


def test_two_that_look_at_once_do_not_both_take_a_file(folder: Path, mine: Receipts) -> None:
    other(folder, "a").close()
    looking = mine.left()
    next(looking)
    assert keys(Receipts(folder, clock=Hands())) == []


def test_a_full_disk_is_no_reason_to_fail(
    folder: Path, mine: Receipts, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, room = os.write, 1000

    def fills(descriptor: int, data: bytes) -> int:
        nonlocal room
        if room == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        done = write(descriptor, data[:room])
        room -= done
        return done

    mine.open()
    monkeypatch.setattr(module.os, "write", fills)
    for number in range(20):
        mine.note(delivery(f"k{number}"), SENT)
    room = 10_000  # somebody made room
    mine.note(delivery("last"), SENT)
    assert len(mine.unsettled()) == 21  # this process knows all the same
    mine.close()
    (found,) = keys(Receipts(folder, clock=Hands()))
    assert found[:2] == ["k0", "k1"]
    assert found[-1] == "last"
    assert len(found) < 21


def test_a_folder_that_cannot_be_made_is_no_reason_to_fail(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file is in the way")
    made = other(tmp_path / "data" / "receipts", "a")
    assert [each.key for each in made.unsettled()] == ["a"]
    made.settle(made.unsettled())
    assert keys(made) == []
    made.close()
