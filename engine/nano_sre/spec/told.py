"""Diagnostics as plain data and back, for what is kept between two runs."""

from __future__ import annotations

from typing import Any

from nano_sre.core.diagnostics import Diagnostic, Related, Span


def to_data(told: Diagnostic) -> list[Any]:
    related = [[each.message, _place(each.span)] for each in told.related]
    place = _place(told.span) if told.span else None
    return [told.code, told.message, place, told.severity, told.hint, told.suggestion, related]


def from_data(data: list[Any]) -> Diagnostic:
    code, message, place, severity, hint, suggestion, related = data
    return Diagnostic(
        code=code,
        message=message,
        span=Span(*place) if place else None,
        severity=severity,
        hint=hint,
        suggestion=suggestion,
        related=tuple(Related(message=said, span=Span(*where)) for said, where in related),
    )


def _place(span: Span) -> list[Any]:
    return [span.file, span.line, span.column, span.end_line, span.end_column]
