"""What `apply` runs: the canary before what changed counts, or what changed right after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nano_sre.cli.common import say
from nano_sre.cli.plan import Folder

if TYPE_CHECKING:
    from nano_sre.core.result import RunReport
    from nano_sre.spec.plan import Plan
    from nano_sre.spec.plan_file import PlanFile


@dataclass(slots=True, kw_only=True)
class Wish:
    """What was asked for, and what became of it: the document of `--json` at the end."""

    where: list[Path]
    env: str | None = None
    prune: bool = False
    yes: bool = False
    allow_mass: bool = False
    canary: bool = False
    as_json: bool = False
    saved: PlanFile | None = None
    told: dict[str, Any] = field(default_factory=dict)


def canary_run(
    wish: Wish, settings: Any, store: Any, folder: Folder, made: Plan
) -> tuple[RunReport | None, dict[str, str]]:
    """Run what would do something else once, before it counts; the report, and what is held back and why."""
    from nano_sre.applying import held_back
    from nano_sre.service import Selection, select
    from nano_sre.spec.plan import affected

    names = affected(made, folder.linkage)
    chosen = select(folder.linkage, Selection(ids=names)) if names else []
    if not chosen:
        return None, {}
    say(f"Canary: {len(chosen)} target{'s' * (len(chosen) != 1)} of what changed run once before it counts.")
    report = _run(wish, settings, store, chosen, folder.project.sources, record=False)
    held = held_back(made, folder.linkage, report)
    registered = {c.check_id: c.registered for c in made.effective}
    for name, why in held.items():
        old = registered[name]
        stays = f"revision r{old.revision_number} stays active" if old else "it is not registered yet"
        say(f"? {name} could not be judged, {stays}: {why}")
    for name in sorted({r.check_id for r in report.results if r.status == "FAIL" and not r.inconclusive}):
        applied = (
            "" if name in held else "; it is applied all the same: only what cannot be judged is held back"
        )
        say(f"✗ {name} fails{applied}")
    return report, held


def record_canary(store: Any, report: RunReport, *, outcome: Any, held: Mapping[str, str]) -> None:
    """Record what the canary found of everything that is registered now, each with its revision."""
    import asyncio

    from nano_sre.applying import with_revisions

    known = with_revisions(report, outcome=outcome, snapshot=store.registry(), held=held)
    if known.results:
        asyncio.run(store.record_run(known))


def run_changed(wish: Wish, settings: Any, store: Any, folder: Folder, made: Plan) -> RunReport | None:
    """Run what was just applied, recorded; None when no check of it runs."""
    from nano_sre.service import Selection, registered_project, select
    from nano_sre.spec.plan import affected

    project, linkage, revisions = registered_project(store.registry())
    names = affected(made, linkage)
    chosen = select(linkage, Selection(ids=names), revisions=revisions) if names else []
    if not chosen:
        say("Nothing to run: no check changed.")
        return None
    return _run(wish, settings, store, chosen, project.sources | folder.project.sources, record=True)


def _run(
    wish: Wish, settings: Any, store: Any, chosen: Sequence[Any], sources: Mapping[str, str], *, record: bool
) -> RunReport:
    from nano_sre.cli.run import listening, show_summary
    from nano_sre.cli.selection import must_be_set
    from nano_sre.report.json_report import report_document
    from nano_sre.service import RunRequest, run

    must_be_set(chosen, settings.environ)
    with listening(as_json=wish.as_json) as listener:  # stdout is for the plan's document
        report = run(
            RunRequest(
                programs=chosen,
                settings=settings,
                store=store,
                record=record,
                sources=sources,
                listener=listener,
            )
        )
    if not wish.as_json:
        show_summary(report, listener)
    wish.told["run"] = report_document(report)
    return report
