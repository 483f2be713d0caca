"""Projects written in a test: a store, and journeys of a few lines."""

from __future__ import annotations

from nano_sre.core.diagnostics import Diagnostic
from nano_sre.spec.link import Linkage, Linked, link
from nano_sre.spec.project import load_texts

STORE = """\
version: 1
kind: store
id: summit
name: Summit
url: https://shop.example
markets:
  us: {currency: USD, locale: en-US}
  de: {currency: EUR, locale: de-DE, path: /de}
vars: {board: complete-snowboard}
"""


def store(name: str, more: str = "") -> str:
    return STORE.replace("summit", name) + more


def journey(*steps: str, named: str = "buy", more: str = "") -> str:
    head = f"version: 1\nkind: journey\nid: {named}\nname: Buy\n{more}"
    return head + "steps:\n" + "".join(f"  - {step}\n" for step in steps or ("see: Cart",))


def fragment(*steps: str, named: str = "look", inputs: str = "") -> str:
    head = f"version: 1\nkind: fragment\nid: {named}\nname: Look\n{inputs}"
    return head + "steps:\n" + "".join(f"  - {step}\n" for step in steps)


def linked(*texts: str, **files: str) -> Linkage:
    """All texts in one folder, or by path (`a__check` is a/check.yaml)."""
    named = {f"checks/{number}.yaml": text for number, text in enumerate(texts)}
    named |= {f"{name.replace('__', '/')}.yaml": text for name, text in files.items()}
    return link(load_texts(named), environ={})


def sound(*texts: str, **files: str) -> Linkage:
    linkage = linked(*texts, **files)
    assert linkage.diagnostics == []
    return linkage


def one(*texts: str) -> Linked:
    """The only check of these documents and a store."""
    (check,) = sound(STORE, *texts).checks
    return check


def codes(told: list[Diagnostic]) -> list[str]:
    return [d.code for d in told]
