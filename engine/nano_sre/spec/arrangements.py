"""`alerters.yaml` and `triggers.yaml`: where they are looked for, and what they are once they are read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nano_sre.core.diagnostics import Diagnostic, Related, Span
from nano_sre.spec.listing import ARRANGEMENTS, Listing, arrangement

HIGHEST = 4  # folders above a given one in which something is looked for


@dataclass(slots=True)
class Found:
    """The files that count, with their places (links resolved), and what is wrong with the others.

    `looked_at` are all the places where one could have been.
    """

    files: dict[str, tuple[str, Path]] = field(default_factory=dict)  # what it is → name shown, place
    looked_at: list[str] = field(default_factory=list)
    told: list[Diagnostic] = field(default_factory=list)


def find(paths: Sequence[Path], listing: Listing) -> Found:
    """The nearest file of each name: one that is given, one in a given folder, or one above it in the project."""
    found = Found()
    for path in paths:
        name = arrangement(path.name)
        if name and path.exists():
            _take(found, name, str(path), path.resolve())
    for path in paths:
        if path.exists() and path.name not in ARRANGEMENTS:
            _look_up(found, path.resolve() if path.is_dir() else path.resolve().parent)
    for row in listing.beside:
        shown, place = str(row[0]), Path(str(row[1]))
        name = arrangement(shown)
        if name:
            _take(found, name, shown, place)
        elif not any(told.span and told.span.file == shown for told in found.told):
            found.told.append(_misnamed(shown))
    return found


def _look_up(found: Found, folder: Path) -> None:
    missing = dict.fromkeys(ARRANGEMENTS)
    for above in (folder, *list(folder.parents)[:HIGHEST]):
        for name in list(missing):
            file, misnamed = above / name, (above / name).with_suffix(".yml")
            found.looked_at += [str(file), str(misnamed)]
            if os.path.lexists(file):  # whatever it is: what cannot be read is told
                del missing[name]
                _take(found, ARRANGEMENTS[name], str(shortest(file)), file.resolve())
            elif misnamed.is_file():
                del missing[name]
                found.told.append(_misnamed(str(shortest(misnamed))))
        if not missing or (above / ".git").exists():
            break


def _take(found: Found, what: str, shown: str, place: Path) -> None:
    found.looked_at.append(str(place))
    known = found.files.setdefault(what, (shown, place))
    if known[1] != place:
        found.told.append(
            Diagnostic(
                code="E345",
                message=f"there is another {what}.yaml: a project has one",
                span=Span(shown, 1, 1),
                hint=f"put what it says into {known[0]}, and delete this one",
                related=(Related(message="this one counts", span=Span(known[0], 1, 1)),),
            )
        )


def _misnamed(shown: str) -> Diagnostic:
    right = Path(shown).with_suffix(".yaml").name
    return Diagnostic(
        code="E345",
        message=f"{Path(shown).name} is not read: the file is called {right}",
        span=Span(shown, 1, 1),
        suggestion=right,
        hint=f"rename it to {right}",
    )


def wrong_number(shown: str, spans: Sequence[Span]) -> Iterator[Diagnostic]:
    """A file that says nothing, or that holds more than the one document that it is."""
    if not spans:
        yield Diagnostic(
            code="E345",
            message=f"{Path(shown).name} says nothing",
            span=Span(shown, 1, 1),
            hint="begin with “version: 1”, or delete the file",
        )
    for again in spans[1:]:
        yield Diagnostic(
            code="E345",
            message=f"{Path(shown).name} is one document, and here begins another",
            span=again,
            hint="take the line “---” out, and write each key once",
            related=(Related(message="the first one", span=spans[0]),),
        )


def covers(paths: Iterable[Path], folder: Path) -> bool:
    """Whether the given paths are what a file in `folder` speaks of: folders, it and those in it, and no parts of them.

    Who asks for one file, or for a part, has not given all the names that there are.
    """
    given = [path.resolve() for path in paths if not arrangement(path.name)]
    return bool(given) and all(path.is_dir() and folder in (path, path.parent) for path in given)


def shortest(file: Path) -> Path:
    """The file as people here would name it."""
    try:
        return file.relative_to(Path.cwd())
    except ValueError:
        return file
