"""Whether the Python class that a skill names is there, found out without importing it."""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

from nano_sre.core.diagnostics import Diagnostic
from nano_sre.spec.project import Loaded
from nano_sre.spec.suggest import did_you_mean, listing


def skill_trouble(loaded: Loaded) -> Iterator[Diagnostic]:
    """What is wrong with `skill: module:Class`. Modules that are installed elsewhere are only looked up by name."""
    named = str(loaded.document.data.get("skill"))
    module, colon, name = named.partition(":")
    parts = module.split(".")
    if not colon or not all(part.isidentifier() for part in (*parts, name)):
        yield _told(
            loaded, f"“{named}” does not name a class", "write “module:Class”, such as skills.mine:Mine"
        )
        return
    folders = [folder for folder in (loaded.folder, Path.cwd()) if _begins(folder, parts[0])]
    if not folders:
        if not _installed(parts[0]):
            where = f"beside the check, as {'/'.join(parts)}.py, and among installed packages"
            yield _told(loaded, f"there is no Python module “{module}”", f"it is looked for {where}")
        return
    file = next((f for folder in folders if (f := module_file(folder, parts)) is not None), None)
    if file is None:
        yield _no_module(loaded, folders[0], parts, name)
        return
    classes = _classes(file)
    if classes is not None and name not in classes:
        word, _ = did_you_mean(name, classes)
        hint = f"it has {listing(classes)}" if classes else f"write “class {name}(Skill):” into it"
        suggestion = f"{module}:{word}" if word else None
        yield _told(loaded, f"{file.name} has no class “{name}”", hint, suggestion=suggestion)


def looked_at(loaded: Loaded) -> Iterator[Path]:
    """Every place that the verdict of `skill_trouble` hangs on, there or not."""
    module = str(loaded.document.data.get("skill")).partition(":")[0]
    parts = module.split(".")
    if not all(part.isidentifier() for part in parts):
        return
    for folder in (loaded.folder, Path.cwd()):
        place = folder.joinpath(*parts)
        yield from (folder / parts[0], folder / f"{parts[0]}.py")
        yield from (place, place.with_suffix(".py"), place / "__init__.py", place.parent)
    for entry in map(Path, sys.path):
        yield from (entry / parts[0], entry / f"{parts[0]}.py")


def _no_module(loaded: Loaded, folder: Path, parts: list[str], name: str) -> Diagnostic:
    beside = folder.joinpath(*parts[:-1])
    near = [".".join((*parts[:-1], f.stem)) for f in sorted(beside.glob("*.py")) if f.stem != "__init__"]
    module = ".".join(parts)
    word, _ = did_you_mean(module, near)
    return _told(
        loaded,
        f"there is no Python module “{module}”",
        f"there is {listing(near)}" if near else f"there is no file {'/'.join(parts)}.py",
        suggestion=f"{word}:{name}" if word else None,
    )


def _told(loaded: Loaded, message: str, hint: str, *, suggestion: str | None = None) -> Diagnostic:
    span = loaded.document.span(("skill",))
    return Diagnostic(code="E406", message=message, span=span, hint=hint, suggestion=suggestion)


def _begins(folder: Path, part: str) -> bool:
    return (folder / part).is_dir() or (folder / f"{part}.py").is_file()


def module_file(folder: Path, parts: list[str]) -> Path | None:
    """The file of the Python module `parts` below a folder; None when it is not there."""
    place = folder.joinpath(*parts)
    candidates = (place.with_suffix(".py"), place / "__init__.py")
    return next((file for file in candidates if file.is_file()), None)


def _installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _classes(file: Path) -> list[str] | None:
    """Names that the module defines or imports; None when it cannot be read or takes names from elsewhere."""
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError):
        return None
    found: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            found.append(node.name)
        elif isinstance(node, ast.ImportFrom):
            if any(alias.name == "*" for alias in node.names):
                return None
            found += [alias.asname or alias.name for alias in node.names if alias.name[:1].isupper()]
        elif isinstance(node, ast.Assign):
            found += [target.id for target in node.targets if isinstance(target, ast.Name)]
    return found
