"""Files that lie beside a check."""

from __future__ import annotations

from pathlib import Path

from nano_sre.core.diagnostics import Span
from nano_sre.core.ports import cannot_work


def beside(span: Span | None, file: str) -> str:
    """The whole path of `file`, seen from the YAML file of a step. Raises `Abort` (inconclusive) when it is gone."""
    folder = Path(span.file).resolve().parent if span else Path.cwd()
    path = folder / file
    if not path.is_file():
        raise cannot_work(
            f"The file {file} does not lie beside the check any more: {path} is not there. "
            "Put it back, where this machine runs the checks, too."
        )
    return str(path)
