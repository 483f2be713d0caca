"""What alerters.yaml and triggers.yaml mean: whether the names in them are anybody's, and what is left unsaid."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from nano_sre.core import registry
from nano_sre.core.check import AROUND
from nano_sre.core.diagnostics import Diagnostic, Related
from nano_sre.spec.advice import advise
from nano_sre.spec.judge import ids_in
from nano_sre.spec.load import Path_, read_file
from nano_sre.spec.project import Loaded, Project
from nano_sre.spec.references import check_references
from nano_sre.spec.suggest import did_you_mean, listing

TEMPLATES = "nano_sre.alerts.checking"
"""What tries alert templates. It renders them, so it lives above; only a project that has some loads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a choice of checks asks about one of them. `stores` are the ids of those it runs on."""

    id: str
    kind: str
    tags: tuple[str, ...]
    owner: str | None
    stores: tuple[str, ...]


def facts_of(loaded: Loaded, stores: Iterable[Loaded]) -> Facts:
    data = loaded.document.data
    owner = data.get("owner")
    return Facts(
        id=loaded.id,
        kind=loaded.kind,
        tags=tuple(ids_in(data.get("tags"))),
        owner=None if owner is None else str(owner),
        stores=tuple(store.id for store in stores),
    )


def judge_arrangements(
    project: Project, checks: Sequence[Facts], stores: Sequence[str], environ: Mapping[str, str] | None
) -> Iterator[Diagnostic]:
    """What is wrong with the two files. Names of checks are judged where all checks are at hand."""
    for loaded in project.arrangements:
        if () in loaded.broken:
            continue
        yield from advise(loaded)
        yield from check_references(loaded, stores=(), fragments={}, environ=environ)
        yield from _names_twice(loaded)
        if loaded.kind == "alerters":
            yield from _alerters(loaded)
            yield from _templates(loaded, project)
        if loaded.kind in project.whole:
            yield from _Choices(loaded, checks, stores).judged()


def _items(value: Any) -> list[tuple[int, dict[str, Any]]]:
    """The mappings of a list, with their places in it."""
    return [
        (i, each) for i, each in enumerate(value if isinstance(value, list) else ()) if isinstance(each, dict)
    ]


def _names_twice(loaded: Loaded) -> Iterator[Diagnostic]:
    first: dict[str, Path_] = {}
    for index, entry in _items(loaded.document.data.get(loaded.kind)):
        path: Path_ = (loaded.kind, index, "name")
        name = entry.get("name")
        if not isinstance(name, (str, int)):
            continue
        if str(name) in first:
            yield Diagnostic(
                code="E343",
                message=f"there are two {loaded.kind} called “{name}”",
                span=loaded.document.span(path),
                hint="give each a name of its own",
                related=(Related(message="the first one", span=loaded.document.span(first[str(name)])),),
            )
        first.setdefault(str(name), path)


def _alerters(loaded: Loaded) -> Iterator[Diagnostic]:
    data = loaded.document.data
    names = [str(entry["name"]) for _, entry in _items(data.get("alerters")) if "name" in entry]
    hours = list(data["hours"]) if isinstance(data.get("hours"), dict) else []
    if "fallback" in data:
        yield from _unknown(loaded, "E341", "there is no alerter", ("fallback",), names)
    everything: Path_ | None = None
    for index, route in _items(data.get("routes")):
        path: Path_ = ("routes", index)
        yield from _unknown(loaded, "E341", "there is no alerter", (*path, "send_to"), names)
        yield from _unknown(loaded, "E342", "there are no hours", (*path, "during_hours"), hours)
        # A stored one says everything, the defaults as well.
        if loaded.document.positions is None and "outside_hours" in route and "during_hours" not in route:
            yield Diagnostic(
                code="E342",
                message="“outside_hours” is said, and “during_hours” is not",
                span=loaded.document.span((*path, "outside_hours"), key=True),
                hint="say “during_hours:” with a name of “hours”, or take “outside_hours” out",
            )
        if everything is not None:
            yield Diagnostic(
                code="E432",
                message="this route is never reached: one before it fits everything",
                span=loaded.document.span(path),
                severity="warning",
                hint="the first route that fits counts: put the one without “for” last",
                related=(Related(message="this one fits everything", span=loaded.document.span(everything)),),
            )
        elif not _says_something(route.get("for")):
            everything = path


def _says_something(choice: Any) -> bool:
    return any(choice.values()) if isinstance(choice, dict) else choice is not None


def _templates(loaded: Loaded, project: Project) -> Iterator[Diagnostic]:
    folder = loaded.document.data.get("templates")
    if loaded.document.positions is not None or not isinstance(folder, str):
        return  # a stored one may be read far from its folder
    place = loaded.folder / folder
    if not place.is_dir():
        yield Diagnostic(
            code="E420",
            message=f"there is no folder “{folder}”",
            span=loaded.document.span(("templates",)),
            hint="the folder is looked for beside this file",
        )
        return
    beside = Path(loaded.document.file).parent
    own = {word: cls.markup for word, cls in loaded.document.own if cls is not None}
    told = importlib.import_module(TEMPLATES).check_templates(place, shown=str(beside / folder), own=own)
    for file in {each.span.file for each in told if each.span}:
        project.sources[file], _ = read_file(file)
    yield from told


def _unknown(
    loaded: Loaded, code: str, there_is_no: str, path: Path_, known: Sequence[str]
) -> Iterator[Diagnostic]:
    """The names under a path that are not among those that there are."""
    for where, name in _named(loaded, path):
        if name not in known:
            word, hint = did_you_mean(name, known)
            yield Diagnostic(
                code=code,
                message=f"{there_is_no} “{name}”",
                span=loaded.document.span(where),
                suggestion=word,
                hint=hint
                or (f"there is {listing(dict.fromkeys(known))}" if known else "there is none at all"),
            )


def _named(loaded: Loaded, path: Path_) -> list[tuple[Path_, str]]:
    """The names under a path that takes one or a list, each with its place."""
    value: Any = loaded.document.data
    for depth, part in enumerate(path, 1):
        if path[:depth] in loaded.broken:
            return []
        value = value.get(part) if isinstance(value, dict) else value[part]
    if isinstance(value, list):
        return [((*path, i), str(v)) for i, v in enumerate(value) if isinstance(v, (str, int))]
    return [(path, str(value))] if isinstance(value, (str, int)) else []


class _Choices:
    """The choices of checks in one file, held against the checks that there are."""

    def __init__(self, loaded: Loaded, checks: Sequence[Facts], stores: Sequence[str]) -> None:
        self.loaded, self.checks, self.stores = loaded, checks, stores

    def judged(self) -> Iterator[Diagnostic]:
        data = self.loaded.document.data
        for index, entry in _items(data.get("triggers")):
            yield from self._run(("triggers", index, "run"), entry.get("run"))
        for key in ("routes", "maintenance"):
            for index, entry in _items(data.get(key)):
                yield from self._for((key, index, "for"), entry.get("for"))

    def _run(self, path: Path_, said: Any) -> Iterator[Diagnostic]:
        if not isinstance(said, dict):
            return
        strange = list(self._strange(path, said))
        yield from strange
        if not strange and self.checks and not any(self._taken(said, every_tag=True)):
            yield Diagnostic(
                code="E430",
                message="this trigger runs nothing: no check fits all that is said",
                span=self.loaded.document.span(path, key=True),
                hint="each key that is said must fit, and every tag of the list: say less, or write “run: all”",
            )

    def _for(self, path: Path_, said: Any) -> Iterator[Diagnostic]:
        if not isinstance(said, dict):
            return
        strange = list(self._strange(path, said))
        yield from strange
        if not strange and self.checks and not any(self._taken(said, every_tag=False)):
            yield Diagnostic(
                code="E431",
                message="no check fits all that is said here",
                span=self.loaded.document.span(path, key=True),
                severity="warning",
                hint="each key that is said must fit; of a list, one",
            )

    def _strange(self, path: Path_, said: Mapping[str, Any]) -> Iterator[Diagnostic]:
        """Names that no check, store or kind has."""
        kinds = [kind for kind in registry.names("check") if kind not in AROUND]
        tags = sorted({tag for each in self.checks for tag in each.tags})
        owners = sorted({each.owner for each in self.checks if each.owner is not None})
        for key, noun, known in (
            ("kinds", "kind", kinds),
            ("stores", "store", self.stores),
            ("tags", "check with the tag", tags),
            ("owners", "check with the owner", owners),
        ):
            if key in said:
                yield from _unknown(self.loaded, "E344", f"there is no {noun}", (*path, key), known)
        ids = [each.id for each in self.checks]
        for where, pattern in _named(self.loaded, (*path, "checks")) if "checks" in said else ():
            if not any(fnmatchcase(name, pattern) for name in ids):
                glob = any(sign in pattern for sign in "*?[")
                word, hint = (None, None) if glob else did_you_mean(pattern, ids)
                yield Diagnostic(
                    code="E344",
                    message=f"no check fits “{pattern}”" if glob else f"there is no check “{pattern}”",
                    span=self.loaded.document.span(where),
                    suggestion=word,
                    hint=hint or (f"the checks are {listing(ids)}" if ids else "there are no checks"),
                )

    def _taken(self, said: Mapping[str, Any], *, every_tag: bool) -> Iterator[bool]:
        tags, kinds, stores = (ids_in(said.get(key)) for key in ("tags", "kinds", "stores"))
        owners, patterns = ids_in(said.get("owners")), ids_in(said.get("checks"))
        for each in self.checks:
            common = set(tags) & set(each.tags)
            yield (
                (not tags or (common == set(tags) if every_tag else bool(common)))
                and (not kinds or each.kind in kinds)
                and (not stores or not each.stores or not set(stores).isdisjoint(each.stores))
                and (not owners or each.owner in owners)
                and (not patterns or any(fnmatchcase(each.id, pattern) for pattern in patterns))
            )
