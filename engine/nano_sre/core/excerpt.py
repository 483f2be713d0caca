"""The lines of a file round a place, safe to show, with the place marked."""

from __future__ import annotations

import re

from nano_sre.core.diagnostics import Span
from nano_sre.core.values import frozen_row
from nano_sre.core.visible import columns, shown

# What YAML's positions count as the end of a line.
_LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_TAB = 4
_ELLIPSIS = "…"


@frozen_row
class ExcerptLine:
    """One line in three parts. `marked` is empty on lines of context, and at the end of a line."""

    number: int
    before: str
    marked: str = ""
    after: str = ""
    is_place: bool = False

    @property
    def text(self) -> str:
        return self.before + self.marked + self.after

    @property
    def caret(self) -> str:
        """Spaces, then carets under the marked part; at least one."""
        return " " * columns(self.before) + "^" * max(1, columns(self.marked))


def excerpt(
    source: str, span: Span, *, before: int = 1, after: int = 0, width: int = 100
) -> tuple[ExcerptLine, ...]:
    """The line of `span` with some lines round it, each at most about `width` columns.

    Empty when the file has no such line (it changed since). A span over several lines is marked on its first.
    """
    lines = _LINE_END.split(source.removeprefix("\ufeff"))
    if not 1 <= span.line <= len(lines):
        return ()
    first, last = max(1, span.line - before), min(len(lines), span.line + after)
    found = [
        _place(text, span, width) if number == span.line else _context(text, number, width)
        for number, text in enumerate(lines[first - 1 : last], first)
    ]
    while found and not found[0].is_place and not found[0].text.strip():
        del found[0]
    while found and not found[-1].is_place and not found[-1].text.strip():
        del found[-1]
    return tuple(found)


def _context(line: str, number: int, width: int) -> ExcerptLine:
    cells = _cells(line[: width + 1])
    _, high = _window(cells, 0, width)
    rest = _ELLIPSIS if high < len(cells) or len(line) > width + 1 else ""
    return ExcerptLine(number, "".join(cells[:high]) + rest)


def _place(line: str, span: Span, width: int) -> ExcerptLine:
    start = min(max(span.column - 1, 0), len(line))
    end = _mark_end(line, span, start)
    offset = max(0, start - width) if len(line) > 4 * width else 0
    text = line[offset : offset + 4 * width]
    start, end = start - offset, min(end - offset, len(text))
    cells = _cells(text)
    low, high = _window(cells, start, width)
    cut_left, cut_right = low + offset > 0, high + offset < len(line)
    return ExcerptLine(
        span.line,
        _ELLIPSIS * cut_left + "".join(cells[low:start]),
        "".join(cells[start : min(end, high)]),
        "".join(cells[min(end, high) : high]) + _ELLIPSIS * cut_right,
        is_place=True,
    )


def _mark_end(line: str, span: Span, start: int) -> int:
    if span.end_line is not None and span.end_line > span.line:
        return max(start, len(line.rstrip()))
    if span.end_column is None:
        return min(start + 1, len(line))
    return min(max(span.end_column - 1, start), len(line))


def _cells(text: str) -> list[str]:
    """What is shown for each character; a tab reaches to the next tab stop."""
    cells: list[str] = []
    column = 0
    for char in text:
        cell = " " * (_TAB - column % _TAB) if char == "\t" else shown(char)
        column += columns(cell)
        cells.append(cell)
    return cells


def _window(cells: list[str], start: int, width: int) -> tuple[int, int]:
    """The range of cells to show: all when they fit, else `width` columns, `start` at their first third."""
    # A cell never weighs nothing, or a thousand stacked accents would count as short.
    weights = [max(1, columns(cell)) for cell in cells]
    if sum(weights) <= width:
        return 0, len(cells)
    low, room = start, width // 3
    while low > 0 and weights[low - 1] <= room:
        low -= 1
        room -= weights[low]
    high, room = low, width
    while high < len(cells) and weights[high] <= room:
        room -= weights[high]
        high += 1
    while low > 0 and high == len(cells) and weights[low - 1] <= room:
        low -= 1
        room -= weights[low]
    return low, high
