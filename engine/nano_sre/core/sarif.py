"""SARIF 2.1.0: what code hosts show beside the lines of a pull request. Standard library only."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from nano_sre.core.codes import CODES
from nano_sre.core.diagnostics import Diagnostic, Severity, Span, sort_key
from nano_sre.core.visible import clean, shorten

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
LONGEST = 5_000  # characters of a message; readers refuse files of many megabytes


def render_sarif(
    diagnostics: Iterable[Diagnostic],
    *,
    version: str,
    root: Path,
    properties: Mapping[str, Any] | None = None,
) -> str:
    """One run of the tool with every diagnostic as a result. File names are told relative to `root`."""
    found = sorted(diagnostics, key=sort_key)
    rules = sorted({each.code for each in found})
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "nano-sre",
                "version": version,
                "rules": [_rule(code) for code in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, rules.index(each.code), root) for each in found],
    }
    if properties:
        run["properties"] = dict(properties)
    return (
        json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1)
        + "\n"
    )


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


def _result(diagnostic: Diagnostic, rule: int, root: Path) -> dict[str, Any]:
    sentences = [diagnostic.message, *((diagnostic.hint,) if diagnostic.hint else ())]
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": LEVELS[diagnostic.severity],
        "message": {"text": "\n".join(_text(each) for each in sentences)},
    }
    if diagnostic.span:
        result["locations"] = [_location(diagnostic.span, root)]
    if diagnostic.related:
        result["relatedLocations"] = [
            {"id": number, **_location(each.span, root), "message": {"text": _text(each.message)}}
            for number, each in enumerate(diagnostic.related)
        ]
    return result


def _location(span: Span, root: Path) -> dict[str, Any]:
    region = {"startLine": span.line, "startColumn": span.column}
    if span.end_line is not None and span.end_column is not None:
        region |= {"endLine": span.end_line, "endColumn": span.end_column}
    uri = quote(relative_name(span.file, root), safe="/:@")
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}


def _text(text: str) -> str:
    return clean(shorten(text, LONGEST), newlines=True).encode("utf-8", "replace").decode()
