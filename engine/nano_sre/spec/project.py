"""A folder of YAML files → a project: every document bound, every mistake told in one pass."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nano_sre.core.check import AROUND
from nano_sre.core.chosen import OwnWords
from nano_sre.core.diagnostics import Diagnostic, sort_key
from nano_sre.spec.arrangements import HIGHEST, covers, find, shortest, wrong_number
from nano_sre.spec.bind import Binder
from nano_sre.spec.inputs import with_samples
from nano_sre.spec.listing import ARRANGEMENTS, Listing, arrangement, list_files, yaml_names
from nano_sre.spec.load import Document, Path_, load, read_file
from nano_sre.spec.nearby import alerters_below, strange_words
from nano_sre.spec.plain_secrets import plain_secrets
from nano_sre.spec.renames import with_todays_words
from nano_sre.spec.scalars import MISSING_VALUE
from nano_sre.spec.validate import validate

UNKNOWN_WORDS = ("E201", "E202", "E203", "E207")  # one of these may be an older spelling

_VENDOR = re.compile(rb"kind\W+vendor\b")
# Digits enough for a card, behind the keys that take one.
_CARD = re.compile(r"(?<=pay: |ard: )[\"']?(?:[0-9][ -]?){12,19}[\"']?")


@dataclass(slots=True)
class Loaded:
    """One document: as written, and bound when it is sound (`check` is None while it is broken)."""

    document: Document
    folder: Path
    check: Any
    broken: set[Path_]
    context: bool = False  # found above the given folder: known, but neither applied nor judged
    alone: Any = None  # a `link.Alone`, when the document has been linked already

    @property
    def id(self) -> str:
        return str(self.document.data.get("id", ""))

    @property
    def kind(self) -> str:
        return str(self.document.kind)

    @property
    def sound(self) -> bool:
        return self.check is not None


@dataclass(slots=True)
class Project:
    """Everything the given paths hold.

    `arrangements` are alerters.yaml and triggers.yaml; `whole` those of them that all the names they use are here for.
    """

    loaded: list[Loaded] = field(default_factory=list)
    arrangements: list[Loaded] = field(default_factory=list)
    whole: set[str] = field(default_factory=set)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)

    def of_kind(self, kind: str) -> list[Loaded]:
        return [each for each in self.loaded if each.kind == kind]

    @property
    def checks(self) -> list[Loaded]:
        """What runs: every document that is no store or fragment, and describes nothing (a vendor, rules …)."""
        return [each for each in self.loaded if each.kind not in AROUND and not each.context]

    @property
    def journeys_elsewhere(self) -> list[Loaded]:
        """Sound journeys of files that were not asked for."""
        return [each for each in self.of_kind("journey") if each.context and each.sound]


def load_project(paths: Sequence[Path]) -> Project:
    """Read, validate and bind every document below `paths`. Links nothing yet."""
    project = Project()
    files = list_files([str(path) for path in paths])
    project.diagnostics += nowhere(files.missing)
    for row, place in zip(files.rows, files.places, strict=True):
        load_file(project, str(row[0]), Path(place).parent)
    seen = set(files.places)
    if project.checks and (
        watched_elsewhere(project) or not any(each.kind == "store" for each in project.loaded)
    ):
        load_context(project, paths, seen)
    if project.checks:
        load_vendors_above(project, paths, seen)
    load_arrangements(project, paths, files)
    finish(project, paths)
    return project


def load_arrangements(project: Project, paths: Sequence[Path], files: Listing) -> set[str]:
    """Add alerters.yaml and triggers.yaml, the nearest to the paths. Returns the places that the answer hangs on."""
    found = find(paths, files)
    project.diagnostics += found.told
    looked_at = set(found.looked_at)
    for shown, place in found.files.values():
        before, told = len(project.arrangements), len(project.diagnostics)
        load_file(project, shown, place.parent)
        ended = len(project.diagnostics)
        if arrangement(shown) == "alerters" and (more := _alerters_elsewhere(project, place.parent)):
            looked_at |= more
            del project.arrangements[before:], project.diagnostics[told:ended]
            load_file(project, shown, place.parent)
        if covers(paths, place.parent):
            project.whole |= {each.kind for each in project.arrangements[before:]}
    named = [(each.folder, each.document.data.get("templates")) for each in project.arrangements]
    folders = [folder / name for folder, name in named if isinstance(name, str)]
    inside = [file for folder in folders for file in folder.rglob("*")]
    return {*looked_at, *map(str, folders), *map(str, inside)}


def _alerters_elsewhere(project: Project, folder: Path) -> set[str]:
    """Add descriptions of alerters that the last file speaks of and that lie outside of what was given.

    Returns the places that the answer hangs on; nothing when everything is known.
    """
    known = [each.id for each in project.of_kind("alerter")]
    data = project.arrangements[-1].document.data if project.arrangements else {}
    if not (strange := strange_words(data, known)):
        return set()
    files, looked_at = alerters_below(folder)
    there = {Path(each.document.file).resolve() for each in project.loaded}
    for shown in files:
        if Path(shown).resolve() not in there:
            text, _ = read_file(shown)
            documents, told = load(text, shown)
            mine = [each for each in documents if each.kind == "alerter" and each.data.get("id") in strange]
            project.sources |= {shown: without_passwords(text, mine)} if mine else {}
            project.diagnostics += told if mine else []
            project.loaded += [bound(each, Path(shown).parent, project.diagnostics) for each in mine]
    return looked_at


def described_alerters(project: Project) -> OwnWords:
    """Words for alerters that documents of the project describe."""
    if not project.of_kind("alerter"):
        return ()
    from nano_sre.spec.own_alerters import own_alerters  # noqa: PLC0415 - few projects have any

    return own_alerters(project)


def nowhere(missing: Iterable[str]) -> Iterator[Diagnostic]:
    for path in missing:
        yield Diagnostic(code="E404", message=f"there is no file or folder “{path}”", hint="check the path")


def finish(project: Project, paths: Sequence[Path]) -> None:
    """What can be told once everything is read: that nothing was there."""
    alone = bool(project.arrangements) and all(arrangement(path.name) for path in paths)
    if not project.checks and not project.diagnostics and not alone:
        where = ", ".join(str(p) for p in paths)
        project.diagnostics.append(
            Diagnostic(
                code="E404",
                message=f"there are no checks in “{where}”",
                hint="a check is a .yaml file with “version: 1” and “kind: journey” (or api, skill)",
            )
        )
    project.diagnostics.sort(key=sort_key)


def load_text(text: str, file: str) -> Project:
    """A project of one text, for tests and for editors."""
    return load_texts({file: text})


def load_texts(files: Mapping[str, str]) -> Project:
    """A project of texts by file name, as if they lay in folders; nothing is read from disk."""
    project = Project(whole=set(ARRANGEMENTS.values()))
    for file, text in sorted(files.items(), key=lambda each: arrangement(each[0]) is not None):
        add_text(project, text, file, Path(file).parent)
    return project


def load_file(
    project: Project, shown: str, folder: Path, *, context: bool = False, around: Collection[str] = AROUND
) -> None:
    """Add what a file holds. `folder` is where it lies, links resolved.

    Of a file of the `context` only documents of the kinds `around`, and what checks watch.
    """
    text, trouble = read_file(shown)
    project.diagnostics += trouble
    if not trouble:
        add_text(project, text, shown, folder, context=context, around=around)


def add_text(
    project: Project,
    text: str,
    shown: str,
    folder: Path,
    *,
    context: bool = False,
    around: Collection[str] = AROUND,
) -> None:
    """Add every document of a text, with what is wrong with it."""
    documents, trouble = load(text, shown)
    if arrangement(shown):
        _add_arrangement(project, text, shown, folder, documents, trouble)
        return
    wanted = watched_elsewhere(project) if context else ()
    kept = [d for d in documents if not context or d.kind in around or d.data.get("id") in wanted]
    if context and not kept:
        return
    project.sources[shown] = without_passwords(text, kept)
    project.diagnostics += trouble
    for document in kept:
        project.loaded.append(bound(document, folder, project.diagnostics, context=context))


def _add_arrangement(
    project: Project,
    text: str,
    shown: str,
    folder: Path,
    documents: Sequence[Document],
    trouble: Sequence[Diagnostic],
) -> None:
    project.sources[shown] = without_passwords(text, documents)
    project.diagnostics += trouble
    if not trouble or documents:
        project.diagnostics += wrong_number(shown, [document.span() for document in documents])
    if arrangement(shown) == "alerters":
        for each in documents:
            each.own = described_alerters(project)
    project.arrangements += [bound(each, folder, project.diagnostics) for each in documents[:1]]


def without_passwords(text: str, documents: Iterable[Document]) -> str:
    """The text as frames and reports may show it: a secret or card in plain text is dots, in as many columns."""
    text = _CARD.sub(lambda found: "•" * len(found[0]), text)
    for document in documents:
        for _, secret, _ in plain_secrets(document):
            text = text.replace(secret, "•" * len(secret))
    return text


def bound(document: Document, folder: Path, told: list[Diagnostic], *, context: bool = False) -> Loaded:
    """Validate and bind one document; mistakes are added to `told`."""
    read = with_samples(document) if document.kind == "fragment" else document
    broken, trouble = validate(read)
    if any(d.code in UNKNOWN_WORDS for d in trouble):
        older = with_todays_words(document)
        if older:
            read = with_samples(document) if document.kind == "fragment" else document
            broken, trouble = validate(read)
            told += [word.warning for word in older]
    told += trouble
    check = None
    if () not in broken:
        binder = Binder(read, broken)
        value = binder.check()
        told += [] if document.flawed else binder.told
        if value is not MISSING_VALUE and not broken:
            check = value
    return Loaded(document, folder, check, broken, context)


def load_context(project: Project, paths: Iterable[Path], seen: set[str]) -> list[str]:
    """Stores, fragments and vendors that stand above the given paths: a check belongs to the nearest store.

    Returns the folders that were looked at; what was read is added to `seen`.
    """
    looked_at: list[str] = []
    for path in paths:
        for above in _upward(path):
            for file in _unread(above, seen, looked_at):
                load_file(project, str(shortest(file)), file.resolve().parent, context=True)
            if any(each.kind == "store" for each in project.loaded):
                break
    return looked_at


def load_vendors_above(project: Project, paths: Iterable[Path], seen: set[str]) -> list[str]:
    """Vendors that stand above the given paths, whichever store is the nearest: every visit must know them all.

    They are looked for as far as the repository goes; where there is none, as far as the folder people work in.
    Returns the folders that were looked at; what was read is added to `seen`.
    """
    looked_at: list[str] = []
    for path in paths:
        for above in _inside(list(_upward(path)))[path.is_dir() :]:  # a folder that was given has been read
            for file in _unread(above, seen, looked_at):
                if _may_hold_a_vendor(file):
                    load_file(
                        project, str(shortest(file)), file.resolve().parent, context=True, around=("vendor",)
                    )
    return looked_at


def _upward(path: Path) -> Iterator[Path]:
    """The folder of a path and those above it, as far as its repository goes."""
    folder = path.resolve() if path.is_dir() else path.resolve().parent
    for above in (folder, *list(folder.parents)[:HIGHEST]):
        yield above
        if (above / ".git").exists():
            return


def _inside(upward: list[Path]) -> list[Path]:
    """Those of the folders that belong to the project: what lies beside it by chance is not its own."""
    here = Path.cwd()
    if not (upward[-1] / ".git").exists():
        return upward[: upward.index(here) + 1] if here in upward else upward[:1]
    return upward


def _unread(folder: Path, seen: set[str], looked_at: list[str]) -> Iterator[Path]:
    """The files of a folder and of the vendors in it: nobody names a vendor, so no missing name would tell."""
    for beside in (folder, folder / "vendors"):
        looked_at.append(str(beside))
        for file in map(beside.joinpath, yaml_names(str(beside))):
            place = str(file.resolve())
            if place not in seen:
                seen.add(place)
                yield file


def _may_hold_a_vendor(file: Path) -> bool:
    """Whether it is worth reading: what else lies above may be large, and nothing of ours."""
    try:
        return bool(_VENDOR.search(file.read_bytes()))
    except OSError:
        return False


def watched_elsewhere(project: Project) -> set[str]:
    """Ids that `during` names and that no document read so far has."""
    named = {str(each.document.data["during"]) for each in project.checks if each.document.data.get("during")}
    return named - {each.id for each in project.loaded}
