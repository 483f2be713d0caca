"""`nano-sre diff`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nano_sre.cli.common import Exit, Stop, paths_of, print_json

if TYPE_CHECKING:
    from nano_sre.spec.plan import FieldChange
    from nano_sre.store.registry import RevisionRow


def add_to(app: typer.Typer, verb: str) -> None:
    app.command(verb)(diff)


def app(verb: str) -> typer.Typer:
    made = typer.Typer(rich_markup_mode=None, add_completion=False)
    add_to(made, verb)
    return made


def diff(
    check: Annotated[str, typer.Argument(help="The id of a check or store.")],
    revisions: Annotated[
        list[str] | None,
        typer.Argument(
            help="r3 r5: from one to the other. r3: from it to what is registered. None: to the folder."
        ),
    ] = None,
    folder: Annotated[
        list[Path] | None, typer.Option("--folder", help="Where the files are; checks/ by default.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit with 5 when something differs.")
    ] = False,
) -> None:
    """Show field by field what differs between two revisions, or between what is registered and the folder.

    Example: nano-sre diff buy-a-snowboard r3 r5
    """
    from nano_sre.cli.revision import revision_named, revisions_of
    from nano_sre.config.settings import get_settings
    from nano_sre.service import open_store

    words = revisions or []
    if len(words) > 2:
        raise Stop(Exit.USAGE, "two revisions are compared, not more", hint=f"nano-sre diff {check} r3 r5")
    settings = get_settings()
    with open_store(settings, create=False, migrate=False) as store:
        rows = revisions_of(store, check)
        current = next(
            (c for c in store.registry(archived=True).checks if c.check_id == rows[0].check_id), None
        )
    latest = next((r for r in rows if current and r.number == current.revision_number), rows[0])
    old = revision_named(rows, words[0]) if words else latest
    if words:
        new = revision_named(rows, words[1]) if words[1:] else latest
        fields, names = _between(old, new), (_named(old), _named(new))
        stated: tuple[Any, Any] = (old.number, new.number)
    else:
        fields, file = _against_folder(old, paths_of(folder or []), settings, as_json=as_json)
        names, stated = (_named(old), file), (old.number, None)
    if as_json:
        from nano_sre.spec.plan_file import field_document

        document = {
            "id": check,
            "from": stated[0],
            "to": stated[1],
            "fields": [field_document(f) for f in fields],
        }
        print_json("diff", document)
    else:
        _show(check, fields, names)
    if detailed_exitcode and fields:
        raise SystemExit(Exit.CHANGES)


def _show(check: str, fields: Sequence[FieldChange], names: tuple[str, str]) -> None:
    from nano_sre.cli.changes import field_lines

    print(f"{check}: {names[0]} → {names[1]}")
    for line in field_lines(fields):
        print(line)
    if not fields:
        print("    no difference")


def _named(row: RevisionRow) -> str:
    from nano_sre.cli.changes import when

    return f"r{row.number} ({when(row.created_at)}, {row.author})"


def _between(old: RevisionRow, new: RevisionRow) -> tuple[FieldChange, ...]:
    from nano_sre.spec.plan import FieldChange, value_changes

    if old.number == new.number:
        return ()
    found = value_changes(old.canonical, new.canonical, new.place)
    if old.code_hash and new.code_hash and old.code_hash != new.code_hash:
        found += (FieldChange(path="code of skill", old=old.code_hash[:10], new=new.code_hash[:10]),)
    return found


def _against_folder(
    old: RevisionRow, where: Sequence[Path], settings: Any, *, as_json: bool
) -> tuple[tuple[FieldChange, ...], str]:
    """What differs in the folder, and where it stands there. Stops with 9 when it is not there any more."""
    from nano_sre.cli.plan import read
    from nano_sre.core.check import space_of
    from nano_sre.spec.plan import field_changes

    linkage = read(where, settings, as_json=as_json).linkage
    space = space_of(old.canonical["kind"])
    for linked in (*linkage.stores, *linkage.described, *linkage.checks, *linkage.arrangements):
        if space == space_of(linked.check.kind_name) and old.check_id in (
            linked.id,
            getattr(linked.check, "moved_from", None),
        ):
            return field_changes(old.canonical, linked.canonical, linked), str(linked.span)
    raise Stop(
        Exit.NOTHING,
        f"“{old.check_id}” is registered (r{old.number}), but no file of {', '.join(map(str, where))} holds it",
        hint="nano-sre plan shows what apply would do",
    )
