"""What nobody would ever run, and whose failure nobody would be told of: as far as files can tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nano_sre.core.policy import AlertersFile, Route
from nano_sre.core.program import Program
from nano_sre.core.trigger import TriggersFile
from nano_sre.spec.compile import programs
from nano_sre.spec.link import Linkage
from nano_sre.spec.suggest import listing


def unwatched(linkage: Linkage) -> list[str]:
    """Sentences about checks that nothing runs and failures that nobody is told."""
    said = {each.check.kind_name: each.check for each in linkage.arrangements}
    made = programs(linkage.checks)
    return [*_idle(linkage, made, said.get("triggers")), *_untold(made, said.get("alerters"))]


def _idle(linkage: Linkage, made: Sequence[Program], triggers: TriggersFile | None) -> Iterator[str]:
    due = {each.id for each in linkage.checks if each.check.every or each.check.cron}
    runs = [entry.run for entry in triggers.triggers] if triggers else []
    idle = [p for p in made if p.check_id not in due and not any(run.takes(p) for run in runs)]
    if idle:
        why = "no trigger takes it" if triggers else "no triggers.yaml beside"
        yield (
            f"nothing runs {_named(idle, made)} by itself: no “every” or “cron” in it and {why}; "
            "write “every: 15m”, or call nano-sre run from your own scheduler"
        )


def _untold(made: Sequence[Program], alerters: AlertersFile | None) -> Iterator[str]:
    if alerters is None:
        if made:
            yield (
                "nobody is told when a check fails, but the terminal of the agent: there is no alerters.yaml beside "
                "the checks"
            )
        return
    untold = [p for p in made if not any(_surely_fits(route, p) for route in alerters.routes)]
    if untold:
        yield (
            f"nobody is told of a failure of {_named(untold, made)}: no route of alerters.yaml fits; "
            f"“- {{send_to: [{alerters.alerters[0].name}]}}” as the last one fits everything"
        )


def _surely_fits(route: Route, program: Program) -> bool:
    """Whether a failure goes this way, whatever its cause: that is known only then."""
    return not route.for_.causes and route.for_.fits(
        severity=program.severity,
        tags=program.tags,
        kind=program.kind,
        store=program.store.id,
        check=program.check_id,
        owner=program.owner,
    )


def _named(some: Sequence[Program], made: Sequence[Program]) -> str:
    """The checks that are meant; of a check of which only some targets are, those."""
    meant = {p.target for p in some}
    partly = {p.check_id for p in made if p.target not in meant}
    words = dict.fromkeys(p.target if p.check_id in partly else p.check_id for p in some)
    return listing(words, most=5)
