"""What every verb shares: exit codes, ways to stop, and how mistakes are shown."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nano_sre.core.diagnostics import Diagnostic


class Exit(IntEnum):
    """Exit codes. When several apply: 1, then 7, then 4."""

    FINE = 0
    FAILED = 1
    USAGE = 2
    INVALID = 3
    WARNED = 4
    CHANGES = 5
    STALE = 6
    MONITOR = 7
    CONFIRM = 8
    NOTHING = 9
    INTERRUPTED = 130


class Stop(Exception):
    """Ends a verb with a sentence for people and an exit code."""

    def __init__(self, code: int, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = int(code), message, hint

    def tell(self) -> None:
        say(f"nano-sre: {self.message}")
        if self.hint:
            say(f"  {self.hint}")


def say(text: str) -> None:
    """A line for people, on stderr: stdout is for what was asked for."""
    print(text, file=sys.stderr)


def colorful(stream: Any = None) -> bool:
    stream = stream or sys.stderr
    return bool(stream.isatty()) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def print_json(kind: str, body: Mapping[str, Any]) -> None:
    """One versioned document on stdout."""
    import json

    print(
        json.dumps(
            {"format": f"nano-sre/{kind}", "version": 1, **body}, ensure_ascii=False, indent=2, default=str
        )
    )


def tell_diagnostics(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str]) -> None:
    """Every mistake with its caret frame, on stderr."""
    if diagnostics:
        from nano_sre.core.render import render_text

        say(render_text(list(diagnostics), sources=sources, color=colorful()))


def name_in_repository() -> Callable[[str], str]:
    """Turns a file's name, as seen from here, into the one that it has in its repository."""
    from nano_sre.core.sarif import relative_name, repository_root

    root = repository_root(Path())
    return lambda file: relative_name(file, root)


def stop_if_invalid(
    diagnostics: Sequence[Diagnostic], sources: Mapping[str, str], *, as_json: bool = False
) -> None:
    """Tell what is wrong and end with 3 (or 9 when there is simply nothing there)."""
    tell_diagnostics(diagnostics, sources)
    if any(each.severity == "error" for each in diagnostics):
        if as_json:
            from nano_sre.core.render import render_json

            print_json("diagnostics", {"valid": False, "diagnostics": render_json(list(diagnostics))})
        raise SystemExit(invalid_code(diagnostics))


def invalid_code(diagnostics: Sequence[Diagnostic]) -> int:
    codes = {d.code for d in diagnostics if d.severity == "error"}
    return Exit.NOTHING if codes == {"E404"} else Exit.INVALID


def crash_report(error: Exception, words: Sequence[str]) -> int:
    """Write down what happened for a bug report, and say where it is. `StoreError`s are said as they are."""
    if type(error).__name__ in ("StoreError", "DatabaseTooNew") or hasattr(error, "hint"):
        hint = getattr(error, "hint", None)
        say(f"nano-sre: {error}")
        if hint:
            say(f"  {hint}")
        return Exit.MONITOR
    import tempfile
    import traceback

    from nano_sre import __version__

    text = "".join(traceback.format_exception(error))
    with tempfile.NamedTemporaryFile(
        "w", prefix="nano-sre-crash-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.write(f"nano-sre {__version__}, Python {sys.version}\nverb: {words[0]}\n\n{text}")
    say(f"nano-sre: X901: this is a bug in Nano-SRE, not in your checks: {type(error).__name__}: {error}")
    say(f"  the crash report is {file.name}; please send it with what you typed")
    return Exit.MONITOR


ENVIRONMENT_HELP = "The environment of the stores, from their document; production by default."


def must_be_an_environment(project: Any, name: str | None) -> None:
    """Stops with 9 at a name of `--env` that no store document has."""
    from nano_sre.spec.environments import unknown_environment

    trouble = unknown_environment(project, name)
    if trouble:
        raise Stop(Exit.NOTHING, trouble[0], hint=trouble[1])


def paths_of(given: Sequence[Path]) -> list[Path]:
    """The given paths, or `checks/` when nothing is said. Stops when there is neither."""
    if given:
        return list(given)
    if Path("checks").is_dir():
        return [Path("checks")]
    raise Stop(Exit.USAGE, "say which folder holds the checks", hint="for example: nano-sre validate checks/")


def schema_file(name: str = "check") -> str:
    """Where `init` puts a schema for editors, seen from the project: `.nano-sre/schema.json` for the checks."""
    return f".nano-sre/{'' if name == 'check' else f'{name}.'}schema.json"
