"""SARIF 2.1.0: what code hosts show beside the lines of a pull request. Standard library only."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from nano_sre.core.codes import CODES
from nano_sre.core.diagnostics import Diagnostic, Severity, Span, sort_key
from nano_sre.core.visible import clean, shorten

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
LONGEST = 5_000  # characters of a message; readers refuse files of many megabytes


def render_sarif(diagnostics: Iterable[Diagnostic], *, version: str, root: Path) -> str:
    """Every diagnostic as a result of one run of the tool. File names are told relative to `root`."""
    return document([result_of(each, root) for each in sorted(diagnostics, key=sort_key)], version=version)


def document(
    results: Sequence[dict[str, Any]], *, version: str, more: Mapping[str, Any] | None = None
) -> str:
    """The whole file around its results; `more` are further keys of the run."""
    rules = sorted({str(each["ruleId"]) for each in results})
    run: dict[str, Any] = {
        "tool": {
            "driver": {"name": "nano-sre", "version": version, "rules": [_rule(code) for code in rules]}
        },
        "columnKind": "unicodeCodePoints",
        "results": [{**each, "ruleIndex": rules.index(each["ruleId"])} for each in results],
        **(more or {}),
    }
    made = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    return text.encode("utf-8", "replace").decode()  # half of a surrogate pair is no text


def repository_root(start: Path) -> Path:
    """The nearest folder above with a `.git`, which is where code hosts count file names from; else `start`."""
    here = start.resolve()
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)


def relative_name(file: str, root: Path) -> str:
    """A file's name as seen from `root`, with forward slashes; a file outside keeps the way to it."""
    name = os.path.relpath(os.path.abspath(file), root)  # noqa: PTH100 - symbolic links are names, too
    return Path(name).as_posix()


def _rule(code: str) -> dict[str, Any]:
    known = CODES.get(code)
    if known is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": known.title},
        "fullDescription": {"text": known.text},
        "help": {"text": known.text},
    }


def result_of(diagnostic: Diagnostic, root: Path) -> dict[str, Any]:
    """One diagnostic as a SARIF result, without the index of its rule."""
    sentences = [diagnostic.message, *((diagnostic.hint,) if diagnostic.hint else ())]
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "level": LEVELS[diagnostic.severity],
        "message": {"text": "\n".join(plain_text(each) for each in sentences)},
    }
    if diagnostic.span and diagnostic.span.file:
        result["locations"] = [_location(diagnostic.span, root)]
    if diagnostic.related:
        result["relatedLocations"] = [
            {"id": number, **_location(each.span, root), "message": {"text": plain_text(each.message)}}
            for number, each in enumerate(diagnostic.related)
        ]
    return result


def _location(span: Span, root: Path) -> dict[str, Any]:
    start = (max(span.line, 1), max(span.column, 1))  # what another program made up may lie before the file
    region = {"startLine": start[0], "startColumn": start[1]}
    if span.end_line is not None and span.end_column is not None and (span.end_line, span.end_column) > start:
        region |= {"endLine": span.end_line, "endColumn": max(span.end_column, 1)}
    name = relative_name(span.file.replace("\0", ""), root)
    uri = quote(name.encode("utf-8", "replace"), safe="/:@")
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}


def plain_text(text: str) -> str:
    """Text as SARIF may hold it: no control characters, no end of it in sight."""
    return clean(shorten(text, LONGEST), newlines=True)
