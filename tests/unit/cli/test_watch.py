"""`nano-sre test --watch` as a process: saves of every kind, mistakes, a warm browser, Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.cli import Desk, api_check
from support.processes import below, wait_for

WAITING = "Watching for saves. Ctrl-C ends."


@dataclass
class Watched:
    """A watching process and what it has said."""

    process: subprocess.Popen[str]
    log: Path
    rounds: int = 0

    def round(self) -> str:
        """What the next round said, once it is over."""
        before = self.rounds
        wait_for(lambda: self._said().count(WAITING) > before, seconds=80, what=f"round {before + 1}")
        self.rounds += 1
        return self._said().split(WAITING)[before]

    def _said(self) -> str:
        assert self.process.poll() is None, self.log.read_text()
        return self.log.read_text()

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


@contextmanager
def watching(desk: Desk, *words: str) -> Iterator[Watched]:
    log = desk.folder / "watch.log"
    with log.open("w") as out, desk.start("test", "--watch", *words, stdout=out, stderr=out) as process:
        try:
            yield Watched(process, log)
        finally:
            if process.poll() is None:
                process.kill()


def save_by_rename(file: Path, text: str) -> None:
    """As editors save: a new file takes the place of the old one."""
    beside = file.with_name(f".{file.name}.swp")
    beside.write_text(text)
    beside.replace(file)


def test_saves_run_what_they_change_and_mistakes_do_not_end_it(desk: Desk) -> None:
    desk.write("other.yaml", api_check("other"))
    file = desk.folder / "checks" / "cart.yaml"
    text = file.read_text()
    with watching(desk) as watched:
        first = watched.round()
        assert "shop/cart@us" in first
        assert "shop/other@us" in first

        save_by_rename(file, text.replace("200", "201"))
        failed = watched.round()
        assert "Saved: checks/cart.yaml" in failed
        assert "shop/cart@us" in failed
        assert "shop/other@us" not in failed
        assert "R520" in failed or "201" in failed

        file.write_text(text.replace("requests", "reqests"))
        assert "error[E201]" in watched.round()

        file.write_text(text)
        assert "shop/cart@us" in watched.round()

        desk.write("new.yaml", api_check("new"))
        added = watched.round()
        assert "shop/new@us" in added
        assert "shop/cart@us" not in added

        desk.remove("new.yaml")
        assert "Nothing that runs has changed." in watched.round()

        store = desk.folder / "checks" / "store.yaml"
        store.write_text(store.read_text() + "timezone: Europe/Berlin\n")
        everything = watched.round()
        assert "shop/cart@us" in everything
        assert "shop/other@us" in everything

        (desk.folder / "checks" / "notes.txt").write_text("no check")
        (desk.folder / ".env").write_text("SHOP_URL=ignored: the environment wins\n")
        assert "Saved: .env" in watched.round()
        assert watched.interrupt() == 130
    assert not desk.database.exists()


def test_it_begins_with_mistakes_and_runs_once_they_are_mended(desk: Desk) -> None:
    text = (desk.folder / "checks" / "cart.yaml").read_text()
    desk.write("cart.yaml", text.replace("get", "gett"))
    with watching(desk, "checks/", "cart") as watched:
        assert "error[E201]" in watched.round()
        desk.write("cart.yaml", text)
        assert "shop/cart@us" in watched.round()
        desk.write("cart.yaml", text.replace("id: cart", "id: basket"))
        assert "no check matches cart" in watched.round()
        assert watched.interrupt() == 130


SKILL = """\
from nano_sre.agent.core import Skill, SkillResult
from answers import WORDS

class Answer(Skill):
    def name(self): return "answer"
    async def run(self, context): return SkillResult("answer", "WARN", WORDS)
"""
LOOKING = "version: 1\nkind: fragment\nid: look\nname: Look\nsteps:\n  - see: Welcome\n"


def test_fragments_skills_and_the_browser_that_stays(desk: Desk) -> None:
    desk.remove("cart.yaml")
    fragment = desk.write("look.yaml", LOOKING)
    desk.write(
        "visit.yaml",
        "version: 1\nkind: journey\nid: visit\nname: Visit\nretries: 0\nsteps:\n  - open: /\n  - use: look\n",
    )
    desk.write("answer.yaml", "version: 1\nkind: skill\nid: answer\nname: Answer\nskill: answer:Answer\n")
    desk.write("answer.py", SKILL)
    words = desk.write("answers.py", 'WORDS = "the first answer"\n')
    with watching(desk, "--verbose") as watched:
        first = watched.round()
        assert "shop/visit@desktop/us" in first
        assert "the first answer" in first
        browsers = {p for p in below(watched.process.pid) if p.is_browser}
        assert browsers  # one, and the shell script that may have started it

        fragment.write_text(LOOKING + "  - see: Shop\n")
        again = watched.round()
        assert "shop/visit@desktop/us" in again
        assert "shop/answer" not in again

        words.write_text('WORDS = "another answer"\n')
        changed = watched.round()
        assert "another answer" in changed
        assert "shop/visit" not in changed
        assert {p for p in below(watched.process.pid) if p.is_browser} == browsers
        assert watched.interrupt() == 130
    assert not any(p.alive for p in browsers)


def test_json_goes_to_a_file(desk: Desk) -> None:
    done = desk.nano("test", "--watch", "--json")
    assert (done.code, "do not go together" in done.err) == (2, True)
    done = desk.nano("test", "--watch", "--shard", "1/2")
    assert (done.code, "--watch goes with none of" in done.err) == (2, True)


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="this system has no terminals")
def test_a_terminal_is_cleared_before_each_round(desk: Desk) -> None:
    ours, theirs = os.openpty()
    said = b""
    with desk.start("test", "--watch", stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        while WAITING.encode() not in said:
            said += os.read(ours, 4096)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
    os.close(ours)
    assert said.startswith(b"\x1b[2J\x1b[3J\x1b[H")
