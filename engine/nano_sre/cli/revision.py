"""Finding what people name: a check's id, its revisions, a serial of the registry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nano_sre.cli.common import Exit, Stop

if TYPE_CHECKING:
    from nano_sre.store.registry import RevisionRow


def revisions_of(store: Any, name: str) -> list[RevisionRow]:
    """All revisions of what is called so, newest first. Stops with 9 when there is nothing of that id."""
    from nano_sre.core.check import DESCRIBING

    for kind in ("check", "store", *DESCRIBING, "alerters", "triggers"):
        found: list[RevisionRow] = store.revisions(name, kind=kind)
        if found:
            return found
    from nano_sre.spec.suggest import did_you_mean

    known = [c.check_id for c in store.registry(archived=True).checks]
    hint = did_you_mean(name, known)[1] or (
        "nano-sre apply checks/ registers a folder" if not known else None
    )
    raise Stop(Exit.NOTHING, f"nothing called “{name}” was ever applied", hint=hint)


def revision_named(rows: list[RevisionRow], word: str) -> RevisionRow:
    """`r3` or `3`. Stops with 2 when it is no revision, with 9 when there is none of that number."""
    number = re.fullmatch(r"r?(\d+)", word)
    if number is None:
        raise Stop(Exit.USAGE, f"“{word}” is not a revision", hint="revisions are called r1, r2, …")
    for row in rows:
        if row.number == int(number[1]):
            return row
    first, last = rows[-1].number, rows[0].number
    known = f"r{first}" if first == last else f"r{first} to r{last}"
    raise Stop(
        Exit.NOTHING,
        f"{rows[0].check_id} has no revision r{int(number[1])}; it has {known}",
        hint=f"nano-sre history {rows[0].check_id} --revisions",
    )


def commit_words(row: RevisionRow) -> str:
    """`0123456789 + changes`, or that there was no git."""
    if not row.git_commit:
        return "outside git"
    return f"{row.git_commit[:10]}{' + changes' if row.git_dirty else ''}"


def revision_document(row: RevisionRow) -> Mapping[str, Any]:
    """A revision for `--json`. Passwords in plain text are dots."""
    from nano_sre.spec.plan_file import hidden

    password = row.canonical.get("password")
    source = row.source_text
    if isinstance(password, str) and password and "${" not in password:
        source = source.replace(password, "•" * len(password))
    return {
        "number": row.number,
        "serial": row.serial,
        "created_at": row.created_at.isoformat(),
        "author": row.author,
        "git_commit": row.git_commit,
        "git_dirty": row.git_dirty,
        "tool_version": row.tool_version,
        "schema_version": row.schema_version,
        "note": row.note,
        "hash": row.content_hash,
        "code_hash": row.code_hash,
        "source_file": row.source_file,
        "source_text": source,
        "canonical": hidden(row.canonical),
    }
