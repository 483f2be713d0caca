"""Which files a check comes from: its own, its fragments', its stores' and the Python of its skill."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from pathlib import Path

from nano_sre.spec.link import Linkage, Linked
from nano_sre.spec.project import Loaded, Project
from nano_sre.spec.references import used_by
from nano_sre.spec.skills import module_file


def files_of(linked: Linked, project: Project) -> set[Path]:
    """Every file whose change may change what the check does, resolved."""
    vendors = (
        project.of_kind("vendor") if linked.check.session == "browser" else []
    )  # every visit swallows theirs
    loaded = (linked.loaded, *linked.stores, *_fragments_of(linked.loaded, project), *vendors)
    written = {
        str(place[0]) for place in linked.positions.values()
    }  # steps of fragments, also of registered ones
    return {Path(name).resolve() for name in written | {e.document.file for e in loaded}} | code_of(linked)


def every_file(project: Project, linkage: Linkage) -> list[Path]:
    """All files that the project was read from, and the Python of its skills, as people would name them."""
    code = {file for each in linkage.checks for file in code_of(each)}
    return sorted({*(Path(name) for name in project.sources), *map(_shortest, code)})


def code_of(linked: Linked) -> set[Path]:
    """The Python files of a skill that lie in the project: its module's and those that it imports, resolved."""
    named = getattr(linked.check, "skill", None)
    if not isinstance(named, str):
        return set()
    roots = (linked.loaded.folder.resolve(), Path.cwd())
    found: set[Path] = set()
    waiting = [named.partition(":")[0]]
    while waiting:
        file = next((f for root in roots if (f := module_file(root, waiting[-1].split(".")))), None)
        module = waiting.pop()
        if file is not None and file.resolve() not in found:
            found.add(file.resolve())
            waiting += _imports(file, module)
    return found


def code_hash(linked: Linked) -> str | None:
    """SHA-256 over the Python that a skill runs, `hex`; None for checks without any of their own."""
    files = sorted(code_of(linked))
    if not files:
        return None
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def _fragments_of(loaded: Loaded, project: Project) -> Iterator[Loaded]:
    fragments = {each.id: each for each in project.of_kind("fragment")}
    return (fragments[name] for name in used_by(loaded, fragments))


def _imports(file: Path, module: str) -> Iterator[str]:
    """Modules that a file names; those that lie elsewhere are simply not found beside it."""
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError):
        return
    package = module.split(".") if file.name == "__init__.py" else module.split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from filter(None, (base, *(f"{base}.{alias.name}".lstrip(".") for alias in node.names)))


def _shortest(file: Path) -> Path:
    try:
        return file.relative_to(Path.cwd())
    except ValueError:
        return file
