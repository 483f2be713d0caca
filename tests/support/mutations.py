"""Every word misspelt, every value of another type, every line at another indent: and what the validator says of it.

Misspellings come from `data/slips.txt`, drawn once and taken in order: the proof does not choose them. An edit that
is itself valid is no mistake: for a word, one that is legal at its place; for a value and an indent, a file in which
the reference validator (`jsonschema`, over the committed schema) finds no fault. These are counted and named.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import yaml

from nano_sre.core.diagnostics import Diagnostic
from nano_sre.spec.link import link
from nano_sre.spec.load import Document, Node, Path_, load
from nano_sre.spec.project import load_texts
from nano_sre.spec.validate import reference_faults, schema_at
from support.typos import Proof, Word, references_of, words_of

SLIPS = Path(__file__).with_name("data") / "slips.txt"
UNIT = re.compile(r"\d+(?:\.\d+)?\s*(ms|s|m|h|d|px|%)")
PER_WORD = 6


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of a file. `lines` is where its mistake may be told; `at` is the exact place, for a word."""

    sort: str  # "key", "step", "choice", "reference", "unit", "type" or "indent"
    file: str
    text: str
    what: str
    lines: range
    at: tuple[int, int] | None = None
    right: str | None = None


@dataclass(slots=True)
class Tally:
    """What became of the edits of one sort."""

    tried: int = 0
    rejected: int = 0
    exact: int = 0
    suggested: int = 0
    valid: Counter[str] = field(default_factory=Counter)
    accepted: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    other_word: list[str] = field(default_factory=list)

    def line(self, sort: str) -> str:
        def share(part: int) -> str:
            return f"{part} ({100 * part / max(self.tried, 1):.2f} %)"

        words = f", right word first {share(self.suggested)}" if sort in GUESSED else ""
        left = "; ".join(f"{count} {why}" for why, count in self.valid.most_common())
        return (
            f"{sort:<9} {self.tried:>6} edits: rejected {share(self.rejected)}, "
            f"at the exact place {share(self.exact)}{words}. Left out as valid: {left or 'none'}."
        )


Tallies = dict[str, Tally]
GUESSED = ("key", "step", "choice", "reference")
"""Sorts whose right word can be suggested; a unit can only be named with its number."""


@cache
def slips() -> tuple[str, ...]:
    lines = SLIPS.read_text("utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def slipped(word: str, slip: str) -> str:
    """The word after a slip of one or two letters, such as `drop 0.3; insert 0.9 k`."""
    for each in slip.split("; "):
        what, at, *letter = each.split()
        i = min(int(float(at) * len(word)), max(len(word) - 1, 0))
        match what:
            case "drop":
                word = word[:i] + word[i + 1 :]
            case "double":
                word = word[: i + 1] + word[i : i + 1] + word[i + 1 :]
            case "swap":
                word = word[:i] + word[i + 1 : i + 2] + word[i : i + 1] + word[i + 2 :]
            case "replace":
                word = word[:i] + letter[0] + word[i + 1 :]
            case "insert":
                word = word[:i] + letter[0] + word[i:]
    return word


def misspellings(files: Mapping[str, str], tallies: Tallies, *, every: int = 1) -> Iterator[Edit]:
    """Every `every`-th word of the files with the slips whose turn it is."""
    proof = Proof()
    words: list[Word] = [w for file, text in files.items() for w in words_of(text, file, proof)]
    words += references_of(files, proof)
    words += [w for file, text in files.items() for w in _units(file, text)]
    turn = cycle(slips())
    for word in words[::every]:
        for slip in islice(turn, PER_WORD):
            wrong = slipped(word.text, slip)
            tally = tallies.setdefault(word.sort, Tally())
            if wrong == word.text:
                tally.valid["slips that leave the word as it is"] += 1
            elif wrong in word.legal or not _is_one_word(wrong):
                tally.valid[f"slips that spell another {word.sort} of the same place"] += 1
            else:
                yield _misspelt(files, word, wrong)


def _is_one_word(text: str) -> bool:
    return bool(text) and text.strip() == text


def _misspelt(files: Mapping[str, str], word: Word, wrong: str) -> Edit:
    text = files[word.file]
    return Edit(
        sort=word.sort,
        file=word.file,
        text=text[: word.offset] + wrong + text[word.offset + len(word.text) :],
        what=f"{word.file}:{word.line}:{word.column} {word.text} → {wrong}",
        lines=range(word.line, word.line + 1),
        at=(word.line, word.column),
        right=word.text,
    )


def _units(file: str, text: str) -> Iterator[Word]:
    for document in load(text, file)[0]:
        for path, node in _values(document.node, ()):
            if isinstance(node, yaml.ScalarNode) and (found := UNIT.fullmatch(node.value)):
                if "pattern" not in schema_at(str(document.kind), path):
                    continue
                mark = node.start_mark
                quote = 1 if node.style in ("'", '"') else 0
                offset = mark.index + quote + found.start(1)
                # A unit is right when the whole value is: `15m` for `15ms` is another promise, not a mistake.
                legal = frozenset({"ms", "s", "m", "h", "d"} if found[1] not in ("px", "%") else {found[1]})
                yield Word(file, mark.line + 1, mark.column + 1, offset, found[1], "unit", legal)


def _values(node: Node, path: Path_) -> Iterator[tuple[Path_, Node]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*path, key.value), value
            yield from _values(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield (*path, index), item
            yield from _values(item, (*path, index))


def retypings(files: Mapping[str, str], *, every: int = 1) -> Iterator[Edit]:
    """Every `every`-th value replaced by one of another type."""
    number = 0
    for file, text in files.items():
        for document in load(text, file)[0]:
            for path, node in _values(document.node, ()):
                for wrong in _other_types(node):
                    number += 1
                    if number % every == 0:
                        yield _retyped(file, text, path, node, wrong)


def _other_types(node: Node) -> tuple[str, ...]:
    if isinstance(node, yaml.MappingNode):
        return ("word", "[word]", "7", "")
    if isinstance(node, yaml.SequenceNode):
        return ("word word", "{word: 1}", "7", "")
    return ("[word]", "{word: 1}", "", "true" if re.fullmatch(r"[\d.]+", node.value) else "7.5.1")


def _retyped(file: str, text: str, path: Path_, node: Node, wrong: str) -> Edit:
    start, end = node.start_mark.index, node.end_mark.index
    kept = text[start:end]
    end -= len(kept) - len(kept.rstrip())  # a block takes the line ends behind it along
    lines = range(max(node.start_mark.line, 1), node.end_mark.line + 2)
    return Edit(
        sort="type",
        file=file,
        text=text[:start] + wrong + text[end:],
        what=f"{file}:{node.start_mark.line + 1} {'/'.join(map(str, path))}: {wrong or '(nothing)'}",
        lines=lines,
    )


def reindents(files: Mapping[str, str], *, every: int = 1) -> Iterator[Edit]:
    """Every `every`-th line with one or two spaces more or less before it."""
    number = 0
    for file, text in files.items():
        lines = text.splitlines(keepends=True)
        for index, line in enumerate(lines):
            body = line.lstrip(" ")
            if not body.strip() or body.startswith(("#", "---")):
                continue
            have = len(line) - len(body)
            for by in (-2, -1, 1, 2):
                number += 1
                if have + by < 0 or number % every:
                    continue
                changed = [*lines[:index], " " * (have + by) + body, *lines[index + 1 :]]
                yield Edit(
                    sort="indent",
                    file=file,
                    text="".join(changed),
                    what=f"{file}:{index + 1} {by:+d}: {body.strip()[:50]}",
                    lines=range(index, _next_line(lines, index) + 2),
                )


def _next_line(lines: list[str], index: int) -> int:
    """The next line with something on it: what stood below may be what is now in the wrong place."""
    following = (i for i in range(index + 1, len(lines)) if lines[i].strip())
    return next(following, index) + 1


def prove(files: Mapping[str, str], edits: Iterable[Edit], tallies: Tallies) -> Tallies:
    """Judge each edit in its folder."""
    for edit in edits:
        tally = tallies.setdefault(edit.sort, Tally())
        changed = {**files, edit.file: edit.text}
        told = [d for d in link(load_texts(changed)).diagnostics if d.severity == "error"]
        if not told and edit.sort in ("type", "indent") and _is_valid(edit):
            tally.valid["files that the reference validator accepts as well"] += 1
            continue
        tally.tried += 1
        tally.rejected += bool(told)
        if not told:
            tally.accepted.append(edit.what)
            continue
        _judge_place(edit, told, tally)
    return tallies


def judged_alone(examples: Mapping[str, Mapping[str, str]]) -> Iterator[Mapping[str, str]]:
    """The examples that are right as they stand; one may need what no text can give, such as a Python file."""
    for files in examples.values():
        if not any(d.severity == "error" for d in link(load_texts(files)).diagnostics):
            yield files


def prove_all(
    files: Mapping[str, str], tallies: Tallies, *, every: int = 1, of: Iterable[str] = ()
) -> Tallies:
    """Every sort of edit of these files (`of` names some of them), or each `every`-th; they lie in one folder."""
    edited = {name: files[name] for name in of} or files
    prove(files, misspellings(edited, tallies, every=every), tallies)
    prove(files, retypings(edited, every=every), tallies)
    return prove(files, reindents(edited, every=every), tallies)


def summary(tallies: Tallies, title: str) -> str:
    """The tallies as lines, with their denominators and what was left out, and the share of right words first."""
    lines = [title, *(f"  {tally.line(sort)}" for sort, tally in tallies.items())]
    tried, right = guessed(tallies)
    return "\n".join(
        [*lines, f"  right word first: {right} of {tried} ({100 * right / max(tried, 1):.2f} %)"]
    )


def guessed(tallies: Tallies) -> tuple[int, int]:
    """Misspellings whose right word could be suggested, and how often it was, first."""
    of = [tally for sort, tally in tallies.items() if sort in GUESSED]
    return sum(tally.tried for tally in of), sum(tally.suggested for tally in of)


def _judge_place(edit: Edit, told: list[Diagnostic], tally: Tally) -> None:
    here = [d for d in told if d.span and d.span.file == edit.file and d.span.line in edit.lines]
    if edit.at is not None:
        here = [d for d in here if d.span and (d.span.line, d.span.column) == edit.at]
    said = f"{edit.what}: {[(d.code, str(d.span), d.message, d.suggestion) for d in told][:3]}"
    if not here and edit.at is None and _is_valid(edit):
        # The file is right in itself, and breaks what names it: that is told where the name stands.
        here = [d for d in told if d.code.startswith("E3")]
    if not here:
        tally.elsewhere.append(said)
        return
    tally.exact += 1
    if edit.right is not None:
        right = any(d.suggestion == edit.right for d in here[:1])
        tally.suggested += right
        if not right:
            tally.other_word.append(said)


def _is_valid(edit: Edit) -> bool:
    documents, trouble = load(edit.text, edit.file)
    return not trouble and all(_has_no_fault(each) for each in documents)


def _has_no_fault(document: Document) -> bool:
    kind: Any = document.kind
    return isinstance(kind, str) and not list(reference_faults(kind, document.data))
