"""Every way to slip on one letter of a key, a step or a reference of a check file, and what the validator says of it.

Nothing is drawn at random: for each word of the language in a file, each letter is dropped, doubled and swapped with
its right neighbour. An edit that spells another legal word at the same place is no mistake and is left out, and so
are words that the author chose; both are counted and named.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from nano_sre.core.diagnostics import Diagnostic
from nano_sre.spec.link import link
from nano_sre.spec.load import Document, Node, Path_, load
from nano_sre.spec.project import load_text, load_texts
from nano_sre.spec.schemagen import live_schema
from nano_sre.spec.suggest import nearest
from nano_sre.spec.validate import schema_at

STEP_LISTS = ("steps", "always")


@dataclass(frozen=True, slots=True)
class Word:
    """A word in a file that only has one right spelling; `legal` are the words that may stand there."""

    file: str
    line: int
    column: int
    offset: int
    text: str
    sort: str  # "key", "step", "reference" or "choice"
    legal: frozenset[str]


@dataclass(frozen=True, slots=True)
class Typo:
    word: Word
    wrong: str
    how: str


@dataclass(slots=True)
class Proof:
    """What became of every typo of some files."""

    tried: int = 0
    rejected: int = 0
    exact: int = 0
    suggested: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    names: set[str] = field(default_factory=set)
    missed: list[str] = field(default_factory=list)
    without_suggestion: list[str] = field(default_factory=list)

    def summary(self, title: str) -> str:
        def share(part: int) -> str:
            return f"{part} of {self.tried} ({100 * part / max(self.tried, 1):.2f} %)"

        left_out = "; ".join(f"{count} {reason}" for reason, count in sorted(self.left_out.items()))
        return (
            f"{title}: {self.tried} typos (each letter dropped, doubled, swapped with its neighbour). "
            f"Rejected: {share(self.rejected)}; at the exact place: {share(self.exact)}; "
            f"right word first: {share(self.suggested)}. Left out: {left_out or 'nothing'}."
        )


def spellings(word: str) -> Iterator[tuple[str, str]]:
    """Every slip of one letter, each result once, and how it came about."""
    seen = {word}
    for i, letter in enumerate(word):
        slips = [("dropped", word[:i] + word[i + 1 :]), ("doubled", word[: i + 1] + letter + word[i + 1 :])]
        if i + 1 < len(word):
            slips.append(("swapped", word[:i] + word[i + 1] + letter + word[i + 2 :]))
        for how, wrong in slips:
            if wrong and wrong not in seen:
                seen.add(wrong)
                yield how, wrong


def words_of(text: str, file: str, proof: Proof) -> Iterator[Word]:
    """Keys and steps of a file. Names that the author chose are noted in `proof`."""
    documents, trouble = load(text, file)
    assert not trouble, trouble
    for document in documents:
        yield from _words(document, document.node, (), proof)


def _words(document: Document, node: Node, path: Path_, proof: Proof) -> Iterator[Word]:
    schema = schema_at(str(document.kind), path)
    if isinstance(node, yaml.MappingNode):
        legal = frozenset(schema.get("properties", ()))
        steps = bool(path) and isinstance(path[-1], int) and path[-2] in STEP_LISTS
        for key, value in node.value:
            if key.value in legal:
                yield _word(document, key, "step" if steps else "key", legal)
            else:
                proof.names.add("/".join(map(str, (*path, key.value))))
            yield from _words(document, value, (*path, key.value), proof)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            inner = (*path, index)
            if isinstance(item, yaml.ScalarNode) and path[-1] in STEP_LISTS:
                legal = frozenset(schema_at(str(document.kind), inner)["properties"])
                bare = {v for v in legal if re.fullmatch(schema_at(str(document.kind), inner)["pattern"], v)}
                yield _word(document, item, "step", frozenset(bare))
            else:
                yield from _words(document, item, inner, proof)


def _word(document: Document, node: Node, sort: str, legal: frozenset[str]) -> Word:
    mark = node.start_mark
    quote = 1 if node.style in ("'", '"') else 0
    return Word(
        document.file, mark.line + 1, mark.column + 1, mark.index + quote, str(node.value), sort, legal
    )


def typos(words: Iterator[Word], proof: Proof) -> Iterator[Typo]:
    for word in words:
        for how, wrong in spellings(word.text):
            if wrong in word.legal:
                proof.left_out[f"spell another {word.sort} of the same place"] += 1
            else:
                yield Typo(word, wrong, how)


def edited(text: str, typo: Typo) -> str:
    word = typo.word
    end = word.offset + len(word.text)
    assert text[word.offset : end] == word.text, (text[word.offset : end], word)
    return text[: word.offset] + typo.wrong + text[end:]


def prove(files: Mapping[str, str]) -> Proof:
    """Misspell every key and step of these files (name → text); each file is judged on its own."""
    proof = Proof()
    for file, text in files.items():
        for typo in typos(words_of(text, file, proof), proof):
            told = load_text(edited(text, typo), file).diagnostics
            judge(typo, told, proof)
    return proof


def judge(typo: Typo, told: list[Diagnostic], proof: Proof) -> None:
    word = typo.word
    proof.tried += 1
    errors = [d for d in told if d.severity == "error"]
    proof.rejected += bool(errors)
    here = [
        d
        for d in errors
        if d.span and (d.span.file, d.span.line, d.span.column) == (word.file, word.line, word.column)
    ]
    proof.exact += bool(here)
    first = here[0].suggestion if here else None
    proof.suggested += first == word.text
    said = f"{word.file}:{word.line}:{word.column} {word.text} → {typo.wrong} ({typo.how})"
    if not here:
        proof.missed.append(f"{said}: {[(d.code, str(d.span), d.message) for d in errors]}")
    elif first != word.text:
        proof.without_suggestion.append(f"{said}: {first}")


def references_of(files: Mapping[str, str], proof: Proof) -> Iterator[Word]:
    """Names that must agree with something else: `${…}`, devices, markets, stores, fragments, checks, choices."""
    for file, text in files.items():
        for document in load(text, file)[0]:
            yield from _references(document, document.node, (), proof)


LISTED = {
    "devices": "reference",
    "markets": "reference",
    "stores": "reference",
    "depends_on": "reference",
    "use": "reference",
    "fragment": "reference",
    "shopper": "reference",
}


def _references(document: Document, node: Node, path: Path_, proof: Proof) -> Iterator[Word]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if path[-2:] == ("use", "with"):
                yield _word(document, key, "reference", frozenset())
            yield from _references(document, value, (*path, key.value), proof)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _references(document, item, (*path, index), proof)
    elif isinstance(node, yaml.ScalarNode) and path:
        yield from _templates(document, node, proof)
        schema = schema_at(str(document.kind), path)
        words = [p for p in path if isinstance(p, str)]
        if "enum" in schema and isinstance(node.value, str) and words[-1] != "version":
            yield _word(document, node, "choice", frozenset(map(str, schema["enum"])))
        elif (
            (words[-1] in LISTED or words[-2:] == ["stores", "tags"])
            and len(words) <= 4
            and "${" not in node.value
        ):
            legal = frozenset(re.findall(r"[a-z]+", schema.get("pattern", "")) if node.value == "all" else ())
            yield _word(document, node, "reference", legal)


def _templates(document: Document, node: yaml.ScalarNode, proof: Proof) -> Iterator[Word]:
    for match in re.finditer(r"(?<!\$)\$\{\s*([A-Za-z0-9_.-]+)", node.value):
        name = match[1]
        if name.split(".")[0] in ("env", "secret"):
            proof.left_out["words of an environment variable, whose names only the machine knows"] += 1
            continue
        quote = 1 if node.style in ("'", '"') else 0
        mark = node.start_mark
        yield Word(
            document.file,
            mark.line + 1,
            mark.column + 1,
            mark.index + quote + match.start(1),
            name,
            "reference",
            frozenset(),
        )


def prove_references(files: Mapping[str, str]) -> Proof:
    """Misspell every reference and choice of these files; they are judged together, as one folder."""
    proof = Proof()
    for typo in typos(references_of(files, proof), proof):
        changed = {**files, typo.word.file: edited(files[typo.word.file], typo)}
        judge(typo, link(load_texts(changed)).diagnostics, proof)
    return proof


def prove_words() -> Proof:
    """Misspell every word of every mapping that the schema knows, and ask for the nearest word there."""
    proof = Proof()
    tables = dict.fromkeys(_tables(live_schema()))
    for table in tables:
        for text in table:
            word = Word("the schema", 1, 1, 0, text, "word", frozenset(table))
            for typo in typos(iter([word]), proof):
                proof.tried += 1
                near = nearest(typo.wrong, table)
                proof.suggested += near[:1] == [text]
                if near[:1] != [text]:
                    proof.without_suggestion.append(f"{text} → {typo.wrong} ({typo.how}): {near}")
    return proof


def _tables(schema: Any) -> Iterator[tuple[str, ...]]:
    """The words of each mapping, and of each choice, anywhere in a schema."""
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict) and schema.get("additionalProperties") is False:
            yield tuple(schema["properties"])
        for value in schema.values():
            yield from _tables(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _tables(value)
