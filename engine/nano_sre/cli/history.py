"""`nano-sre history`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nano_sre.cli.common import Exit, Stop, colorful, print_json

if TYPE_CHECKING:
    from nano_sre.store.registry import RevisionRow

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
    days: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=36_500,
            help="How far back, in days; below the runs, a line for each day whose runs were pruned.",
        ),
    ] = None,
    revisions: Annotated[
        bool,
        typer.Option(
            "--revisions", help="What was applied, when, by whom: of a check, or of everything by serial."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Show how checks have fared: the latest result of each, or the runs of one.

    Example: nano-sre history buy-a-snowboard --limit 50
    """
    from nano_sre.cli.past_days import day_document, print_days, tell_older
    from nano_sre.config.settings import get_settings
    from nano_sre.core.result import utc_now
    from nano_sre.service import open_store

    with open_store(get_settings()) as store:
        if check is not None:
            _known(store, check)
        if revisions:
            return _revisions(store, check, as_json=as_json)
        rows = store.history(check, limit=limit) if check else store.latest()
        since = None if days is None else utc_now() - timedelta(days=days)
        rolled = store.days(check, since=f"{since:%Y-%m-%d}") if since else []
        older = store.days(check) if check and since is None and len(rows) < limit else []
    shown = [row for row in rows if since is None or row.timestamp >= since]
    if as_json:
        document = {"check": check, "runs": [_document(row) for row in shown]}
        return print_json(
            "history", document | ({"days": [day_document(day) for day in rolled]} if since else {})
        )
    if not shown and not rolled and not older:
        print(f"No runs in {days} days." if since else "No runs yet. “nano-sre run” runs what is applied.")
    for row in shown:
        print(_line(row, color=colorful()))
    print_days(rolled)
    tell_older(check, older)
    return None


def _known(store: Any, check: str) -> None:
    if store.history(check, limit=1) or store.days(check, limit=1):
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
        return _applies(store, as_json=as_json)
    from nano_sre.cli.revision import revision_document, revisions_of

    rows = revisions_of(store, check)
    registered = {c.check_id: c for c in store.registry(archived=True).checks}.get(check)
    current = registered.revision_number if registered and registered.state != "archived" else None
    if as_json:
        documents = [{**revision_document(r), "current": r.number == current} for r in rows]
        return print_json("revisions", {"check": check, "revisions": documents})
    for row, before in zip(rows, [*rows[1:], None], strict=True):
        print(_revision_line(row, current=row.number == current))
        print(f"    {_what_changed(row, before)}")
    if current is None:
        print("It is archived: nothing of it runs.")
    return None


def _revision_line(row: RevisionRow, *, current: bool) -> str:
    from nano_sre.cli.changes import when
    from nano_sre.cli.revision import commit_words

    parts = [f"r{row.number}", when(row.created_at), row.author, commit_words(row), row.source_file]
    parts += [f"Nano-SRE {row.tool_version}", row.content_hash[:10]]
    return "  ".join(parts) + ("  ← registered" if current else "")


def _what_changed(row: RevisionRow, before: RevisionRow | None) -> str:
    """What a revision brought, in a line: why it was made, and the fields that differ from the one before."""
    from nano_sre.spec.plan import value_changes

    note = f"{row.note}; " if row.note else ""
    if before is None:
        return f"{note}the first"
    paths = [each.path for each in value_changes(before.canonical, row.canonical, row.place)]
    if not paths:
        code = row.code_hash != before.code_hash
        return f"{note}{'its Python changed' if code else 'the same content as the one before'}"
    more = f" and {len(paths) - 4} more" if len(paths) > 4 else ""
    return f"{note}changed: {', '.join(paths[:4])}{more}"


def _applies(store: Any, *, as_json: bool) -> None:
    """Every apply, newest first: what `rollback --to` goes by."""
    from nano_sre.cli.changes import when

    rows = list(reversed(store.applies()))
    if as_json:
        documents = [
            {
                "serial": row.serial,
                "at": row.at.isoformat(),
                "who": row.who,
                "git_commit": row.git_commit,
                "git_dirty": row.git_dirty,
                "reason": row.reason,
                "changes": [dict(each) for each in row.changes],
            }
            for row in rows
        ]
        return print_json("applies", {"applies": documents})
    for row in rows:
        what = ", ".join(f"{c['action']} {c['id']}" for c in row.changes[:5])
        more = f" and {len(row.changes) - 5} more" if len(row.changes) > 5 else ""
        why = f"{row.reason}: " if row.reason else ""
        print(f"{row.serial:>4}  {when(row.at)}  {row.who}  {why}{what}{more}")
    if not rows:
        print("Nothing was applied yet.")
    return None
