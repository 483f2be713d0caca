"""Validating a folder of any size: each check is read, bound, linked with the stores, and let go again.

What `link(load_project(paths))` tells, this tells: a test compares the two over every golden folder. A check that
has not changed since the last time is not even read (see `memory`).
"""

from __future__ import annotations

import gc
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nano_sre.core import registry
from nano_sre.core.check import AROUND
from nano_sre.core.diagnostics import Diagnostic
from nano_sre.core.forms import ZONES
from nano_sre.spec import memory as records
from nano_sre.spec import skills, step_rules
from nano_sre.spec.glance import Glance
from nano_sre.spec.link import Alone, Around, Linkage, advice_on, link, link_alone
from nano_sre.spec.listing import Listing, list_files, stamp
from nano_sre.spec.load import decode, read_file
from nano_sre.spec.memory import Memory
from nano_sre.spec.project import (
    Loaded,
    Project,
    add_text,
    finish,
    load_arrangements,
    load_context,
    load_file,
    load_project,
    load_vendors_above,
    nowhere,
    watched_elsewhere,
    without_passwords,
)
from nano_sre.spec.remembered import Kept, Remembered, kept_of
from nano_sre.spec.told import to_data

_AROUND = re.compile(
    rb"kind\W+(?:store|fragment|vendor|rules|alerter)\b"
)  # what this overlooks is noticed in the end


@dataclass(slots=True)
class Survey:
    """What there is to tell: every diagnostic, the texts of the files they stand in, and how much was read."""

    told: list[Diagnostic]
    checks: int
    files: int
    sources: Mapping[str, str] = field(default_factory=dict)


class _Asked(Mapping[str, str]):
    """The environment, noting which variables somebody asked for, and whether the value of one was read."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.names: set[str] = set()
        self.read = False

    def __contains__(self, name: object) -> bool:
        self.names.add(str(name))
        return name in self._environ

    def get(self, name: str, default: Any = None) -> Any:
        """Asked for whether it is set: none of these is empty. What it holds is for `[…]`."""
        self.names.add(name)
        return self._environ.get(name, default)

    def __getitem__(self, name: str) -> str:
        self.read = True
        return self._environ[name]

    def __iter__(self) -> Iterator[str]:
        self.read = True
        return iter(self._environ)

    def __len__(self) -> int:
        self.read = True
        return len(self._environ)


class _File:
    """One file while it is looked at. `kept` is what the record says of its checks, while that is true."""

    __slots__ = ("hash", "kept", "loaded", "looked_at", "project", "raw", "row", "where")

    def __init__(self, row: list[Any], where: Path) -> None:
        self.row, self.where = row, where
        self.raw: bytes | None = None
        self.hash = ""
        self.kept: list[Kept] | None = None
        self.project: Project | None = None
        self.loaded: list[Loaded] = []
        self.looked_at: set[str] = set()

    @property
    def shown(self) -> str:
        return str(self.row[0])

    def read(self) -> None:
        if self.raw is None:
            self.raw = records.read(self.shown)
            self.hash = records.hash_of(self.raw) if self.raw is not None else ""

    def load(self) -> Project:
        """What the file holds, bound; made once."""
        if self.project is None:
            self.project = self._loaded()
            self.loaded = self.project.loaded
        return self.project

    def _loaded(self) -> Project:
        made = Project()
        self.read()
        if self.raw is None:
            load_file(made, self.shown, self.where)  # which says why it cannot be read
            return made
        text, trouble = decode(self.raw, shown=self.shown)
        made.diagnostics += trouble
        if not trouble:
            add_text(made, text, self.shown, self.where)
        return made

    def text(self) -> str | None:
        """What the file says, when it can be read."""
        self.read()
        if self.raw is None:
            return None
        text, trouble = decode(self.raw, shown=self.shown)
        return None if trouble else text

    def remember(self, checks: Sequence[Loaded], stores: Sequence[Loaded], *, placed: bool) -> None:
        """Let go of the checks, but for what others ask of them."""
        self.kept = [kept_of(each, stores, placed=placed) for each in checks]
        for each in checks:
            each.alone = None  # it holds the document, and the document it: nobody would collect the two
        self.recall(stores)
        self.raw = None

    def recall(self, stores: Sequence[Loaded]) -> None:
        assert self.kept is not None
        self.loaded = [_remembered(self, index, stores) for index in range(len(self.kept))]

    def whole(self, index: int) -> Loaded:
        """One of the documents once more, when a remembered one is asked for more than was kept."""
        again = Project()
        load_file(again, self.shown, self.where)
        return again.loaded[index]


def survey(
    paths: Sequence[Path], *, environ: Mapping[str, str], memory: Memory | None = None, remember: bool = False
) -> Survey:
    """Everything there is to tell of the files below the paths. `remember` leaves a record for the next time."""
    asked = _Asked(environ)
    collecting = gc.isenabled()
    gc.disable()  # the trees hold no circles, and what is remembered would be walked through again and again
    try:
        surveyor = _Surveyor(paths, asked, memory, placed=remember)
        found = surveyor.look()
        if found is not None:
            made = _survey_of(*found)
            made.files += surveyor.spared
    finally:
        if collecting:
            gc.freeze()  # what has been found stays until it is told: looking for circles in it takes long
            gc.enable()
    if (
        found is None
    ):  # stores were overlooked, or there are no checks: then there is no order in which to let go
        project = load_project(paths)
        return _survey_of(project, link(project, environ=asked))
    if remember and not asked.read and not surveyor.listing.missing:
        surveyor.keep(made)
    return made


def _survey_of(project: Project, linkage: Linkage) -> Survey:
    told = linkage.diagnostics
    spans = [span for each in told for span in (each.span, *(other.span for other in each.related)) if span]
    known = {each.document.file for each in project.loaded} | project.sources.keys()
    shown = sorted({span.file for span in spans} & known)
    # A remembered file was not read; it holds no store document whose passwords would have to be hidden.
    sources = {name: project.sources.get(name) or without_passwords(read_file(name)[0], ()) for name in shown}
    return Survey(told, len(project.checks), len(project.sources), sources)


class _Surveyor:
    def __init__(
        self, paths: Sequence[Path], environ: _Asked, memory: Memory | None, *, placed: bool
    ) -> None:
        self.paths, self.environ, self.memory, self.placed = paths, environ, memory, placed
        self.began = memory.began if memory else time.time_ns()
        self.listing: Listing = memory.listing if memory else list_files([str(path) for path in paths])
        pairs = zip(self.listing.rows, self.listing.places, strict=True)
        folders: dict[str, Path] = {}  # made once: a path takes long to make, and keeps its hash
        self.files = []
        for row, place in pairs:
            name = place.rpartition(os.sep)[0]
            folder = folders.get(name) or folders.setdefault(name, Path(place).parent)
            self.files.append(_File(row, folder))
        self.spared = 0
        self.above = Project()
        self.looked_above: list[str] = []
        self.looked_beside: set[str] = set()

    def look(self) -> tuple[Project, Linkage] | None:
        """The project, most of its checks remembered, and its linkage; None when that cannot be done in this way."""
        if self.memory is not None:
            self._recall(self.memory)
        around = self._load_around()
        if self.memory is not None and self._around_hashes() != self.memory.body()["around"]:
            for each in self.files:
                each.kept = None
            around = self._load_around()
        known = Around.of(around)
        glance = Glance(known, self.environ)
        for file in self.files:
            if file.kept is not None:
                file.recall(known.stores)
                self.spared += 1
            else:
                self._link(file, known, glance)
        return self._together(around, known)

    def _recall(self, memory: Memory) -> None:
        """Note what the record says of each file that is as it was. Every answer in it hangs on the surroundings."""
        if not memory.same_surroundings():
            return
        head, known = memory.head, memory.body()["files"]
        self.environ.names |= head["env"]["asked"].keys()
        was = dict(
            zip((row[0] for row in head["rows"]), zip(head["rows"], head["places"], strict=True), strict=True)
        )
        for each, place in zip(self.files, self.listing.places, strict=True):
            before, before_place = was.get(each.shown, (None, None))
            if before is None or before_place != place:
                continue
            each.hash, kept = known[each.shown]
            if before != each.row or not records.settled([before], head["began"]):
                was_hash = each.hash
                each.read()
                kept = kept if each.hash == was_hash else None
            each.kept = kept

    def _load_around(self) -> list[Loaded]:
        """The stores and fragments, which checks are linked with: those of the folder, or those above it."""
        around: list[Loaded] = []
        for each in self.files:
            if each.kept is None:
                each.read()
                raw = each.raw or b""
                if _AROUND.search(raw):
                    around += [one for one in each.load().loaded if one.kind in AROUND]
        self.above, self.looked_above, seen = Project(), [], set(self.listing.places)
        if not any(each.kind == "store" for each in around):
            self.looked_above = load_context(self.above, self.paths, seen)
        self.looked_above += load_vendors_above(self.above, self.paths, seen)
        return [*around, *self.above.loaded]

    def _around_hashes(self) -> list[list[str]]:
        return [
            [file.shown, file.hash]
            for file in self.files
            if file.project is not None and any(each.kind in AROUND for each in file.loaded)
        ]

    def _link(self, file: _File, around: Around, glance: Glance) -> None:
        """Link the checks of a file, and let go of them when there is nothing to tell."""
        if file.project is None:
            text = file.text()
            seen = None if text is None else glance.at(text, file.shown, file.where)
            if seen is not None and _stand_as_written(seen, around):
                file.remember([seen], around.stores, placed=self.placed)
                self.spared += 1
                return
        quiet = not file.load().diagnostics
        for each in file.loaded:
            if each.kind not in AROUND:
                alone = link_alone(each, around=around, environ=self.environ)
                alone.advice = tuple(advice_on(each))
                each.alone = alone
                quiet = quiet and each.sound and not alone.told and not alone.advice
                quiet = quiet and _stand_as_written(each, around)
        file.looked_at = {str(path) for each in file.loaded for path in _beside(each)}
        if quiet and not file.looked_at and not any(map(_is_asked_for_whole, file.loaded)):
            file.remember(file.loaded, around.stores, placed=self.placed)
            file.load().loaded = file.loaded
        file.raw = None

    def _together(self, around: list[Loaded], known: Around) -> tuple[Project, Linkage] | None:
        project = Project(diagnostics=list(nowhere(self.listing.missing)))
        for file in self.files:
            project.loaded += file.loaded
            if file.project is not None:
                project.diagnostics += file.project.diagnostics
                project.sources |= file.project.sources
        project.loaded += self.above.loaded
        project.diagnostics += self.above.diagnostics
        project.sources |= self.above.sources
        if len([each for each in project.loaded if each.kind in AROUND]) != len(around):
            return None
        if (self.looked_above and not project.checks) or watched_elsewhere(project):
            return None
        self._bring_back_what_is_watched(project, known)
        self.looked_beside = load_arrangements(project, self.paths, self.listing)
        finish(project, self.paths)
        return project, link(project, environ=self.environ)

    def _bring_back_what_is_watched(self, project: Project, around: Around) -> None:
        """A check that watches a journey is linked with the whole of it."""
        watched = {str(each.document.data.get("during")) for each in project.checks}
        for index, each in enumerate(project.loaded):
            if isinstance(each, Remembered) and each.id in watched:
                whole = each.whole()
                whole.alone = link_alone(whole, around=around, environ=self.environ)
                project.loaded[index] = whole

    def keep(self, found: Survey) -> None:
        """Leave a record of what was found and of everything that it hung on."""
        head = {
            "began": self.began,
            "rows": self.listing.rows,
            "places": self.listing.places,
            "looked": [[path, *stamp(path)] for path in sorted(self._looked_at())],
            "above": records.above(dict.fromkeys(self.looked_above)),
            "beside": self.listing.beside,
            "looked_beside": [[path, *stamp(path)] for path in sorted(self.looked_beside)],
            "env": records.environment_asked(sorted(self.environ.names), self.environ),
            "answer": {
                "checks": found.checks,
                "files": found.files,
                "told": [to_data(each) for each in found.told],
                "sources": dict(found.sources),
            },
        }
        files = {each.shown: [each.hash, each.kept] for each in self.files}
        records.keep(
            [str(path) for path in self.paths], head, {"files": files, "around": self._around_hashes()}
        )

    def _looked_at(self) -> set[str]:
        """Places beside the checks that the verdict hangs on."""
        return {str(ZONES), *(path for file in self.files for path in file.looked_at), *_plug_in_files()}


def _is_asked_for_whole(loaded: Loaded) -> bool:
    """What checks are linked with, checks that are linked with a journey, and what vendors are asked of."""
    return loaded.kind in (*AROUND, "pixels") or bool(loaded.document.data.get("during"))


def _beside(loaded: Loaded) -> Iterable[Path]:
    """What the verdict on one document hangs on besides itself: such a document is read each time."""
    return (*step_rules.looked_at(loaded), *(skills.looked_at(loaded) if loaded.kind == "skill" else ()))


def _stand_as_written(loaded: Loaded, around: Around) -> bool:
    """A store as it stands in another environment is made for one check alone."""
    return all(any(one is store for store in around.stores) for one in loaded.alone.stores)


def _plug_in_files() -> Iterable[str]:
    tops = {module.partition(".")[0] for module in registry.plugins().values()}
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in tops and getattr(module, "__file__", None):
            yield str(module.__file__)


def _remembered(file: _File, index: int, stores: Sequence[Loaded]) -> Remembered:
    assert file.kept is not None
    kept = file.kept[index]
    made = Remembered(file.shown, file.where, kept, lambda: file.whole(index))
    made.alone = Alone(stores=tuple(stores[number] for number in kept[3]), uses=tuple(kept[4]))
    return made
