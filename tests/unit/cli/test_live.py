from __future__ import annotations

import io
import os
import pty
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from nano_sre.cli.live import LiveDisplay, is_terminal, live_display, stream_width, wants_color
from nano_sre.core.events import AttemptStarted, Event, Notice, RunStarted, StepFinished, TargetFinished
from nano_sre.core.result import StepReport
from nano_sre.report.text import summary_lines
from support.hostile import TEXTS
from support.sample_report import failed_attempt, failing, flaky, inconclusive, sample_report, target

ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def events() -> list[Event]:
    """A whole run: one failure that tried twice, one pass, a word about the monitor."""
    broken, search = failing(), target("Search", "PASS", "fine")
    found: list[Event] = [RunStarted(run_id="r", targets=2, visits=2)]
    for attempt in broken.attempts:
        found.append(AttemptStarted(targets=(broken.target,), attempt=attempt.number))
        found += [StepFinished(targets=(broken.target,), step=step) for step in attempt.steps]
    found += [
        Notice(text="the browser died and was started again"),
        TargetFinished(result=broken),
        AttemptStarted(targets=(search.target,), attempt=1),
        TargetFinished(result=search),
    ]
    return found


def played(played_events: list[Event] | None = None, **options: Any) -> str:
    stream = io.StringIO()
    with live_display(stream, **options) as display:
        for event in events() if played_events is None else played_events:
            display(event)
    return stream.getvalue()


FAILED = (
    "✗ FAIL  Buy a snowboard: shoppers cannot add to the cart (checks/checkout.yaml:11:5)"
    "  13.9 s · P1 · hydrogen/buy-a-snowboard@desktop/us\n"
)
PASSED = "✓ PASS  Search  1.8 s · P2 · hydrogen/search@desktop/us\n"


def test_a_pipe_gets_plain_lines() -> None:
    assert played() == "! the browser died and was started again\n" + FAILED + PASSED


def test_off_a_terminal_lines_are_as_long_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    display = live_display(io.StringIO())
    monkeypatch.delenv("COLUMNS", raising=False)
    assert display.width > 10_000
    monkeypatch.setenv("COLUMNS", "72")
    assert display.width == 72


def test_a_summary_tells_what_a_quiet_run_would_say_twice() -> None:
    stream = io.StringIO()
    with live_display(stream, quiet=True, summary=True) as display:
        display(TargetFinished(result=failing()))
    assert stream.getvalue() == ""


def test_quiet_says_nothing_but_failures() -> None:
    assert played(quiet=True) == FAILED
    assert played(quiet=True, verbose=True) == FAILED
    assert "\x1b" not in played(quiet=True, terminal=True, color=False)
    assert played([TargetFinished(result=flaky())], quiet=True) == ""
    assert played([TargetFinished(result=inconclusive())], quiet=True).startswith("? INCONCLUSIVE  Checkout")


def test_verbose_shows_the_steps() -> None:
    lines = played(verbose=True).splitlines()
    assert lines[0] == "  ✓ hydrogen/buy-a-snowboard@desktop/us 1. Open Complete Snowboard  1.2 s"
    assert lines[3] == "  ✗ hydrogen/buy-a-snowboard@desktop/us 4. Add to cart  5.0 s"
    assert lines[4] == "  · hydrogen/buy-a-snowboard@desktop/us 5. Open the cart"
    assert lines[7] == "  hydrogen/buy-a-snowboard@desktop/us  attempt 2"


def test_a_terminal_has_a_live_line_above_which_results_scroll() -> None:
    text = played(terminal=True, color=True)
    assert "hydrogen/buy-a-snowboard@desktop/us" in text
    assert "2 steps: Choose 154cm" in ANSI.sub("", text)
    assert "attempt 2" in text
    assert "0 of 2 done" in text
    assert "\x1b[1;31m✗ FAIL\x1b[0m" in text
    erased = sum(map(int, re.findall(r"\r\x1b\[(\d+)A\x1b\[J", text)))
    printed = text.count("\n")
    assert printed - erased == 3, "only the notice and the two results stay"


def test_live_lines_never_wrap(monkeypatch: pytest.MonkeyPatch) -> None:
    for width in (1, 2, 5, 20, 37):
        monkeypatch.setattr("nano_sre.cli.live._size", lambda _stream, w=width: (w, 10))
        running: list[Event] = [RunStarted(run_id="r", targets=9, visits=9)]
        running += [
            AttemptStarted(targets=(f"hydrogen/雪板-{n}@desktop/us", "x"), attempt=2) for n in range(9)
        ]
        block = played(running, terminal=True, color=False).split("\x1b[J")[-2].split("\r")[0].splitlines()
        assert len(block) <= 9
        assert all(len(line) < max(width, 2) for line in block)


def test_a_shared_visit_leaves_when_its_last_target_has_a_verdict() -> None:
    first, second = target("A", "PASS", "fine"), target("B", "PASS", "fine")
    stream = io.StringIO()
    with live_display(stream, terminal=True, color=False) as display:
        display(AttemptStarted(targets=(first.target, second.target), attempt=1))
        assert "hydrogen/a@desktop/us (+1)" in stream.getvalue()
        display(TargetFinished(result=first))
        assert "(+1)" in stream.getvalue().split("\x1b[J")[-1]
        display(TargetFinished(result=second))
        assert "(+1)" not in stream.getvalue().split("\x1b[J")[-1]


def test_the_clock_moves_without_events() -> None:
    ticked = threading.Event()
    now = [0.0]

    class Watched(io.StringIO):
        def write(self, text: str) -> int:
            if "7.0 s" in text:
                ticked.set()
            return super().write(text)

    display = LiveDisplay(
        Watched(), quiet=False, verbose=False, color=False, terminal=True, clock=lambda: now[0]
    )
    with display:
        display(AttemptStarted(targets=("a",), attempt=1))
        now[0] = 7.0
        assert ticked.wait(5)


def test_the_summary_goes_through_the_same_door() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", errors="strict")
    with live_display(stream) as display:
        display.print_lines(summary_lines(sample_report(), color=display.color, width=display.width))
    stream.flush()
    assert b"x FAIL  Buy a snowboard" in raw.getvalue()
    assert b"\xe2" not in raw.getvalue()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-16", "utf-8"])
def test_any_encoding_will_do(encoding: str) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, errors="strict", newline="")
    with live_display(stream, terminal=True) as display:
        for event in [*events(), Notice(text="雪板 \ud83d")]:
            display(event)
    stream.flush()
    assert "FAIL" in raw.getvalue().decode(encoding)


class Broken(io.StringIO):
    def __init__(self, error: Callable[[], Exception]) -> None:
        super().__init__()
        self.error = error
        self.tries = 0

    def write(self, text: str) -> int:
        self.tries += 1
        raise self.error()


@pytest.mark.parametrize(
    "error", [BrokenPipeError, OSError, lambda: ValueError("I/O operation on closed file")]
)
def test_a_reader_that_goes_away_does_not_break_the_run(error: Callable[[], Exception]) -> None:
    stream = Broken(error)
    with live_display(stream, terminal=True) as display:
        for event in events():
            display(event)
    assert stream.tries == 1


def test_a_real_pipe_that_closes(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    stream = os.fdopen(writer, "w", encoding="utf-8")
    with live_display(stream) as display:
        for event in events():
            display(event)
    with pytest.raises(BrokenPipeError):
        stream.close()  # what is left in the buffer is the caller's to drop


def test_an_interrupt_clears_the_live_lines() -> None:
    stream = io.StringIO()

    def interrupted() -> None:
        with live_display(stream, terminal=True, color=False) as display:
            display(AttemptStarted(targets=("a",), attempt=1))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert stream.getvalue().endswith("\x1b[J")


def test_what_a_terminal_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as stream:
        assert is_terminal(stream)
        assert wants_color(stream)
        assert stream_width(stream) > 0
        monkeypatch.setenv("NO_COLOR", "1")
        assert not wants_color(stream)
        assert not live_display(stream).color
        assert live_display(stream, color=True).color
        monkeypatch.setenv("NO_COLOR", "")
        assert wants_color(stream)
        monkeypatch.setenv("TERM", "dumb")
        assert not is_terminal(stream)
    os.close(ours)
    closed = io.StringIO()
    closed.close()
    assert not is_terminal(closed)
    assert stream_width(closed) == 80


@settings(max_examples=40, deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_page_text_cannot_drive_the_terminal(title: str, note: str, name: str) -> None:
    step = StepReport(title=title, verb="press", state="passed", note=note)
    shown = played(
        [
            AttemptStarted(targets=(name,), attempt=1),
            StepFinished(targets=(name,), step=step),
            Notice(text=note),
            TargetFinished(result=target("x", "FAIL", title)),
        ],
        verbose=True,
    )
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", shown)


def test_steps_of_an_unknown_visit_are_shown_too() -> None:
    step = failed_attempt(1, "x").steps[0]
    assert played([StepFinished(targets=("a", "b"), step=step)], verbose=True) == (
        "  ✓ a (+1) 1. Open Complete Snowboard  1.2 s\n"
    )
