"""Anything told to the author of a check, with the place it is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from nano_sre.core.values import frozen

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file. Lines and columns count from 1, as editors show them; `end_column` is exclusive."""

    file: str
    line: int
    column: int
    end_line: int | None = None
    end_column: int | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@frozen
class Related:
    """A second place that explains the first ("first defined here")."""

    message: str
    span: Span


@frozen
class Diagnostic:
    """One mistake or finding: a code (see `codes`), a plain sentence, where, and the remedy."""

    code: str
    message: str
    span: Span | None = None
    severity: Severity = "error"
    hint: str | None = None
    suggestion: str | None = None  # the right word, when we know it: what an editor would put there
    related: tuple[Related, ...] = field(default=())


def sort_key(diagnostic: Diagnostic) -> tuple[str, int, int, str]:
    """Files in order, then top to bottom; what has no place comes first."""
    span = diagnostic.span
    return (span.file, span.line, span.column, diagnostic.code) if span else ("", 0, 0, diagnostic.code)


def has_errors(diagnostics: list[Diagnostic]) -> bool:
    return any(d.severity == "error" for d in diagnostics)
