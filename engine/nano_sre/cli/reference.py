"""docs/cli.md, written from the verbs themselves."""

from __future__ import annotations

from typing import Any

from nano_sre.cli.common import Exit
from nano_sre.cli.main import VERBS, command
from nano_sre.spec.reference import GENERATED

EXIT_WORDS = {
    Exit.FINE: "Everything is fine.",
    Exit.FAILED: "A check failed.",
    Exit.USAGE: "The command line makes no sense.",
    Exit.INVALID: "The files are invalid; nothing was changed and nothing ran.",
    Exit.WARNED: "A check warned or was flaky, and `--fail-on` asked to be told.",
    Exit.CHANGES: "Something would change (`--detailed-exitcode`, `schema --check`).",
    Exit.STALE: "Another apply is running, or the plan is stale.",
    Exit.MONITOR: "The monitor itself could not do its work: a browser, the network, the database.",
    Exit.CONFIRM: "A person must confirm; the message holds the exact command.",
    Exit.NOTHING: "Nothing matched: an empty or missing folder, a selection without checks, or only paused ones. "
    "(`--changed` with nothing changed is 0: it says so.)",
    Exit.INTERRUPTED: "Interrupted.",
}


def cli_page() -> str:
    """Every verb with its options, and the exit codes."""
    lines = ["# The command line", "", GENERATED, ""]
    for verb in VERBS:
        lines += _verb(verb)
    lines += [
        "## Exit codes",
        "",
        "When several apply: 1, then 7, then 4.",
        "",
        "| code | meaning |",
        "|---|---|",
    ]
    lines += [f"| {int(code)} | {words} |" for code, words in EXIT_WORDS.items()]
    lines += [
        "",
        "## Environment",
        "",
        "| variable | meaning |",
        "|---|---|",
        "| `NANO_SRE_DATABASE_URL` | `sqlite:///file` or `postgresql://…`; by default a file in the data folder |",
        "| `NANO_SRE_DATA_DIR` | The data folder: database, screenshots, traces. Copying it is the backup. |",
        "| `NANO_SRE_BROWSER` | Path of the browser to use. |",
        "| `NANO_SRE_KEEP_DAYS` | How many days runs and their files are kept (90); a line for each day stays. |",
        "| `NANO_SRE_CACHE_DIR` | Where `validate` keeps what it remembers (not read from `.env`). |",
        "| `NANO_SRE_NO_SYSTEM_PACKAGES` | `1` forbids installing a browser with the system's package manager. |",
        "| `NO_COLOR` | No colour. |",
    ]
    return "\n".join(lines).rstrip() + "\n"


def _verb(verb: str) -> list[str]:
    import typer

    made: Any = typer.main.get_command(command(verb))
    lines = _about(made, f"## `nano-sre {verb}`")
    for name, each in getattr(made, "commands", {}).items():
        lines += _about(each, f"### `nano-sre {verb} {name}`")
    return lines


def _about(made: Any, heading: str) -> list[str]:
    words = [p.strip() for p in (made.help or "").split("\n\n")]
    about = [" ".join(p.split()) for p in words if not p.startswith("Example:")]
    examples = [p.removeprefix("Example:").strip() for p in words if p.startswith("Example:")]
    lines = [heading, "", "\n\n".join(about), ""]
    if examples:
        lines += ["```sh", *examples, "```", ""]
    rows = [row for row in map(_row, made.params) if row]
    if rows:
        lines += ["| option | meaning |", "|---|---|", *rows, ""]
    return lines


def _row(param: Any) -> str | None:
    if param.name in ("help", "install_completion", "show_completion"):
        return None
    if param.param_type_name == "argument":
        name = f"`{param.name.upper()}`"
    else:
        name = ", ".join(f"`{o}`" for o in (*param.opts, *param.secondary_opts))
    return f"| {name} | {getattr(param, 'help', '') or ''} |"
