"""What single steps ask for beyond their form: files that exist, lists that are known, earlier steps that there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from nano_sre.core import registry
from nano_sre.core.diagnostics import Diagnostic, Span
from nano_sre.core.program import StepCall, every
from nano_sre.spec.load import Node, Path_
from nano_sre.spec.loops import unrolled
from nano_sre.spec.paths import STEP_LISTS
from nano_sre.spec.project import Loaded
from nano_sre.spec.suggest import did_you_mean, listing, nearest

START = "start"


def review_notes(loaded: Loaded) -> Iterator[Diagnostic]:
    """What a written document tells before it is linked. A stored one has been told of when it was applied."""
    document = loaded.document
    if document.positions is not None or () in loaded.broken:
        return
    for verb, body, path in _noteworthy(loaded):
        cls = registry.kind("step", verb).cls
        if hasattr(cls, "flagged"):
            yield Diagnostic(
                code="E422",
                message=f"this step runs {cls.flagged} in the store's pages",
                span=document.span(path, key=True),
                severity="info",
                hint="read it before you approve the check",
            )
        for key in getattr(cls, "files", ()):
            for file, where in _texts(dict(_pairs(body)).get(key), (*path, key)):
                yield from _missing(loaded, file, where)


def looked_at(loaded: Loaded) -> Iterator[Path]:
    """The files that steps name, there or not, and their folders: what `review_notes` hangs on besides the document."""
    if () in loaded.broken:
        return
    for verb, body, path in _noteworthy(loaded):
        for key in getattr(registry.kind("step", verb).cls, "files", ()):
            for file, _ in _texts(dict(_pairs(body)).get(key), (*path, key)):
                if "${" not in file:
                    yield from (loaded.folder / file, (loaded.folder / file).parent)


def _noteworthy(loaded: Loaded) -> Iterator[tuple[str, Node, Path_]]:
    """The steps whose kind is flagged or names files; most documents have none, and are not walked through."""
    if any(map(is_noteworthy, _verbs(loaded.document.data))):
        for verb, body, path in _written(loaded.document.node, ()):
            if is_noteworthy(verb):
                yield verb, body, path


@cache
def is_noteworthy(verb: str) -> bool:
    """Whether steps of a kind are told of to reviewers, or name files."""
    if not registry.known("step", verb):
        return False
    cls = registry.kind("step", verb).cls
    return hasattr(cls, "flagged") or bool(getattr(cls, "files", ()))


def _verbs(data: Any) -> Iterator[str]:
    for name in STEP_LISTS:
        steps = data.get(name)
        for step in steps if isinstance(steps, list) else ():
            if isinstance(step, str):
                yield step
            elif isinstance(step, dict):
                for verb, body in step.items():
                    yield str(verb)
                    if isinstance(body, dict):
                        yield from _verbs(body)


def _missing(loaded: Loaded, file: str, path: Path_) -> Iterator[Diagnostic]:
    if "${" in file or (loaded.folder / file).is_file():
        return
    folder = (loaded.folder / file).parent
    there = sorted(each.name for each in folder.iterdir() if each.is_file()) if folder.is_dir() else []
    near = nearest((loaded.folder / file).name, there)
    word = str((loaded.folder / file).relative_to(loaded.folder).with_name(near[0])) if near else None
    yield Diagnostic(
        code="E420",
        message=f"there is no file “{file}” beside this check",
        span=loaded.document.span(path),
        suggestion=word,
        hint=None
        if word
        else f"it is looked for in the folder {Path(loaded.document.file).parent.as_posix()}",
    )


def judge_steps(check: Any, loaded: Loaded, stores: tuple[Loaded, ...]) -> Iterator[Diagnostic]:
    """What only a bound check with its fragments in place can tell of its steps."""
    if loaded.document.positions is not None:
        return
    for name in STEP_LISTS:
        calls = getattr(check, name, None)
        if isinstance(calls, tuple) and all(isinstance(call, StepCall) for call in calls):
            flat = list(every(calls))
            if any(call.verb == "for_each" for call in flat):
                yield from _loops(calls, stores)
            if any(getattr(call.step, "after", None) is not None for call in flat):
                yield from _earlier(flat, loaded)


def _loops(calls: tuple[StepCall, ...], stores: tuple[Loaded, ...]) -> Iterator[Diagnostic]:
    from nano_sre.spec.compile import with_vars  # noqa: PLC0415 - it needs what is linked

    told: list[Diagnostic] = []

    def tell(call: StepCall, message: str, hint: str) -> None:
        told.append(Diagnostic(code="E421", message=message, span=call.span, hint=hint or None))

    for store in stores:
        if store.sound:
            unrolled(with_vars(calls, store.check.vars), tell)
    yield from told


def _earlier(calls: Sequence[StepCall], loaded: Loaded) -> Iterator[Diagnostic]:
    """`after` of a step names one before it; several could be meant only by a name that several have."""
    before: list[StepCall] = []
    for call in calls:
        wanted = getattr(call.step, "after", None)
        if wanted is not None and wanted != START:
            yield from _named(call, str(wanted), before, loaded)
        before.append(call)


def _named(call: StepCall, wanted: str, before: list[StepCall], loaded: Loaded) -> Iterator[Diagnostic]:
    names = [each.modifiers.name for each in before if each.modifiers.name]
    verbs = [each.verb for each in before]
    if wanted in names or verbs.count(wanted) == 1:
        return
    word = None
    if wanted in verbs:
        message = f"{verbs.count(wanted)} steps before this one are called “{wanted}”"
        hint = f"give the one you mean a name: “{wanted}: {{…, name: my step}}”, and write “after: my step”"
    else:
        message = f"no step before this one is called “{wanted}”"
        known = list(dict.fromkeys([*names, *verbs, START]))
        word, told = did_you_mean(wanted, known)
        hint = told or f"before it come {listing(known)}"
    span = _span_of(call, "after", loaded)
    yield Diagnostic(code="E423", message=message, span=span, suggestion=word, hint=hint)


def _span_of(call: StepCall, key: str, loaded: Loaded) -> Span | None:
    """The place of a step's key; of the step itself when it stands in another file."""
    document = loaded.document
    for _, _, path in _written(document.node, ()):
        if document.span(path, key=True) == call.span:
            return document.span((*path, key))
    return call.span


def _written(node: Node, path: Path_) -> Iterator[tuple[str, Node, Path_]]:
    """Every step of a document with its body and its path, those inside loops included."""
    for name, value in _pairs(node):
        if name not in STEP_LISTS or not isinstance(value, yaml.SequenceNode):
            continue
        for index, step in enumerate(value.value):
            for verb, body in _pairs(step):
                here = (*path, name, index, verb)
                if registry.known("step", verb):
                    yield verb, body, here
                if isinstance(body, yaml.MappingNode):
                    yield from _written(body, here)


def _pairs(node: Node) -> list[tuple[str, Node]]:
    return [(str(k.value), v) for k, v in node.value] if isinstance(node, yaml.MappingNode) else []


def _texts(node: Node | None, path: Path_) -> Iterator[tuple[str, Path_]]:
    if isinstance(node, yaml.ScalarNode):
        yield str(node.value), path
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _texts(item, (*path, index))
