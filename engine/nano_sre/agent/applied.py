"""What the agent runs: everything that is applied, compiled once, and compiled anew when the registry moved on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nano_sre.core.program import Program
from nano_sre.core.trigger import RunChoice
from nano_sre.service import (
    Arrangements,
    Selection,
    registered_arrangements,
    registered_project,
    select,
    stored_project,
)
from nano_sre.spec.link import Linkage
from nano_sre.spec.project import Project
from nano_sre.store.registry import RegistrySnapshot
from nano_sre.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """One state of the registry, ready to run. `unreadable` are ids whose registered form cannot be read any more."""

    serial: int
    linkage: Linkage
    arranged: Arrangements
    programs: tuple[Program, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()

    def chosen(self, choice: RunChoice) -> list[Program]:
        """What a trigger runs."""
        return [program for program in self.programs if choice.takes(program)]


def read_applied(store: Store) -> Applied:
    """Everything registered now. A document that cannot be read costs only itself."""
    snapshot = store.registry()
    project, linkage, revisions = registered_project(snapshot)
    unreadable = () if _is_sound(project) else _unreadable(snapshot)
    return Applied(
        serial=snapshot.serial,
        linkage=linkage,
        arranged=registered_arrangements(snapshot),
        programs=tuple(select(linkage, Selection(), revisions=revisions)),
        sources=project.sources,
        unreadable=unreadable,
    )


def _is_sound(project: Project) -> bool:
    return all(each.sound for each in (*project.loaded, *project.arrangements))


def _unreadable(snapshot: RegistrySnapshot) -> tuple[str, ...]:
    """Row by row: what is damaged may have lost its own id."""
    described = [row for row in snapshot.checks if row.kind == "alerter"]  # alerters.yaml speaks of these
    return tuple(
        row.check_id
        for row in snapshot.checks
        if not _is_sound(stored_project([*(described if row.kind == "alerters" else ()), row]))
    )
