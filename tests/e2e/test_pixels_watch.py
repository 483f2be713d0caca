"""`nano-sre pixels watch` as people use it: on a terminal, in a pipe, and with what they get wrong."""

from __future__ import annotations

import gzip
import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nano_sre.demo.server import DemoServer
from nano_sre.kinds._shared.tracking.recording import read
from support.cli import COMMAND, Desk

ANSI = re.compile(r"\x1b\[[0-9;]*m")
LONGEST = 60.0
OWN_TERMINAL = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"


@pytest.fixture(scope="module")
def shop() -> Iterator[DemoServer]:
    with DemoServer() as opened:
        yield opened


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def on_a_terminal(folder: Path, *words: str, until: str) -> tuple[int, str]:
    """Type it on a terminal, press Ctrl-C once the pattern `until` is read, and read on to the end."""
    terminal, theirs = pty.openpty()
    unwanted = ("NO_COLOR", "DISPLAY", "WAYLAND_DISPLAY")
    environ = {name: value for name, value in os.environ.items() if name not in unwanted}
    process = subprocess.Popen(
        [sys.executable, "-c", OWN_TERMINAL, *COMMAND, *words],
        cwd=folder,
        env={**environ, "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    said, pressed, ends = b"", False, time.monotonic() + LONGEST
    while time.monotonic() < ends:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                said += os.read(terminal, 65536)
            except OSError:  # the other side is closed
                break
        if not pressed and re.search(until, ANSI.sub("", said.decode("utf-8", "replace")), re.DOTALL):
            os.write(terminal, b"\x03")
            pressed = True
    os.close(terminal)
    return process.wait(timeout=LONGEST), said.decode().replace("\r\n", "\n")


def test_hits_are_told_live_and_ctrl_c_ends_with_a_summary(shop: DemoServer, tmp_path: Path) -> None:
    with_fault = f"{shop.url}/products/complete-snowboard"
    shop.fault("pixel-value-as-text")
    try:
        code, said = on_a_terminal(
            tmp_path,
            "pixels",
            "watch",
            with_fault,
            "--for",
            "5m",
            "--save",
            "seen.jsonl.gz",
            until=r"meta +view_item.*R554",
        )
    finally:
        shop.heal()
    assert code == 0, said
    plain = ANSI.sub("", said)
    assert "No hit reaches its vendor. Ctrl-C ends it." in plain
    live, _, summary = plain.partition("^C")
    assert "Open /products/complete-snowboard" in live
    assert re.search(r"\d m?s  meta +view_item \(ViewContent\) +“\$699\.95” USD", live)
    assert "✗ R554" in live, "what a hit shows by itself is told at once"
    assert re.search(r"\d+ hits to \d vendors, \d+ of them with a fault", summary)
    assert "nano-sre pixels replay seen.jsonl.gz" in summary
    assert "\x1b[38;5;" in said
    recording = read(gzip.decompress((tmp_path / "seen.jsonl.gz").read_bytes()).decode().splitlines())
    assert {each.fate for each in recording.seen.hits} == {"swallowed"}


def test_a_pipe_gets_a_line_of_json_for_every_hit(shop: DemoServer, desk: Desk) -> None:
    words = ("--visit", "/products/complete-snowboard", "--click", "Add to cart", "--headless")
    done = desk.process("pixels", "watch", shop.url, *words, "--json")
    assert done.code == 0, done.err
    told = [json.loads(line) for line in done.out.splitlines()]
    by_step = {
        each["during"] for each in told for event in each["events"] if event["canonical"] == "add_to_cart"
    }
    assert by_step <= {"Press “Add to cart”", "Watch"}
    assert by_step
    assert {each["vendor"] for each in told} >= {"ga4", "meta", "tiktok", "pinterest"}
    assert {each["fate"] for each in told} == {"swallowed"}
    assert "add_to_cart: " in done.err


def test_what_cannot_be_done_is_said_and_what_was_heard_before_stays(shop: DemoServer, desk: Desk) -> None:
    done = desk.process("pixels", "watch", shop.url, "--click", "No such thing", "--headless")
    assert done.code == 1
    assert "page_view" in done.out
    assert "Nothing visible on the page matches “No such thing”" in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nonsense://x",), "“nonsense://x” is not the address of a page"),
        (("",), "is not the address of a page"),
        (
            ("https://shop.example", "--for", "3"),
            "--for takes a duration such as 800ms, 2.5s, 15m, 24h or 7d, not “3”",
        ),
        (
            ("https://shop.example", "--consent", "maybe"),
            "--consent takes accept, refuse or leave, not “maybe”",
        ),
        (("https://shop.example", "--save", "no/such/file"), "there is no folder no/such"),
    ],
)
def test_what_makes_no_sense_is_told_before_a_browser_starts(
    desk: Desk, words: tuple[str, ...], said: str
) -> None:
    done = desk.nano("pixels", "watch", *words)
    assert done.code == 2
    assert said in done.err
