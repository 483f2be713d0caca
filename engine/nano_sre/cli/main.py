"""The door: finds the verb, loads its file and nothing else, and turns trouble into exit codes."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

VERBS: dict[str, tuple[str, str]] = {
    "init": ("init", "Begin a folder of checks: starter files, and what editors need."),
    "validate": ("check", "Read the files and tell every mistake; needs no network and no database."),
    "test": ("run", "Validate, then run the checks of a folder now; nothing is registered."),
    "plan": ("plan", "Show what apply would change, field by field."),
    "apply": ("apply", "Register the checks of a folder."),
    "run": ("run", "Run what is applied, now, and record the results."),
    "agent": ("agent", "Run what is applied for ever: on time, with incidents, alerts and a status page."),
    "history": ("history", "Show how checks have fared."),
    "incidents": ("incidents", "Show what is broken, and say who looks after it."),
    "alerts": ("alerts", "Try the ways in which people are told."),
    "pixels": ("pixels", "See and read what tracking pixels send, and try vendor files."),
    "baseline": ("baseline", "Show what is usual, accept what became slower, or learn anew."),
    "diff": ("diff", "Show what differs between two revisions, or between the registry and the folder."),
    "rollback": ("rollback", "Register an old revision again."),
    "explain": ("explain", "Say in plain English what a check does, or what an error code means."),
    "fmt": ("fmt", "Put check files in one form; comments stay."),
    "heal": ("heal", "Show, and with --write make, the changes of files that the last run proposed."),
    "schema": ("schema", "Write the JSON Schema of the language, for editors."),
    "demo": ("demo", "Try everything on a small shop of our own, and break it on purpose."),
    "doctor": ("doctor", "Look whether this machine has what Nano-SRE needs."),
}
GC_THRESHOLD = (50_000, 50, 100)
"""A folder of checks makes a million small objects that stay: Python's own 700 has them walked over and over."""
GROUPS = (
    ("Write checks", ("init", "validate", "test", "explain", "fmt", "heal", "schema")),
    ("Run them", ("plan", "apply", "run", "agent", "history", "diff", "rollback")),
    ("Look after them", ("incidents", "alerts", "baseline")),
    ("Look around", ("pixels", "demo", "doctor")),
)


def front_page() -> str:
    """`nano-sre --help`, made without loading anything: it is the command people run most."""
    lines = [
        "Nano-SRE: checks for Shopify stores, in plain YAML, in a real browser.",
        "",
        "Usage: nano-sre VERB …",
        "",
    ]
    for title, verbs in GROUPS:
        lines += [f"{title}:", *(f"  {verb:<10} {VERBS[verb][1]}" for verb in verbs), ""]
    lines += [
        "Examples:",
        "  nano-sre demo                        see it work, on a shop that needs no account",
        "  nano-sre test checks/                run the checks of a folder once",
        "  nano-sre apply checks/ --run         register them, and run what changed",
        "  nano-sre agent checks/               run them for ever: on time, with alerts and a status page",
        "",
        "“nano-sre VERB --help” tells more of each. “nano-sre --version” says which this is.",
    ]
    return "\n".join(lines)


def next_step() -> str:
    """What to do next in this folder, for somebody who typed `nano-sre` and nothing else."""
    if any(Path("checks").glob("**/*.y*ml")):
        return (
            "This folder has checks.\n\n"
            "  nano-sre validate checks/    reads them\n"
            "  nano-sre test checks/        runs them once\n"
            "  nano-sre apply checks/       registers them\n"
            "  nano-sre agent checks/       runs them for ever, and tells people\n\n"
            "“nano-sre --help” lists every verb."
        )
    return (
        "There are no checks in this folder yet.\n\n"
        "  nano-sre demo                shows what checks do, on a shop of our own\n"
        "  nano-sre init                writes a folder of them to begin with\n"
        "  nano-sre explain journey     shows what one looks like\n\n"
        "“nano-sre --help” lists every verb."
    )


def command(verb: str) -> Any:
    """The typer application with this one verb in it."""
    module = import_module(f"nano_sre.cli.{VERBS[verb][0]}")
    return module.app(verb)


def _complete() -> None:
    """Shell completion: the only case in which every verb is loaded."""
    import typer

    app = typer.Typer(rich_markup_mode=None)
    for verb in VERBS:
        command_module = import_module(f"nano_sre.cli.{VERBS[verb][0]}")
        command_module.add_to(app, verb)
    app(prog_name="nano-sre")


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    words = list(sys.argv[1:] if argv is None else argv)
    gc.set_threshold(*GC_THRESHOLD)
    if any(name.startswith("_NANO_SRE_COMPLETE") for name in os.environ) or words[:1] in (
        ["--install-completion"],
        ["--show-completion"],
    ):
        _complete()
        return
    try:
        code = _dispatch(words)
        sys.stdout.flush()
        gc.freeze()  # all of it ends here: the interpreter's last collections would walk through it for nothing
    except BrokenPipeError:
        # Whoever read us has gone; closing stdout quietly is all that is left to do.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 141
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        code = 130
    sys.exit(code)


def _dispatch(words: list[str]) -> int:
    if not words:
        print(next_step())
        return 0
    if words[0] in ("--help", "-h", "help") and len(words) == 1:
        print(front_page())
        return 0
    if words[0] == "--version":
        from nano_sre import __version__

        print(f"nano-sre {__version__}")
        return 0
    if words[0] == "help":
        words = [words[1], "--help"]
    if words[0] not in VERBS:
        return _unknown(words[0])
    return _run_verb(words)


def _unknown(word: str) -> int:
    from nano_sre.spec.suggest import did_you_mean

    _, hint = did_you_mean(word, VERBS)
    print(f"nano-sre: there is no verb “{word}”; {hint or 'see nano-sre --help'}", file=sys.stderr)
    return 2


def _call(words: list[str]) -> int:
    if words[0] == "validate":  # what editors and hooks run on every save: typer is for the rest of its calls
        from nano_sre.cli.validate import plain_call, validate

        asked = plain_call(words[1:])
        if asked is not None:
            validate(**asked)
            return 0
    if "--changed" in words:
        from nano_sre.cli.changed import spelled_out

        words = spelled_out(words)
    return int(command(words[0])(args=words[1:], prog_name=f"nano-sre {words[0]}", standalone_mode=True) or 0)


def _look_behind(stop: BaseException) -> None:
    """Typer ends with 1 when its reader left or somebody pressed Ctrl-C; 1 is for checks that failed."""
    cause: BaseException | None = stop.__context__
    while cause is not None:
        if isinstance(cause, BrokenPipeError):
            raise cause
        if isinstance(cause, KeyboardInterrupt) or type(cause).__name__ == "Abort":
            raise KeyboardInterrupt
        cause = cause.__context__


def _run_verb(words: list[str]) -> int:
    from nano_sre.cli.common import Stop, crash_report

    try:
        return _call(words)
    except SystemExit as stop:
        _look_behind(stop)
        return stop.code if isinstance(stop.code, int) else 2 if stop.code else 0
    except Stop as stop:
        stop.tell()
        return stop.code
    except (KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as error:  # noqa: BLE001 - the last net: a bug of ours ends with a report, not a traceback
        return crash_report(error, words)


if __name__ == "__main__":
    main()
