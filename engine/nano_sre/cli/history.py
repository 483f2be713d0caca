"""`nano-sre history`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from nano_sre.cli.common import Exit, Stop, colorful, print_json

MARKS = {"PASS": "✓", "WARN": "!", "FAIL": "✗", "INCONCLUSIVE": "?"}
COLORS = {"PASS": 32, "WARN": 33, "FAIL": 31, "INCONCLUSIVE": 35}


def add_to(app: typer.Typer, verb: str) -> None:
    app.command(verb)(history)


def app(verb: str) -> typer.Typer:
    made = typer.Typer(rich_markup_mode=None, add_completion=False)
    add_to(made, verb)
    return made


def history(
    check: Annotated[
        str | None, typer.Argument(help="A check's id; without one, the latest result of each.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many runs.")] = 20,
    revisions: Annotated[bool, typer.Option("--revisions", help="What was applied, and when.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Show how checks have fared: the latest result of each, or the runs of one.

    Example: nano-sre history buy-a-snowboard --limit 50
    """
    from nano_sre.config.settings import get_settings
    from nano_sre.service import open_store

    with open_store(get_settings()) as store:
        if check is not None:
            _known(store, check)
        if revisions:
            return _revisions(store, check, as_json=as_json)
        rows = store.history(check, limit=limit) if check else store.latest()
    if as_json:
        return print_json("history", {"check": check, "runs": [_document(row) for row in rows]})
    if not rows:
        print("No runs yet. “nano-sre run” runs what is applied.")
    for row in rows:
        print(_line(row, color=colorful()))
    return None


def _known(store: Any, check: str) -> None:
    if store.history(check, limit=1):
        return
    known = [c.check_id for c in store.registry(archived=True).checks]
    if check in known:
        return
    from nano_sre.spec.suggest import did_you_mean

    raise Stop(Exit.NOTHING, f"no check “{check}” is applied or has run", hint=did_you_mean(check, known)[1])


def _verdict(row: Any) -> str:
    return "INCONCLUSIVE" if row.inconclusive else str(row.status)


def _line(row: Any, *, color: bool) -> str:
    from nano_sre.core.visible import clean

    verdict = _verdict(row)
    mark = f"{MARKS[verdict]} {verdict:<12}"
    mark = f"\033[{COLORS[verdict]}m{mark}\033[0m" if color else mark
    when = row.timestamp.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    summary = clean(str(row.summary or ""))
    duration = getattr(row, "duration_ms", None)
    took = f" {duration / 1000:.1f} s" if duration else ""
    return f"{when}  {mark} {row.target}{took}  {summary}".rstrip()


def _document(row: Any) -> dict[str, Any]:
    names = (
        "target",
        "check_id",
        "run_id",
        "status",
        "inconclusive",
        "flaky",
        "summary",
        "duration_ms",
        "revision",
        "details",
    )
    found = {name: getattr(row, name) for name in names if hasattr(row, name)}
    return {"timestamp": row.timestamp.isoformat(), **found}


def _revisions(store: Any, check: str | None, *, as_json: bool) -> None:
    if check is None:
        raise Stop(
            Exit.USAGE, "say which check's revisions", hint="nano-sre history buy-a-snowboard --revisions"
        )
    rows = store.revisions(check)
    if as_json:
        return print_json(
            "revisions",
            {
                "check": check,
                "revisions": [
                    {
                        "number": r.number,
                        "created_at": r.created_at.isoformat(),
                        "author": r.author,
                        "git_commit": r.git_commit,
                        "git_dirty": r.git_dirty,
                        "tool_version": r.tool_version,
                        "source_file": r.source_file,
                        "canonical": r.canonical,
                    }
                    for r in rows
                ],
            },
        )
    for r in rows:
        commit = (
            f"{r.git_commit[:10]}{' + changes' if r.git_dirty else ''}" if r.git_commit else "outside git"
        )
        print(
            f"r{r.number}  {r.created_at.astimezone():%Y-%m-%d %H:%M:%S}  {r.author}  {commit}  {r.source_file}"
        )
    return None
