"""What watchers saw, arranged for the eye: a table of measures, a line for each watcher, and sightings by step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nano_sre.core.result import Attempt, Measure, WatchReport
from nano_sre.core.visible import shorten

_STATES = {
    "ok": ("✓", "fine", "passed"),
    "warn": ("!", "a warning", "warned"),
    "fail": ("✗", "too much", "failed"),
    "absent": ("", "not measured", "skipped"),
}
_CSS = {"PASS": "passed", "WARN": "warned", "FAIL": "failed"}
_GLYPHS = {"PASS": "✓", "WARN": "!", "FAIL": "✗"}
_LONGEST_LINE = 500
_MOST_LINES = 20


def watched(attempt: Attempt) -> dict[str, Any] | None:
    """The measures page by page and what each watcher says; None when nobody watched."""
    if not attempt.watched:
        return None
    return {"table": _table(list(_measures(attempt))), "lines": [_line(each) for each in attempt.watched]}


def seen_by_step(attempt: Attempt) -> dict[int, list[dict[str, Any]]]:
    """Errors and failed requests under the index of the step during which they came."""
    found: dict[int, list[dict[str, Any]]] = {}
    for report in attempt.watched:
        for each in report.sightings:
            said = {"text": shorten(each.text, _LONGEST_LINE), "counted": each.counted}
            found.setdefault(each.step or 0, []).append(said)
    return {step: _not_too_many(lines) for step, lines in found.items()}


def _not_too_many(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    more = len(lines) - _MOST_LINES
    return [*lines[:_MOST_LINES], {"text": f"… and {more} more", "counted": False}] if more > 0 else lines


def _measures(attempt: Attempt) -> Iterator[Measure]:
    for report in attempt.watched:
        yield from (each for each in report.measures if each.page)


def _table(measures: list[Measure]) -> dict[str, Any] | None:
    if not measures:
        return None
    limits = {each.name: each.limit for each in measures}
    pages: dict[str, dict[str, Measure]] = {}
    for each in measures:
        pages.setdefault(each.page, {})[each.name] = each
    rows = [{"page": page, "cells": [_cell(row.get(name)) for name in limits]} for page, row in pages.items()]
    return {"columns": list(limits.items()), "rows": rows}


def _cell(measure: Measure | None) -> dict[str, str]:
    if measure is None:
        return {"value": "", "glyph": "", "state": "", "css": "skipped"}
    glyph, state, css = _STATES[measure.state]
    return {"value": measure.value, "glyph": glyph, "state": state, "css": css}


def _line(report: WatchReport) -> dict[str, Any]:
    blind = report.inconclusive is not None
    return {
        "name": report.watcher.replace("_", " "),
        "glyph": "?" if blind else _GLYPHS[report.status],
        "css": "INCONCLUSIVE" if blind else _CSS[report.status],
        "summary": shorten(report.summary, _LONGEST_LINE),
        "more": [f"{each.name}: {each.value}" for each in report.measures if not each.page],
    }
