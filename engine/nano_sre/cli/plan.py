"""`nano-sre plan`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nano_sre.cli.common import (
    ENVIRONMENT_HELP,
    Exit,
    Stop,
    must_be_an_environment,
    paths_of,
    print_json,
    say,
    stop_if_invalid,
)

if TYPE_CHECKING:
    from nano_sre.spec.link import Linkage
    from nano_sre.spec.plan import Plan
    from nano_sre.spec.project import Project
    from nano_sre.store.past import StateRow
    from nano_sre.store.registry import RegistrySnapshot

Paths = Annotated[list[Path] | None, typer.Argument(help="Folders or files; checks/ by default.")]
Env = Annotated[str | None, typer.Option("--env", help=ENVIRONMENT_HELP)]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Detailed = Annotated[
    bool, typer.Option("--detailed-exitcode", help="Exit with 5 when something would change, or did.")
]
Prune = Annotated[bool, typer.Option("--prune", help="Archive checks whose file went away.")]
AllowMass = Annotated[
    bool, typer.Option("--allow-mass-prune", help="Archive even over 30 % of the checks, or the last one.")
]


def add_to(app: typer.Typer, verb: str) -> None:
    app.command(verb)(plan)


def app(verb: str) -> typer.Typer:
    made = typer.Typer(rich_markup_mode=None, add_completion=False)
    add_to(made, verb)
    return made


def plan(
    paths: Paths = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Keep the plan in a file, for “nano-sre apply --plan FILE”.")
    ] = None,
    prune: Annotated[
        bool,
        typer.Option("--prune", help="With --out: confirm that checks whose file went away are archived."),
    ] = False,
    allow_mass_prune: AllowMass = False,
    refresh_only: Annotated[
        bool,
        typer.Option(
            "--refresh-only",
            help="Show only what was changed outside the files: edits in the database, and what is not theirs.",
        ),
    ] = False,
    env: Env = None,
    as_json: AsJson = False,
    detailed_exitcode: Detailed = False,
) -> None:
    """Show what apply would do, field by field, with the YAML position of each change. Writes nothing.

    With --out the plan is kept in a file: “apply --plan FILE” does exactly that, or stops with 6 when something moved.

    Example: nano-sre plan checks/ --out plan.json
    """
    from nano_sre.cli.changes import show_plan
    from nano_sre.config.settings import get_settings
    from nano_sre.spec.coverage import unwatched
    from nano_sre.spec.plan_file import plan_document

    if refresh_only and out:
        raise Stop(
            Exit.USAGE,
            "--refresh-only shows a part of a plan, which cannot be applied",
            hint="leave --out out",
        )
    settings = get_settings()
    where = paths_of(paths or [])
    folder = read(where, settings, as_json=as_json, env=env)
    snapshot, standing = look(settings)
    made = planned(folder, snapshot)
    if refresh_only:
        made = _drift_of(made)
    warnings = [] if refresh_only else unwatched(folder.linkage)
    if as_json:
        more = {"state": [_state_document(row) for row in standing]} if refresh_only else {}
        print_json("plan", {**plan_document(made), "warnings": warnings, **more})
    else:
        show_plan(made)
        if refresh_only:
            _show_standing(standing)
    for warning in warnings:
        say(f"! {warning}")
    if out:
        _keep(out, made, folder, settings, where, snapshot, prune=prune, allow_mass=allow_mass_prune)
    if detailed_exitcode and made.effective:
        raise SystemExit(Exit.CHANGES)


# What a plan is made from


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that was read and found sound."""

    project: Project
    linkage: Linkage
    environment: str | None = None


def read(where: Sequence[Path], settings: Any, *, as_json: bool, env: str | None = None) -> Folder:
    """Read everything below the paths. Stops with 3 (or 9) when it is not fit to be applied."""
    from nano_sre.service import read_folder

    project, linkage = read_folder(where, environ=settings.environ, environment=env)
    must_be_an_environment(project, env)
    stop_if_invalid(linkage.diagnostics, project.sources, as_json=as_json)
    return Folder(project, linkage, env)


def look(settings: Any) -> tuple[RegistrySnapshot, list[StateRow]]:
    """The registry and what stands beside it, without touching it: a database that is not there counts as empty."""
    from nano_sre.service import open_store
    from nano_sre.store.errors import DatabaseEmpty
    from nano_sre.store.registry import RegistrySnapshot

    url = settings.database_url
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return RegistrySnapshot(serial=0, checks=()), []
    try:
        with open_store(settings, create=False, migrate=False) as store:
            return store.registry(archived=True), store.runtime_state()
    except DatabaseEmpty:
        return RegistrySnapshot(serial=0, checks=()), []


def planned(folder: Folder, snapshot: RegistrySnapshot) -> Plan:
    """The plan of a folder."""
    from nano_sre.applying import plan_folder

    return plan_folder(folder.linkage, snapshot)


# A plan in a file


def _keep(
    out: Path,
    made: Plan,
    folder: Folder,
    settings: Any,
    where: Sequence[Path],
    snapshot: RegistrySnapshot,
    *,
    prune: bool,
    allow_mass: bool,
) -> None:
    from nano_sre.applying import plan_file
    from nano_sre.spec.plan_file import write_plan_file

    gone = [c.check_id for c in made.of("archive")]
    again = f"nano-sre plan {' '.join(map(str, where))} --out {out} --prune"
    if gone and prune and made.is_mass_prune and not allow_mass:
        raise Stop(
            Exit.CONFIRM,
            f"this plan would archive {len(made.archived_checks)} checks, over 30 % of them or the last one: "
            f"{', '.join(gone)}; it was not kept",
            hint=f"if that is meant: {again} --allow-mass-prune",
        )
    kept = plan_file(
        made,
        settings=settings,
        paths=where,
        project=folder.project,
        linkage=folder.linkage,
        environment=folder.environment,
        database=snapshot.identity or None,
        prune=prune,
        allow_mass_prune=allow_mass,
    )
    try:
        out.write_text(write_plan_file(kept), encoding="utf-8")
    except OSError as error:
        raise Stop(Exit.MONITOR, f"cannot write {out}: {error.strerror}") from error
    say(f"The plan is in {out}. To carry it out: nano-sre apply --plan {out}")
    if gone and not prune:
        say(f"! nobody confirmed that {', '.join(gone)} may be archived, so applying it will stop: {again}")


# What is not the files'


def _drift_of(made: Plan) -> Plan:
    from dataclasses import replace

    return replace(made, changes=tuple(c for c in made.changes if c.drifted))


def _show_standing(standing: Sequence[StateRow]) -> None:
    from nano_sre.cli.changes import when
    from nano_sre.core.visible import clean

    if not standing:
        print("Nothing else was changed outside the files.")
        return
    print("Not the files' to say, and left alone by every apply:")
    for row in standing:
        place = f" of {row.target}" if row.target else ""
        print(f"    {row.what} {row.check_id}{place}: {clean(row.about)}  (since {when(row.since)})")


def _state_document(row: StateRow) -> dict[str, Any]:
    return {
        "what": row.what,
        "check": row.check_id,
        "target": row.target,
        "about": row.about,
        "since": row.since.isoformat(),
    }
