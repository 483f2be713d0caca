"""Check files in the form everybody writes: what is missing and can be known is written, the rest is laid out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

import yaml

from nano_sre.core import registry
from nano_sre.core.diagnostics import Diagnostic
from nano_sre.spec.layout import Order, laid_out
from nano_sre.spec.listing import arrangement
from nano_sre.spec.load import Document, load
from nano_sre.spec.project import load_text
from nano_sre.spec.renames import old_words
from nano_sre.spec.schemagen import class_of, record_shape

FIRST = ("version", "kind", "id", "name")
LAST = ("steps", "always")
MODELINE = re.compile(r"^#\s*yaml-language-server:\s*\$schema=", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatted:
    """One file: its text in the one form, or the text as it was when `errors` keep it from being read."""

    text: str
    errors: list[Diagnostic] = field(default_factory=list)
    warnings: list[Diagnostic] = field(default_factory=list)


def formatted(
    source: str, file: str, *, upgrade: bool = False, schema: str | None = None, taken: Sequence[str] = ()
) -> Formatted:
    """The text of one file as it should be. A second time changes nothing.

    `upgrade` writes today's words for older ones. `schema` is the address of the JSON Schema that the first line
    points editors to. `taken` are ids that other files hold: one made from a name is none of them.
    Raises `layout.MeaningChanged` for a bug of ours.
    """
    text = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    documents, told = load(text, file)
    if any(d.severity == "error" for d in told):
        return Formatted(text=source, errors=told)
    if upgrade:
        text = _upgraded(text, documents)
        documents, _ = load(text, file)
    text = _completed(text, documents, taken)
    errors = [d for d in load_text(text, file).diagnostics if d.severity == "error"]
    if errors:
        return Formatted(text=source, errors=_where_written(errors, source, file))
    text = laid_out(text, _order_of(arrangement(file)))
    if schema is not None and not MODELINE.search(text):
        text = f"# yaml-language-server: $schema={schema}\n{text}"
    return Formatted(
        text=_with_line_ends(text, source),
        warnings=[d for d in load_text(source, file).diagnostics if d.code == "E211" and not upgrade],
    )


def _where_written(errors: list[Diagnostic], source: str, file: str) -> list[Diagnostic]:
    """The same mistakes with their places in the file as it is, not as it would have been."""
    said = {(each.code, each.message) for each in errors}
    return [d for d in load_text(source, file).diagnostics if (d.code, d.message) in said] or errors


def _order_of(name: str | None) -> Order:
    """The order of keys in a file that is known by its name, or in checks."""
    if name is None:
        return key_order
    own = list(record_shape(class_of(name)).keys)
    return lambda node: [*own, *(key.value for key, _ in node.value if key.value not in own)]


def key_order(node: yaml.MappingNode) -> list[str]:
    """The order of a document's keys: what it is and is called, what it says, and its steps at the end."""
    given = {key.value: value for key, value in node.value}
    kind = given["kind"].value if isinstance(given.get("kind"), yaml.ScalarNode) else None
    own = list(record_shape(registry.kind("check", kind).cls).keys) if kind in registry.names("check") else []
    middle = [name for name in own if name not in (*FIRST, *LAST)]
    authors = [name for name in given if name not in own and name not in FIRST]
    return [*FIRST, *middle, *authors, *LAST]


def slug(text: str) -> str:
    """`Größe wählen!` → `grosse-wahlen`; empty when no letter of it is Latin."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def _upgraded(text: str, documents: list[Document]) -> str:
    """The text with today's words in place of older ones."""
    words = [word for document in documents for word in old_words(document)]
    for word in sorted(words, key=lambda each: each.node.start_mark.index, reverse=True):
        text = text[: word.node.start_mark.index] + word.new + text[word.node.end_mark.index :]
    return text


def _completed(text: str, documents: list[Document], taken: Sequence[str]) -> str:
    """The text with `version` and `id` in each document that lacks them."""
    known = {*taken, *(str(d.data["id"]) for d in documents if "id" in d.data)}
    lines: list[tuple[int, list[str]]] = []
    for document in documents:
        missing = [] if "version" in document.data else ["version: 1"]
        made = _free(slug(str(document.data.get("name", ""))), known)
        if "id" not in document.data and made:
            known.add(made)
            missing.append(f"id: {made}")
        if missing and document.node.value:
            lines.append((document.node.value[0][0].start_mark.index, missing))
    for index, missing in reversed(lines):
        before = text[:index]
        column = len(before) - (before.rfind("\n") + 1)
        between = ", " if before.rstrip().endswith("{") else "\n" + " " * column
        text = before + "".join(each + between for each in missing) + text[index:]
    return text


def _free(wanted: str, known: set[str]) -> str:
    """The name, or the first of name-2, name-3 … that is not taken; empty stays empty."""
    number, name = 1, wanted
    while name in known and wanted:
        number += 1
        name = f"{wanted}-{number}"
    return name


def _with_line_ends(text: str, source: str) -> str:
    """The line ends that most lines of the source have."""
    dos = source.count("\r\n")
    return text.replace("\n", "\r\n") if dos * 2 > source.count("\n") else text


def ids_in(source: str, file: str) -> list[str]:
    """The ids that a file's documents have."""
    return [str(d.data["id"]) for d in load(source, file)[0] if "id" in d.data]
