"""Diagnostics as people and machines read them: caret frames, JSON, GitHub annotations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from nano_sre.core.codes import CODES
from nano_sre.core.diagnostics import Diagnostic, Related, Severity, Span, sort_key
from nano_sre.core.excerpt import ExcerptLine, excerpt
from nano_sre.core.visible import clean

Paint = Callable[[str, str], str]

_STYLES = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "bold": "1",
    "gutter": "1;34",
    "help": "1;32",
}
_COUNTED: dict[Severity, tuple[str, str]] = {
    "error": ("error", "errors"),
    "warning": ("warning", "warnings"),
    "info": ("note", "notes"),
}
_GITHUB: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}


def render_text(
    diagnostics: Iterable[Diagnostic],
    *,
    sources: Mapping[str, str],
    color: bool = False,
    width: int = 100,
) -> str:
    """Every diagnostic as a caret frame, in the order of the files, and a line that counts them.

    `sources` maps `span.file` to the text of that file; without it only the position is shown. `width` is how
    many columns of a source line are shown.
    """
    paint = _paint if color else _plain
    found = sorted(diagnostics, key=sort_key)
    if not found:
        return ""
    blocks = ["\n".join(_block(one, sources, width, paint)) for one in found]
    return "\n\n".join([*blocks, count_line(found)])


def count_line(diagnostics: Iterable[Diagnostic]) -> str:
    """“2 errors, 1 warning in 3 files”."""
    found = list(diagnostics)
    parts = []
    for severity, (one, many) in _COUNTED.items():
        count = sum(1 for d in found if d.severity == severity)
        if count:
            parts.append(f"{count} {one if count == 1 else many}")
    files = len({d.span.file for d in found if d.span})
    where = f" in {files} file{'' if files == 1 else 's'}" if files else ""
    return (", ".join(parts) or "no errors") + where


def render_json(diagnostics: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """Every diagnostic as a mapping of plain values, in the order of the files."""
    return [
        {
            "code": d.code,
            "severity": d.severity,
            "message": d.message,
            "hint": d.hint,
            "suggestion": d.suggestion,
            **span_document(d.span),
            "related": [{"message": r.message, **span_document(r.span)} for r in d.related],
        }
        for d in sorted(diagnostics, key=sort_key)
    ]


def span_document(span: Span | None) -> dict[str, Any]:
    """The five keys that say where; all null when nobody knows."""
    return {
        "file": span.file if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end_line": span.end_line if span else None,
        "end_column": span.end_column if span else None,
    }


def render_github(
    diagnostics: Iterable[Diagnostic], *, name_of: Callable[[str], str] = lambda file: file
) -> str:
    """Workflow commands, one a line, that GitHub shows as annotations beside the diff.

    `name_of` turns a file's name into the one that GitHub knows it by, counted from the top of the repository.
    """
    return "\n".join(_github_line(d, name_of) for d in sorted(diagnostics, key=sort_key))


def _github_line(diagnostic: Diagnostic, name_of: Callable[[str], str]) -> str:
    code = CODES.get(diagnostic.code)
    title = f"{diagnostic.code}: {code.title}" if code else diagnostic.code
    span = diagnostic.span
    place = {"file": name_of(span.file), "line": str(span.line), "col": str(span.column)} if span else {}
    properties = ",".join(f"{key}={_property(value)}" for key, value in {**place, "title": title}.items())
    sentences = [diagnostic.message, *_advice(diagnostic)]
    message = "\n".join(clean(sentence, newlines=True) for sentence in sentences)
    return f"::{_GITHUB[diagnostic.severity]} {properties}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(clean(text)).replace(":", "%3A").replace(",", "%2C")


def _advice(diagnostic: Diagnostic) -> list[str]:
    return [text for text in (_did_you_mean(diagnostic), diagnostic.hint) if text]


def _did_you_mean(diagnostic: Diagnostic) -> str:
    """The suggestion as a question, unless the sentences already name it."""
    if not diagnostic.suggestion:
        return ""
    quoted = f"“{diagnostic.suggestion}”"
    said = f"{diagnostic.message} {diagnostic.hint or ''}"
    return "" if quoted in said else f"did you mean {clean(quoted)}?"


def _paint(style: str, text: str) -> str:
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if text else text


def _plain(_style: str, text: str) -> str:
    return text


def _block(diagnostic: Diagnostic, sources: Mapping[str, str], width: int, paint: Paint) -> list[str]:
    head = paint(diagnostic.severity, f"{diagnostic.severity}[{clean(diagnostic.code)}]")
    lines = [head + paint("bold", f": {clean(diagnostic.message)}")]
    frames = [(place, _excerpt(place.span, sources, width)) for place in diagnostic.related]
    own = _excerpt(diagnostic.span, sources, width)
    numbers = [line.number for frame in (own, *(f for _, f in frames)) for line in frame]
    gutter = len(str(max(numbers, default=1)))
    question = _did_you_mean(diagnostic)
    if diagnostic.span:
        lines.append(_arrow(diagnostic.span, "-->", gutter, paint))
        lines += _frame(own, gutter, paint, mark=("^", diagnostic.severity), label=question)
    for place, frame in frames:
        lines += _second_place(place, frame, gutter, paint)
    if question and not own:
        lines += _aside("help", question, gutter, paint)
    if diagnostic.hint:
        lines += _aside("help", diagnostic.hint, gutter, paint)
    return lines


def _excerpt(span: Span | None, sources: Mapping[str, str], width: int) -> tuple[ExcerptLine, ...]:
    source = sources.get(span.file) if span else None
    return excerpt(source, span, width=width) if span and source is not None else ()


def _arrow(span: Span, arrow: str, gutter: int, paint: Paint) -> str:
    return f"{' ' * gutter}{paint('gutter', arrow)} {clean(str(span))}"


def _frame(
    frame: tuple[ExcerptLine, ...], gutter: int, paint: Paint, *, mark: tuple[str, str], label: str
) -> list[str]:
    if not frame:
        return []
    empty = f"{' ' * gutter} {paint('gutter', '|')}"
    lines = [empty]
    for line in frame:
        number = paint("gutter", f"{line.number:>{gutter}} |")
        lines.append(f"{number} {line.text}".rstrip())
        if line.is_place:
            sign, style = mark
            indent = line.caret[: -len(line.caret.lstrip())]
            carets = line.caret.lstrip().replace("^", sign)
            lines.append(f"{empty} {indent}{paint(style, f'{carets} {label}'.rstrip())}")
    return lines


def _second_place(place: Related, frame: tuple[ExcerptLine, ...], gutter: int, paint: Paint) -> list[str]:
    if not frame:
        return _aside("note", f"{clean(place.message)}: {place.span}", gutter, paint)
    shown = _frame(frame, gutter, paint, mark=("-", "gutter"), label=clean(place.message))
    return [_arrow(place.span, ":::", gutter, paint), *shown]


def _aside(word: str, text: str, gutter: int, paint: Paint) -> list[str]:
    first, *rest = clean(text, newlines=True).strip().split("\n")
    lead = f"{' ' * gutter} {paint('gutter', '=')} {paint('help', word)}: "
    return [lead + first, *(f"{' ' * (gutter + 5 + len(word))}{line}".rstrip() for line in rest)]
