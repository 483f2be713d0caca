"""`nano-sre incidents diagnose`: what the rules of today conclude of an incident that was recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nano_sre.cli.common import Exit, Stop, paths_of, print_json, stop_if_invalid

if TYPE_CHECKING:
    from nano_sre.core.diagnosis import Diagnosis, Evidence
    from nano_sre.core.incident import Incident
    from nano_sre.core.own_rules import OwnRule
    from nano_sre.core.result import TargetResult
    from nano_sre.core.rules import Clue, Rule
    from nano_sre.store.store import Store


def diagnose(
    number: Annotated[int, typer.Argument(help="The number of an incident, as the list shows it.")],
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Where the rules are that you try; what is applied, when nothing is said."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Look for the cause of a recorded incident once more, and show how each of your own rules weighs. Changes nothing.

    The failure, its page and its console are those of then; the other checks are seen as they stand now.

    Example: nano-sre incidents diagnose 12 checks/
    """
    from nano_sre.config.settings import get_settings
    from nano_sre.service import evidence_for, open_store, registered_rules, rule_diagnoser
    from nano_sre.store import incident_desk
    from nano_sre.store.incident_desk import NoIncident

    own = _rules_of(paths) if paths else None
    with open_store(get_settings()) as store:
        try:
            incident = store.read(lambda db: incident_desk.one(db, number))
        except NoIncident as none:
            raise Stop(Exit.NOTHING, none.message, hint=none.hint) from none
        result = _failure(store, incident)
        evidence = evidence_for(store, result, now=result.result.timestamp)
        rules = registered_rules(store) if own is None else own
    concluded = rule_diagnoser(lambda: rules).conclude(evidence)
    weighed = [(rule, _weighed(rule, evidence)) for rule in _whole(rules)]
    if as_json:
        print_json("diagnosis", _document(incident, concluded, weighed))
    else:
        print("\n".join(_lines(incident, concluded, weighed)))


def _rules_of(paths: Sequence[Path]) -> tuple[OwnRule, ...]:
    """The rules of a folder or file. Stops with 3 when they have mistakes."""
    from nano_sre.config.settings import environment
    from nano_sre.service import own_rules
    from nano_sre.spec.link import link
    from nano_sre.spec.project import load_project

    project = load_project(paths_of(paths))
    mine = {each.document.file for each in project.of_kind("rules")}
    told = [each for each in link(project, environ=environment()).diagnostics if _is_of(each, mine)]
    stop_if_invalid(told, project.sources)
    if not mine:
        where = ", ".join(map(str, paths))
        hint = "rules stand in a document with “version: 1” and “kind: rules”"
        raise Stop(Exit.NOTHING, f"there are no rules in {where}", hint=hint)
    return own_rules(project)


def _is_of(told: Any, files: set[str]) -> bool:
    """What is wrong with other documents keeps nobody from trying rules."""
    missing = told.code == "E404" and not files
    return missing or bool(told.span and told.span.file in files)


def _failure(store: Store, incident: Incident) -> TargetResult:
    """The failure that opened the incident, as it was recorded."""
    rows = store.run(incident.run_id) if incident.run_id else []
    found = next((row for row in rows if row.target == incident.target), None)
    if found is None:
        raise Stop(
            Exit.NOTHING,
            f"the failure that opened incident {incident.id} is not kept any more",
            hint="runs are forgotten after NANO_SRE_KEEP_DAYS; try a newer incident",
        )
    return found.to_result()


def _whole(own: Sequence[OwnRule]) -> list[Rule]:
    """The merchant's rules as they count, our clues for the same cause included."""
    from nano_sre.core.own_rules import joined
    from nano_sre.spec.rules import built_in_rules

    mine = {rule.cause for rule in own}
    return [rule for rule in joined(built_in_rules(), own) if rule.cause in mine]


Weighed = list[tuple[float, "Clue", tuple[str, ...] | None]]
"""Each clue with what it adds (or takes away), and the lines that make it hold: None when it does not."""


def _weighed(rule: Rule, evidence: Evidence) -> Weighed:
    from nano_sre.diagnosis.rules import holds
    from nano_sre.diagnosis.seen import seen_in

    seen = seen_in(evidence)
    signed = [*((c.weight, c) for c in rule.for_), *((-c.weight, c) for c in rule.against)]
    return [(weight, clue, holds(clue, seen, evidence)) for weight, clue in signed]


def _lines(incident: Incident, concluded: Diagnosis, weighed: list[tuple[Rule, Weighed]]) -> Iterator[str]:
    from nano_sre.cli.incident_page import cause_lines
    from nano_sre.core.visible import clean
    from nano_sre.store.plain import plain

    yield f"Incident {incident.id}: {clean(incident.title)}"
    yield ""
    if concluded.causes:
        yield "Likely cause"
        yield from cause_lines(plain(concluded))
    if concluded.note:
        yield concluded.note
    yield from ("", *_then(incident))
    for rule, clues in weighed:
        total = sum(weight for weight, _, lines in clues if lines is not None)
        yield ""
        yield f"Your rule “{rule.cause}”: {_number(total)} found, more than {_number(rule.rarity)} is needed"
        for weight, clue, lines in clues:
            sign = "+" if weight > 0 else "-"
            held = "no " if lines is None else "yes"
            yield f"  {held} {sign}{_number(abs(weight)):<4} {_words(clue)}"
            yield from (f"             {clean(line)}" for line in (lines or ())[:1])


def _then(incident: Incident) -> Iterator[str]:
    """What was concluded when it happened."""
    from nano_sre.core.visible import clean

    kept = (incident.details or {}).get("diagnosis")
    causes = kept.get("causes") if isinstance(kept, Mapping) else None
    title = causes[0].get("title") if causes and isinstance(causes[0], Mapping) else None
    yield f"Concluded when it happened: {clean(str(title)) if title else 'nothing'}"


def _number(value: float) -> str:
    return f"{value:g}"


def _words(clue: Clue) -> str:
    """A clue as it is written, defaults left out."""
    said = {each.name: getattr(clue, each.name) for each in fields(clue) if each.name != "weight"}
    parts = (
        f"{name}: {' | '.join(map(str, value)) if isinstance(value, tuple) else value}"
        for name, value in said.items()
        if value not in ((), None, False)
    )
    return ", ".join(parts)


def _document(
    incident: Incident, concluded: Diagnosis, weighed: list[tuple[Rule, Weighed]]
) -> dict[str, Any]:
    from nano_sre.store.plain import plain

    return {
        "incident": incident.id,
        "diagnosis": plain(concluded),
        "rules": [
            {
                "cause": str(rule.cause),
                "rarity": rule.rarity,
                "clues": [
                    {
                        "weight": weight,
                        "clue": _words(clue),
                        "holds": lines is not None,
                        "lines": list(lines or ()),
                    }
                    for weight, clue, lines in clues
                ],
            }
            for rule, clues in weighed
        ],
    }
