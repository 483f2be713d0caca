"""Vendor files: the built-in ones, which are data beside the kinds, and the words for all vendors of a project."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from nano_sre.core import registry
from nano_sre.core.diagnostics import Diagnostic
from nano_sre.core.vendor import Vendor
from nano_sre.spec.bind import Binder
from nano_sre.spec.load import load
from nano_sre.spec.project import Project
from nano_sre.spec.scalars import MISSING_VALUE


class DescribedVendor:
    """A vendor that is described by a file."""

    described: ClassVar[Vendor]


def register_file(name: str, path: Path) -> None:
    """Registers the vendor that a file describes. Raises `ValueError` when it cannot be read."""
    vendor, told = read_vendor(path.read_text(encoding="utf-8"), str(path))
    if vendor is None:
        raise ValueError("; ".join(f"{each.span}: {each.message}" for each in told))
    space: dict[str, Any] = {"__doc__": f"{vendor.name}.", "__module__": __name__, "described": vendor}
    registry.register("vendor", name)(type(name, (DescribedVendor,), space))


def read_vendor(text: str, file: str) -> tuple[Vendor | None, list[Diagnostic]]:
    """The vendor of a file that is known to fit the schema, as ours are by their tests."""
    documents, told = load(text, file)
    if told or len(documents) != 1:
        return None, told or [
            Diagnostic(code="E208", message=f"{file} holds {len(documents)} documents, not one")
        ]
    binder = Binder(documents[0], set())
    found = binder.check()
    return (None if found is MISSING_VALUE else found), binder.told


def known(project: Project) -> tuple[str, ...]:
    """The words for every vendor that checks of a project may name: its own, then the built-in ones."""
    own = [each.id for each in project.of_kind("vendor") if each.id]
    return tuple(dict.fromkeys([*own, *registry.names("vendor")]))
