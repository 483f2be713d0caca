"""`nano-sre plan` and `nano-sre apply`."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nano_sre.cli.common import (
    ENVIRONMENT_HELP,
    Exit,
    Stop,
    colorful,
    must_be_an_environment,
    paths_of,
    print_json,
    say,
    stop_if_invalid,
)

if TYPE_CHECKING:
    from nano_sre.spec.plan import Action, Change, FieldChange, Plan

SIGNS = {
    "create": "+",
    "update": "~",
    "move": "→",
    "pause": "‖",
    "resume": "▸",
    "archive": "-",
    "unchanged": "=",
}
COLORS = {"create": 32, "update": 33, "move": 33, "pause": 33, "resume": 32, "archive": 31, "unchanged": 2}


def add_to(app: typer.Typer, verb: str) -> None:
    verbs: dict[str, Callable[..., None]] = {"plan": plan, "apply": apply}
    app.command(verb)(verbs[verb])


def app(verb: str) -> typer.Typer:
    made = typer.Typer(rich_markup_mode=None, add_completion=False)
    add_to(made, verb)
    return made


Paths = Annotated[list[Path] | None, typer.Argument(help="Folders or files; checks/ by default.")]
Env = Annotated[str | None, typer.Option("--env", help=ENVIRONMENT_HELP)]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


def plan(
    paths: Paths = None,
    as_json: AsJson = False,
    env: Env = None,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit with 5 when something would change.")
    ] = False,
) -> None:
    """Show what apply would do, field by field, with the YAML position of each change. Writes nothing.

    Example: nano-sre plan checks/ --detailed-exitcode
    """
    made, _ = _planned(paths, as_json=as_json, env=env)
    _show(made, as_json=as_json)
    if detailed_exitcode and made.effective:
        raise SystemExit(Exit.CHANGES)


def apply(
    paths: Paths = None,
    as_json: AsJson = False,
    env: Env = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and write nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Confirm what a prompt would ask.")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Archive checks whose file went away.")] = False,
    allow_mass_prune: Annotated[
        bool,
        typer.Option("--allow-mass-prune", help="Archive even over 30 % of the checks, or the last one."),
    ] = False,
    run_now: Annotated[bool, typer.Option("--run", help="Run what changed at once.")] = False,
) -> None:
    """Register the checks of a folder: all of them, or, when a file is invalid, none.

    Example: nano-sre apply checks/ --yes
    """
    if dry_run:
        made, _ = _planned(paths, as_json=as_json, env=env)
        _show(made, as_json=as_json)
        return
    from nano_sre.config.settings import get_settings
    from nano_sre.service import commit_plan, open_store, plan_folder, who
    from nano_sre.store.errors import LockHeld, StalePlan

    settings = get_settings()
    where = paths_of(paths or [])
    linkage, sources = _linked(where, settings, as_json=as_json, env=env)
    try:
        with open_store(settings) as store:
            with store.apply_lock(who(settings)):
                made = plan_folder(linkage, store.registry(archived=True))
                _show(made, as_json=as_json)
                pruned = _confirm(
                    made, prune=prune, yes=yes, allow_mass=allow_mass_prune, where=where, as_json=as_json
                )
                outcome = commit_plan(store, made, settings=settings, paths=where, prune=pruned)
            if not as_json:
                say(_result_line(made, pruned=pruned, serial=outcome.serial))
            if run_now:
                _run_changed(store, settings, made, sources, as_json=as_json)
    except LockHeld as held:
        raise Stop(Exit.STALE, str(held), hint=getattr(held, "hint", None)) from held
    except StalePlan as stale:
        raise Stop(
            Exit.STALE, str(stale), hint="somebody applied meanwhile: look at the plan again"
        ) from stale


def _linked(
    where: Sequence[Path], settings: Any, *, as_json: bool, env: str | None
) -> tuple[Any, dict[str, str]]:
    from nano_sre.service import read_folder

    project, linkage = read_folder(where, environ=settings.environ, environment=env)
    must_be_an_environment(project, env)
    stop_if_invalid(linkage.diagnostics, project.sources, as_json=as_json)
    return linkage, project.sources


def _planned(paths: list[Path] | None, *, as_json: bool, env: str | None) -> tuple[Plan, Any]:
    """The plan without touching anything: a database that is not there yet counts as empty."""
    from nano_sre.config.settings import get_settings
    from nano_sre.service import open_store, plan_folder
    from nano_sre.store.registry import RegistrySnapshot

    settings = get_settings()
    linkage, sources = _linked(paths_of(paths or []), settings, as_json=as_json, env=env)
    url = settings.database_url
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return plan_folder(linkage, RegistrySnapshot(serial=0, checks=())), sources
    with open_store(settings, create=False, migrate=False) as store:
        return plan_folder(linkage, store.registry(archived=True)), sources


# What is shown


def _show(made: Plan, *, as_json: bool) -> None:
    if as_json:
        print_json("plan", _document(made))
        return
    for line in _lines(made, color=colorful(sys.stdout)):
        print(line)


def _lines(made: Plan, *, color: bool) -> Iterator[str]:
    for change in made.changes:
        if change.action == "unchanged":
            continue
        head = f"{SIGNS[change.action]} {change.action} {change.kind} {change.check_id}"
        if change.previous_id:
            head += f" (was {change.previous_id})"
        if change.name:
            head += f"  “{change.name}”"
        if change.by_upgrade:
            head += "  [only defaults of this version of Nano-SRE]"
        yield (f"\033[{COLORS[change.action]}m{head}\033[0m" if color else head) + (
            f"  {change.span}" if change.span else ""
        )
        for each in change.fields:
            yield f"    {_field_line(each)}"
    yield _count_line(made)


def _field_line(each: FieldChange) -> str:
    place = f"   {each.span}" if each.span else ""
    what = _spoken(each)
    if each.old is None:
        return f"+ {what}: {_value(each.new)}{place}"
    if each.new is None:
        return f"- {what}: {_value(each.old)}"
    return f"{what}: {_value(each.old)} → {_value(each.new)}{place}"


def _spoken(each: FieldChange) -> str:
    """The path of a change as people say it: `steps[1].press.timeout` is “step 2 (press) timeout”."""
    step = re.fullmatch(r"(steps|always)\[(\d+)\](?:\.(\w+))?(?:\.(.+))?", each.path)
    if step is None:
        return each.path
    body = each.new if each.new is not None else each.old
    verb = step[3] or (next(iter(body), None) if isinstance(body, dict) else None)
    words = [f"{'clean-up step' if step[1] == 'always' else 'step'} {int(step[2]) + 1}"]
    words += [f"({verb})"] if verb else []
    rest = re.sub(r"\.?any_name$", "", step[4] or "")  # a plain text, which people write without a key
    words += [rest] if rest else []
    return " ".join(words)


def _value(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 90 else text[:89] + "…"


COUNTED: tuple[tuple[Action, str], ...] = (
    ("create", "to create"),
    ("update", "to update"),
    ("move", "to move"),
    ("pause", "to pause"),
    ("resume", "to resume"),
    ("archive", "to archive"),
    ("unchanged", "unchanged"),
)


def _count_line(made: Plan) -> str:
    said = [f"{n} {words}" for action, words in COUNTED if (n := len(made.of(action)))]
    changes = len(made.effective)
    return f"{changes} change{'s' * (changes != 1)}" + (f": {', '.join(said)}" if said else "")


def _result_line(made: Plan, *, pruned: bool, serial: int) -> str:
    applied = [c for c in made.effective if pruned or c.action != "archive"]
    left = len(made.of("archive")) if not pruned else 0
    if not applied:
        text = "Nothing changed; nothing was written."
    else:
        text = f"Applied {len(applied)} change{'s' * (len(applied) != 1)}; the registry is at {serial}."
    return text + (f" {left} check{'s' * (left != 1)} without a file stay registered." if left else "")


def _document(made: Plan) -> dict[str, Any]:
    return {
        "serial": made.serial,
        "changes": [_change_document(c) for c in made.changes],
        "counts": {a: len(made.of(a)) for a, _ in COUNTED},
    }


def _change_document(change: Change) -> dict[str, Any]:
    return {
        "action": change.action,
        "id": change.check_id,
        "kind": change.kind,
        "name": change.name,
        "previous_id": change.previous_id,
        "by_upgrade": change.by_upgrade,
        "position": str(change.span) if change.span else None,
        "fields": [
            {"path": f.path, "old": f.old, "new": f.new, "position": str(f.span) if f.span else None}
            for f in change.fields
        ],
    }


# What is asked


def _confirm(
    made: Plan, *, prune: bool, yes: bool, allow_mass: bool, where: Sequence[Path], as_json: bool
) -> bool:
    """Whether checks whose file went away are archived. Stops with 8 where a person should say so and cannot."""
    archive = made.of("archive")
    terminal = sys.stdin.isatty() and not as_json
    if archive:
        command = f"nano-sre apply {' '.join(map(str, where))} --prune --yes"
        if made.is_mass_prune and not allow_mass:
            raise Stop(
                Exit.CONFIRM,
                f"this would archive {len(made.archived_checks)} checks, over 30 % of them or the last one: "
                + ", ".join(c.check_id for c in made.archived_checks),
                hint=f"if that is meant: {command} --allow-mass-prune",
            )
        if not prune:
            prune = _ask_or_stop(archive, command, yes=yes, terminal=terminal)
        elif not yes and not (terminal and typer.confirm(f"Archive {len(archive)}?", err=True)):
            raise Stop(
                Exit.CONFIRM, f"archiving {', '.join(c.check_id for c in archive)} needs a yes", hint=command
            )
    elif made.effective and terminal and not yes and not typer.confirm("Apply these changes?", err=True):
        raise Stop(Exit.CONFIRM, "nothing was applied")
    return prune


def _ask_or_stop(archive: Sequence[Change], command: str, *, yes: bool, terminal: bool) -> bool:
    names = ", ".join(c.check_id for c in archive)
    if terminal and not yes:
        return typer.confirm(f"The file of {names} went away. Archive (history stays)?", err=True)
    raise Stop(
        Exit.CONFIRM, f"the file of {names} went away; nothing was applied", hint=f"to archive: {command}"
    )


def _run_changed(store: Any, settings: Any, made: Plan, sources: dict[str, str], *, as_json: bool) -> None:
    from nano_sre.cli.run import finish_run, listening
    from nano_sre.cli.selection import must_be_set
    from nano_sre.service import RunRequest, Selection, registered_project, run, select

    changed = tuple(c.check_id for c in made.of("create", "update", "move", "resume") if c.kind != "store")
    if not changed:
        say("Nothing to run: no check changed.")
        return
    project, linkage, revisions = registered_project(store.registry())
    chosen = select(linkage, Selection(ids=changed), revisions=revisions)
    must_be_set(chosen, settings.environ)
    with listening(as_json=as_json) as listener:  # stdout has the plan's document already
        report = run(
            RunRequest(
                programs=chosen,
                settings=settings,
                store=store,
                sources=project.sources | sources,
                listener=listener,
            )
        )
    finish_run(report, listener, read=store.files.read, as_json=False, reporters=[], fail_on=[])
