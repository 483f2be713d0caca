"""What people see while a run goes on: a live line per running check on a terminal, plain lines in a pipe."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, TextIO

from nano_sre.core.events import (
    AttemptStarted,
    Event,
    Notice,
    RunStarted,
    StepFinished,
    TargetFinished,
)
from nano_sre.core.result import StepReport, StepState, TargetResult
from nano_sre.core.visible import clean, columns, cut
from nano_sre.report.text import finished_line, paint
from nano_sre.report.words import duration, verdict

Clock = Callable[[], float]

_WIDTH, _HEIGHT = 80, 24  # when nobody can say
_ANY_LENGTH = 1_000_000
_TICK = 0.2  # seconds between two frames of the live lines
_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_ASCII_SPINNER = "|/-\\"
_STATE_STYLES: dict[StepState, tuple[str, str]] = {
    "passed": ("✓", "PASS"),
    "warned": ("!", "WARN"),
    "failed": ("✗", "FAIL"),
    "skipped": ("-", "dim"),
    "not_reached": ("·", "dim"),
}
# For terminals that cannot write these.
_ASCII = str.maketrans({"✓": "+", "✗": "x", "·": "-", "…": "~", "“": '"', "”": '"', "’": "'", "×": "x"})  # noqa: RUF001


@dataclass(slots=True)
class _Running:
    """A visit in progress."""

    waiting: list[str]  # targets that have no verdict yet
    since: float
    attempt: int = 1
    steps: int = 0
    last: str = ""


@dataclass(slots=True)
class _Progress:
    total: int = 0
    finished: int = 0
    running: dict[tuple[str, ...], _Running] = field(default_factory=dict)


class LiveDisplay:
    """Listens to a run and shows it. Never raises: a display that breaks must not break the run.

    Use it as a context manager; call it with events, from any thread.
    """

    def __init__(
        self,
        stream: TextIO,
        *,
        quiet: bool,
        verbose: bool,
        color: bool,
        terminal: bool,
        summary: bool = False,
        clock: Clock = time.monotonic,
    ) -> None:
        self._summary = summary  # one follows that tells every failure: a quiet run tells it only there
        self._stream = stream
        self._quiet, self._verbose = quiet, verbose
        self._color, self._terminal = color, terminal
        self._clock = clock
        self._progress = _Progress()
        self._drawn = 0
        self._frame = 0
        self._gone = False
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._ticker: threading.Thread | None = None
        self._unicode = _can_write(stream, "✓…·⠋")

    @property
    def _live(self) -> bool:
        return self._terminal and not self._quiet

    def __enter__(self) -> Self:
        if self._live:
            self._ticker = threading.Thread(target=self._tick, name="live-display", daemon=True)
            self._ticker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if self._ticker:
            self._ticker.join()
        with self._lock:
            self._progress.running.clear()
            self._show([])

    def __call__(self, event: Event) -> None:
        with self._lock:
            self._show(self._take(event))

    @property
    def color(self) -> bool:
        return self._color

    @property
    def width(self) -> int:
        """The columns of the terminal. Elsewhere what COLUMNS says, or room for lines of any length."""
        if self._terminal or is_terminal(self._stream):
            return _size(self._stream)[0]
        said = os.environ.get("COLUMNS", "")
        return int(said) if said.isdecimal() and int(said) else _ANY_LENGTH

    def print_lines(self, lines: Iterable[str]) -> None:
        """Prints more lines (the summary) with the same care for what the stream can write."""
        with self._lock:
            self._show(list(lines))

    def _tick(self) -> None:
        while not self._stop.wait(_TICK):
            with self._lock:
                self._frame += 1
                if self._progress.running or self._drawn:
                    self._show([])

    def _take(self, event: Event) -> list[str]:
        """Updates what is known, and returns the lines to print for good."""
        match event:
            case RunStarted():
                self._progress.total = event.targets
                return []
            case AttemptStarted():
                return self._attempt(event)
            case StepFinished():
                return self._step(event)
            case TargetFinished():
                return self._finished(event.result)
            case Notice():
                return [] if self._quiet else [self._styled("WARN", f"! {clean(event.text)}")]

    def _attempt(self, event: AttemptStarted) -> list[str]:
        running = self._progress.running
        before = running.get(event.targets)
        waiting = before.waiting if before else list(event.targets)
        running[event.targets] = _Running(waiting, self._clock(), attempt=event.attempt)
        if not self._verbose or self._quiet or event.attempt == 1:
            return []
        return [self._styled("dim", f"  {_label(event.targets)}  attempt {event.attempt}")]

    def _step(self, event: StepFinished) -> list[str]:
        visit = self._progress.running.get(event.targets)
        number = visit.steps + 1 if visit else 1
        if visit:
            visit.steps, visit.last = number, clean(event.step.title or event.step.verb)
        return [self._step_line(event, number)] if self._verbose and not self._quiet else []

    def _step_line(self, event: StepFinished, number: int) -> str:
        step: StepReport = event.step
        glyph, style = _STATE_STYLES[step.state]
        took = "" if step.state == "not_reached" else f"  {duration(step.duration_ms)}"
        note = f"  ({clean(step.note)})" if step.note else ""
        where = self._styled("dim", f"{_label(event.targets)} {number}.")
        return f"  {self._styled(style, glyph)} {where} {clean(step.title or step.verb)}{took}{note}"

    def _finished(self, result: TargetResult) -> list[str]:
        self._progress.finished += 1
        for targets, visit in list(self._progress.running.items()):
            if result.target in visit.waiting:
                visit.waiting.remove(result.target)
            if not visit.waiting:
                del self._progress.running[targets]
        if self._quiet and (self._summary or verdict(result) not in ("FAIL", "INCONCLUSIVE")):
            return []
        return [finished_line(result, color=self._color, width=self.width if self._terminal else None)]

    def _show(self, lines: list[str]) -> None:
        """Prints lines for good; on a terminal above the live lines, which are drawn again."""
        if self._gone:
            return
        block = self._block() if self._live else []
        erase = f"\r\x1b[{self._drawn}A\x1b[J" if self._drawn else ""
        self._drawn = len(block)
        text = erase + "".join(f"{line}\n" for line in (*lines, *block))
        if text:
            self._write(text)

    def _write(self, text: str) -> None:
        if not self._unicode:
            text = text.translate(_ASCII)
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        try:
            self._stream.write(text.encode(encoding, "replace").decode(encoding, "replace"))
            self._stream.flush()
        except (OSError, ValueError, LookupError):  # the reader went away, or the stream is closed
            self._gone = True

    def _block(self) -> list[str]:
        running = self._progress.running
        if not running:
            return []
        width, height = _size(self._stream)
        room = max(1, height - 3)
        lines = [self._running_line(t, v, width) for t, v in list(running.items())[:room]]
        if len(running) > room:
            lines.append(cut(f"  … and {len(running) - room} more", width - 1))
        done = f"{self._progress.finished} of {self._progress.total} done"
        return [*lines, self._styled("dim", cut(f"  {done}", width - 1))]

    def _running_line(self, targets: tuple[str, ...], visit: _Running, width: int) -> str:
        spinner = _SPINNER if self._unicode else _ASCII_SPINNER
        glyph = spinner[self._frame % len(spinner)]
        took = duration((self._clock() - visit.since) * 1000)
        again = f" · attempt {visit.attempt}" if visit.attempt > 1 else ""
        steps = f" · {visit.steps} {'step' if visit.steps == 1 else 'steps'}" if visit.steps else ""
        # One column stays free: a full line would wrap, and the next frame would erase one too few.
        head = cut(f"{glyph} {_label(targets)}", width - 1)
        room = width - 1 - columns(head) - 2
        rest = cut(f"{took}{again}{steps}{f': {visit.last}' if visit.last else ''}", room)
        return f"{head}  {self._styled('dim', rest)}" if rest else head

    def _styled(self, style: str, text: str) -> str:
        return paint(style, text, color=self._color)


def live_display(
    stream: TextIO | None = None,
    *,
    quiet: bool = False,
    verbose: bool = False,
    color: bool | None = None,
    terminal: bool | None = None,
    summary: bool = False,
) -> LiveDisplay:
    """The display for a stream (stderr when none is given). `summary`: one will be printed at the end.

    `terminal` and `color` are found out when None: a terminal is what says so and is not `TERM=dumb`; colour is for
    terminals without `NO_COLOR` (https://no-color.org).
    """
    stream = sys.stderr if stream is None else stream
    terminal = is_terminal(stream) if terminal is None else terminal
    return LiveDisplay(
        stream,
        quiet=quiet,
        verbose=verbose,
        color=wants_color(stream, terminal=terminal) if color is None else color,
        terminal=terminal,
        summary=summary,
    )


def is_terminal(stream: TextIO) -> bool:
    """Whether a person sees this stream, on something that understands cursor movements."""
    try:
        return stream.isatty() and os.environ.get("TERM") != "dumb"
    except (AttributeError, ValueError, OSError):
        return False


def wants_color(stream: TextIO, *, terminal: bool | None = None) -> bool:
    """Colour for terminals, unless `NO_COLOR` is set to anything."""
    seen = is_terminal(stream) if terminal is None else terminal
    return seen and not os.environ.get("NO_COLOR")


def stream_width(stream: TextIO) -> int:
    """The columns of the terminal behind the stream; 80 when there is none."""
    return _size(stream)[0]


def _size(stream: TextIO) -> tuple[int, int]:
    try:
        size = os.get_terminal_size(stream.fileno())
    except (AttributeError, ValueError, OSError):
        return _WIDTH, _HEIGHT
    return size.columns or _WIDTH, size.lines or _HEIGHT


def _can_write(stream: TextIO, text: str) -> bool:
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeError, LookupError):
        return False
    return True


def _label(targets: tuple[str, ...]) -> str:
    first = clean(targets[0]) if targets else ""
    return f"{first} (+{len(targets) - 1})" if len(targets) > 1 else first
