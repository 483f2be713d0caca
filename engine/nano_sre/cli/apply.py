"""`nano-sre apply`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nano_sre.cli.canary import Wish, canary_run, record_canary, run_changed
from nano_sre.cli.common import Exit, Stop, paths_of, print_json, say
from nano_sre.cli.plan import AllowMass, AsJson, Detailed, Env, Folder, Paths, Prune, look, planned, read

if TYPE_CHECKING:
    from nano_sre.core.result import RunReport
    from nano_sre.spec.plan import Change, Plan
    from nano_sre.spec.plan_file import PlanFile
    from nano_sre.store.registry import RegistrySnapshot


def add_to(app: typer.Typer, verb: str) -> None:
    app.command(verb)(apply)


def app(verb: str) -> typer.Typer:
    made = typer.Typer(rich_markup_mode=None, add_completion=False)
    add_to(made, verb)
    return made


def apply(
    paths: Paths = None,
    env: Env = None,
    plan_file: Annotated[
        Path | None,
        typer.Option("--plan", help="Carry out exactly this plan of “plan --out”, or stop with 6."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and write nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Confirm what a prompt would ask.")] = False,
    prune: Prune = False,
    allow_mass_prune: AllowMass = False,
    canary: Annotated[
        bool,
        typer.Option(
            "--canary",
            help="Run what changed once before; what cannot be judged keeps its last good revision.",
        ),
    ] = False,
    run_now: Annotated[bool, typer.Option("--run", help="Run what changed at once.")] = False,
    as_json: AsJson = False,
    detailed_exitcode: Detailed = False,
) -> None:
    """Register the checks of a folder: all of them, or, when a file is invalid, none.

    Example: nano-sre apply checks/ --yes
    """
    if canary and run_now:
        raise Stop(Exit.USAGE, "--canary runs what changed already", hint="leave --run out")
    from nano_sre.config.settings import get_settings

    settings = get_settings()
    wish = Wish(
        where=[],
        prune=prune,
        yes=yes,
        allow_mass=allow_mass_prune,
        canary=canary,
        as_json=as_json,
        saved=_saved(plan_file, paths, prune=prune or allow_mass_prune, env=env),
    )
    wish.env = wish.saved.environment if wish.saved else env
    wish.where = [Path(p) for p in wish.saved.paths] if wish.saved else paths_of(paths or [])
    try:
        made, report = _look_only(wish, settings) if dry_run else _carry_out(wish, settings, run_now=run_now)
    except Stop as stop:
        if as_json:
            problem = {"code": stop.code, "message": stop.message, "hint": stop.hint}
            print_json("apply", {"applied": False, **wish.told, "problem": problem})
        raise
    if as_json:
        print_json("apply", wish.told)
    code = _code(report, changed=bool(made.effective), detailed=detailed_exitcode)
    if code:
        raise SystemExit(code)


def _code(report: RunReport | None, *, changed: bool, detailed: bool) -> int:
    from nano_sre.service import exit_code

    ran = exit_code(report) if report else 0
    return ran or (Exit.CHANGES if detailed and changed else Exit.FINE)


def _saved(
    file: Path | None, paths: Sequence[Path] | None, *, prune: bool, env: str | None
) -> PlanFile | None:
    if file is None:
        return None
    if paths:
        raise Stop(Exit.USAGE, "the plan says which folder it is for", hint=f"nano-sre apply --plan {file}")
    if env:
        raise Stop(
            Exit.USAGE, "the plan says which environment it is for", hint=f"nano-sre apply --plan {file}"
        )
    if prune:
        raise Stop(
            Exit.USAGE,
            "what may be archived is confirmed when the plan is made",
            hint=f"nano-sre plan --prune --out {file}",
        )
    from nano_sre.spec.plan_file import PlanFileTrouble, read_plan_file

    try:
        return read_plan_file(file.read_text(encoding="utf-8"), name=str(file))
    except OSError as error:
        raise Stop(Exit.USAGE, f"cannot read {file}: {error.strerror}") from error
    except ValueError as error:
        raise Stop(Exit.INVALID, f"{file} is not a plan, or it is damaged") from error
    except PlanFileTrouble as trouble:
        raise Stop(Exit.INVALID, str(trouble), hint=trouble.hint) from trouble


def _look_only(wish: Wish, settings: Any) -> tuple[Plan, None]:
    folder = _read(wish, settings)
    snapshot, _ = look(settings)
    made = planned(folder, snapshot)
    if wish.saved:
        from nano_sre.service import open_store

        if snapshot.identity:
            with open_store(settings, create=False, migrate=False) as store:
                _still_true(wish, settings, made, folder, snapshot, applies=store.applies())
        else:
            _still_true(wish, settings, made, folder, snapshot, applies=())
    _tell(wish, made)
    wish.told |= {"applied": False, "dry_run": True}
    return made, None


def _carry_out(wish: Wish, settings: Any, *, run_now: bool) -> tuple[Plan, RunReport | None]:
    from nano_sre.applying import holder
    from nano_sre.service import open_store
    from nano_sre.store.errors import LockHeld, StalePlan

    folder = _read(wish, settings)
    try:
        with open_store(settings) as store:
            with store.apply_lock(holder(settings)) as before:
                if before:
                    say(f"{before.holder} began to apply and did not finish; its lock is ours now.")
                made, report = _apply(wish, settings, store, folder)
            if run_now:
                report = run_changed(wish, settings, store, folder, made)
            return made, report
    except LockHeld as held:
        raise Stop(Exit.STALE, str(held), hint=held.hint) from held
    except StalePlan as stale:
        raise Stop(
            Exit.STALE, str(stale), hint="somebody applied meanwhile: look at the plan again"
        ) from stale


def _read(wish: Wish, settings: Any) -> Folder:
    if wish.saved:
        gone = [path for path in wish.where if not path.exists()]
        if gone:
            raise Stop(
                Exit.STALE,
                f"the plan is stale: there is no {gone[0]} here",
                hint="apply it from the folder where it was made",
            )
    return read(wish.where, settings, as_json=wish.as_json, env=wish.env)


def _apply(wish: Wish, settings: Any, store: Any, folder: Folder) -> tuple[Plan, RunReport | None]:
    """Everything that happens under the lock."""
    from nano_sre.applying import commit_plan

    snapshot = store.registry(archived=True)
    made = planned(folder, snapshot)
    if wish.saved:
        _still_true(wish, settings, made, folder, snapshot, applies=store.applies())
    _tell(wish, made)
    pruned = _confirmed(wish, made)
    report, held = canary_run(wish, settings, store, folder, made) if wish.canary else (None, {})
    outcome = commit_plan(store, made, settings=settings, paths=wish.where, prune=pruned, hold=held)
    if report:
        record_canary(store, report, outcome=outcome, held=held)
    done = [c for c in made.effective if (pruned or c.action != "archive") and c.check_id not in held]
    left = [] if pruned else [c.check_id for c in made.of("archive")]
    wish.told |= {
        "applied": bool(done),
        "serial": outcome.serial,
        "previous_serial": made.serial,
        "revisions": dict(outcome.revisions),
        "held_back": [{"id": name, "reason": why} for name, why in held.items()],
        "left_registered": left,
    }
    say(_result_line(done, serial=outcome.serial, left=left))
    return made, report


def _tell(wish: Wish, made: Plan) -> None:
    from nano_sre.cli.changes import show_plan
    from nano_sre.spec.plan_file import plan_document

    wish.told |= plan_document(made)
    if not wish.as_json:
        show_plan(made)


def _result_line(done: Sequence[Change], *, serial: int, left: Sequence[str]) -> str:
    text = "Nothing changed; nothing was written."
    if done:
        text = f"Applied {len(done)} change{'s' * (len(done) != 1)}; the registry is at {serial}."
    return text + (
        f" {len(left)} check{'s' * (len(left) != 1)} without a file stay registered." if left else ""
    )


def _still_true(
    wish: Wish,
    settings: Any,
    made: Plan,
    folder: Folder,
    snapshot: RegistrySnapshot,
    *,
    applies: Sequence[Any],
) -> None:
    """Stops with 6 when the saved plan is not what would be done now."""
    from nano_sre.applying import plan_file, why_stale

    assert wish.saved is not None
    now = plan_file(
        made,
        settings=settings,
        paths=wish.where,
        project=folder.project,
        linkage=folder.linkage,
        environment=wish.env,
        database=snapshot.identity or None,
        prune=wish.saved.prune,
        allow_mass_prune=wish.saved.allow_mass_prune,
    )
    moved = why_stale(wish.saved, now, applies)
    if moved:
        wish.told["moved"] = moved
        again = f"nano-sre plan {' '.join(wish.saved.paths)} --out FILE{' --prune' * wish.saved.prune}"
        raise Stop(
            Exit.STALE,
            f"the plan is stale: {'; '.join(moved)}",
            hint=f"nothing was applied; plan again: {again}",
        )


# What is asked


def _confirmed(wish: Wish, made: Plan) -> bool:
    """Whether checks whose file went away are archived. Stops with 8 where a person should say so and cannot."""
    if wish.saved:
        return _confirmed_by_plan(wish.saved, made)
    archive = made.of("archive")
    if archive:
        return _archive_or_stop(wish, made, archive)
    if (
        made.effective
        and _terminal(wish)
        and not wish.yes
        and not typer.confirm("Apply these changes?", err=True)
    ):
        raise Stop(Exit.CONFIRM, "nothing was applied")
    return wish.prune


def _terminal(wish: Wish) -> bool:
    return sys.stdin.isatty() and not wish.as_json


def _confirmed_by_plan(saved: PlanFile, made: Plan) -> bool:
    archive = made.of("archive")
    if not archive or (saved.prune and (saved.allow_mass_prune or not made.is_mass_prune)):
        return saved.prune
    raise Stop(
        Exit.CONFIRM,
        f"the plan archives {_names(archive)}, and nobody confirmed that; nothing was applied",
        hint=f"to confirm: nano-sre plan {' '.join(saved.paths)} --prune --out FILE",
    )


def _archive_or_stop(wish: Wish, made: Plan, archive: Sequence[Change]) -> bool:
    command = f"nano-sre apply {' '.join(map(str, wish.where))} --prune --yes"
    names = _names(archive)
    if made.is_mass_prune and not wish.allow_mass:
        raise Stop(
            Exit.CONFIRM,
            f"this would archive {len(made.archived_checks)} checks, over 30 % of them or the last one: "
            + ", ".join(c.check_id for c in made.archived_checks),
            hint=f"if that is meant: {command} --allow-mass-prune",
        )
    if not wish.prune:
        if _terminal(wish) and not wish.yes:
            return typer.confirm(f"The file of {names} went away. Archive (history stays)?", err=True)
        raise Stop(
            Exit.CONFIRM, f"the file of {names} went away; nothing was applied", hint=f"to archive: {command}"
        )
    if not wish.yes and not (_terminal(wish) and typer.confirm(f"Archive {len(archive)}?", err=True)):
        raise Stop(Exit.CONFIRM, f"archiving {names} needs a yes", hint=command)
    return True


def _names(changes: Sequence[Change]) -> str:
    return ", ".join(c.check_id for c in changes)
