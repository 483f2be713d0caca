"""`nano-sre rollback`."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nano_sre.cli.common import Exit, Stop, print_json, say, stop_if_invalid
from nano_sre.cli.plan import AllowMass, AsJson, Detailed

if TYPE_CHECKING:
    from nano_sre.applying import Return
    from nano_sre.spec.plan import Plan
    from nano_sre.store.registry import RegistrySnapshot, RevisionRow


def add_to(app: typer.Typer, verb: str) -> None:
    app.command(verb)(rollback)


def app(verb: str) -> typer.Typer:
    made = typer.Typer(rich_markup_mode=None, add_completion=False)
    add_to(made, verb)
    return made


@dataclass(slots=True, kw_only=True)
class Wish:
    """What was asked for, and what became of it: the document of `--json` at the end."""

    check: str | None
    revision: str | None
    to: int | None
    yes: bool
    allow_mass: bool
    as_json: bool
    told: dict[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        return f"--to {self.to}" if self.check is None else f"{self.check} {self.revision}"


def rollback(
    check: Annotated[str | None, typer.Argument(help="The id of a check or store.")] = None,
    revision: Annotated[str | None, typer.Argument(help="The revision to go back to, such as r3.")] = None,
    to: Annotated[
        int | None,
        typer.Option("--to", min=1, help="Everything, as it was when the registry was at this serial."),
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Put the old text back into its file, too.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen and write nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Confirm what a prompt would ask.")] = False,
    allow_mass_prune: AllowMass = False,
    as_json: AsJson = False,
    detailed_exitcode: Detailed = False,
) -> None:
    """Register an old revision again, as a new one. The folder keeps its newer text unless --write is said.

    Example: nano-sre rollback buy-a-snowboard r3
    """
    if (to is None) == (check is None) or (check is not None and revision is None):
        raise Stop(
            Exit.USAGE,
            "say which revision of which check, or which serial",
            hint="nano-sre rollback buy-a-snowboard r3, or nano-sre rollback --to 12",
        )
    wish = Wish(check=check, revision=revision, to=to, yes=yes, allow_mass=allow_mass_prune, as_json=as_json)
    try:
        way = _look(wish) if dry_run else _go(wish)
    except Stop as stop:
        if as_json:
            problem = {"code": stop.code, "message": stop.message, "hint": stop.hint}
            print_json("rollback", {"applied": False, **wish.told, "problem": problem})
        raise
    for each in way.other_code:
        say(f"! {each}")
    files = [] if dry_run else _files(way, write=write, as_json=as_json)
    if as_json:
        print_json("rollback", {**wish.told, "files": files})
    if detailed_exitcode and way.plan.effective:
        raise SystemExit(Exit.CHANGES)


def _look(wish: Wish) -> Return:
    from nano_sre.config.settings import get_settings
    from nano_sre.service import open_store

    with open_store(get_settings(), create=False, migrate=False) as store:
        way = _way(wish, store, store.registry(archived=True))
    _tell(wish, way.plan)
    wish.told |= {"applied": False, "dry_run": True}
    return way


def _go(wish: Wish) -> Return:
    from nano_sre.applying import commit_plan, holder
    from nano_sre.config.settings import get_settings
    from nano_sre.service import open_store
    from nano_sre.store.errors import LockHeld

    settings = get_settings()
    try:
        with open_store(settings, create=False) as store, store.apply_lock(holder(settings)):
            way = _way(wish, store, store.registry(archived=True))
            _tell(wish, way.plan)
            _confirm(wish, way.plan)
            why = f"rolled back to {f'serial {wish.to}' if wish.to else 'r' + (wish.revision or '').lstrip('r')}"
            outcome = commit_plan(store, way.plan, settings=settings, paths=[Path()], prune=True, reason=why)
    except LockHeld as held:
        raise Stop(Exit.STALE, str(held), hint=held.hint) from held
    wish.told |= {
        "applied": bool(way.plan.effective),
        "serial": outcome.serial,
        "revisions": dict(outcome.revisions),
    }
    say(_result_line(way.plan, outcome))
    return way


def _result_line(made: Plan, outcome: Any) -> str:
    if not made.effective:
        return "It is that already; nothing was written."
    new = ", ".join(f"{name} is at r{number}" for name, number in list(outcome.revisions.items())[:5])
    more = ", …" if len(outcome.revisions) > 5 else ""
    return f"Rolled back: {new or 'archived what came later'}{more}; the registry is at {outcome.serial}."


def _way(wish: Wish, store: Any, snapshot: RegistrySnapshot) -> Return:
    """The plan that leads back. Stops with 3 when the past does not fit what is registered beside it."""
    from nano_sre.applying import way_back

    rows = _rows(wish, store, snapshot)
    way = way_back(snapshot, rows, whole=wish.to is not None)
    stop_if_invalid(way.diagnostics, way.sources, as_json=wish.as_json)
    return way


def _rows(wish: Wish, store: Any, snapshot: RegistrySnapshot) -> list[RevisionRow]:
    from nano_sre.cli.revision import revision_named, revisions_of

    if wish.to is None:
        assert wish.check is not None
        assert wish.revision is not None
        return [revision_named(revisions_of(store, wish.check), wish.revision)]
    if wish.to > snapshot.serial:
        raise Stop(Exit.NOTHING, f"the registry was never at {wish.to}; it is at {snapshot.serial}")
    rows: list[RevisionRow] = store.registry_at(wish.to)
    return rows


def _tell(wish: Wish, made: Plan) -> None:
    from nano_sre.cli.changes import show_plan
    from nano_sre.spec.plan_file import plan_document

    wish.told |= plan_document(made)
    if not wish.as_json:
        show_plan(made)


def _confirm(wish: Wish, made: Plan) -> None:
    """Stops with 8 where a person should say so and cannot, or says no."""
    archive = ", ".join(c.check_id for c in made.of("archive"))
    command = f"nano-sre rollback {wish.words} --yes"
    if made.is_mass_prune and not wish.allow_mass:
        raise Stop(
            Exit.CONFIRM,
            f"this would archive over 30 % of the checks, or the last one: {archive}; nothing was changed",
            hint=f"if that is meant: {command} --allow-mass-prune",
        )
    if wish.yes or not made.effective:
        return
    if sys.stdin.isatty() and not wish.as_json:
        if not typer.confirm(f"Archive {archive} and roll back?" if archive else "Roll back?", err=True):
            raise Stop(Exit.CONFIRM, "nothing was changed")
    elif archive:
        raise Stop(
            Exit.CONFIRM, f"this archives {archive}; nothing was changed", hint=f"to confirm: {command}"
        )


# The files


def _files(way: Return, *, write: bool, as_json: bool) -> list[dict[str, Any]]:
    """What the folder says now, against what is registered again: told, or put back."""
    rows = [row for row in way.rows if write or row.id_then in way.news]
    told = [_file(row, write=write) for row in rows]
    if as_json:
        return told
    for each in told:
        _tell_file(each, news=each["id"] in way.news)
    if any(each["state"] == "newer" for each in told):
        say("--write puts the old text back into its file.")
    return told


def _tell_file(told: dict[str, Any], *, news: bool) -> None:
    name, file = told["id"], told["file"]
    if told["state"] == "same" and told["borrows"] and news:
        borrows = ", ".join(told["borrows"])
        say(f"! {file} says the same as then, but steps of it stand in {borrows}.")
        say("  Put those back as well: “nano-sre plan” shows whether the next apply would undo this.")
    elif told["state"] == "same":
        if news:
            say(f"{file} says the same as then.")
    elif told["state"] == "written":
        say(f"{file} has the text of then again: look at it, and commit it.")
    elif told["state"] == "elsewhere":
        say(f"! {file} does not hold “{name}” here, so nothing was written; as it was then:")
        print(told["text"])
    else:
        say(f"! {file} still has the newer text, and the next apply would undo this. As it was then:")
        print(told["text"])


def _file(row: RevisionRow, *, write: bool) -> dict[str, Any]:
    from nano_sre.spec.rewrite import document_text, put_back

    name, file = row.id_then, Path(row.source_file)
    then = document_text(row.source_text, name) or row.source_text
    borrows = sorted({str(place[0]) for place in row.positions.values()} - {row.source_file})
    told: dict[str, Any] = {"id": name, "file": str(file), "text": then, "borrows": borrows}
    try:
        now = file.read_bytes().decode("utf-8-sig")  # its line ends are kept
    except (OSError, ValueError):
        return {**told, "state": "elsewhere"}
    mine = next((n for n in (name, row.check_id) if document_text(now, n) is not None), None)
    if mine is None:
        return {**told, "state": "elsewhere"}
    if (document_text(now, mine) or "").strip().splitlines() == then.strip().splitlines():
        return {**told, "state": "same"}
    if not write:
        return {**told, "state": "newer"}
    _write(file, put_back(now, row.source_text, name, held_as=mine) or now)
    return {**told, "state": "written"}


def _write(file: Path, text: str) -> None:
    try:
        file.write_bytes(text.encode())
    except OSError as error:
        raise Stop(Exit.MONITOR, f"rolled back, but cannot write {file}: {error.strerror}") from error
