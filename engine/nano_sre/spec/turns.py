"""What a piece of a document refers to, in the turns that `check_references` takes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from nano_sre.core import template
from nano_sre.spec.judge_ref import is_looked_up
from nano_sre.spec.load import Node, Path_
from nano_sre.spec.paths import STEP_LISTS
from nano_sre.spec.references import NAMING, NO_TEMPLATES, kept_in, may_name_something, pairs_in
from nano_sre.spec.written import scalars_below

Turn = tuple[tuple[str, ...], tuple[str, ...]]
"""Names that must have been saved by now, and those that are saved from here on."""


def turns_of(node: Node, path: Path_) -> tuple[tuple[Turn, ...], tuple[Any, ...]]:
    """What a piece refers to, in turns as `check_references` takes them. Raises `TemplateError`."""
    turns: list[Turn] = []
    asks: list[tuple[str, Path_, str | None]] = []
    for place, where, verb, kept in _in_turn(node, path):
        needed: list[str] = []
        for text, here in scalars_below(place, where, (*NAMING, verb), []):
            if "${" not in text:
                asks += [(text, here, verb)] if may_name_something(here, verb) else []
            elif (verb not in NO_TEMPLATES or here[-1] != "code") and here[-1] not in NO_TEMPLATES:
                parsed = template.parse(text)
                refs = parsed.refs if isinstance(parsed, template.Template) else ()
                needed += [ref.name for ref in refs if not is_looked_up(ref)]
                asks += [(str(ref), here, verb) for ref in refs if is_looked_up(ref)]
        if needed or kept:
            turns.append((tuple(needed), kept))
    return tuple(turns), tuple(asks)


def _in_turn(node: Node, path: Path_) -> Iterable[tuple[Node, Path_, str | None, tuple[str, ...]]]:
    item = len(path) > 1
    if item and path[0] in STEP_LISTS:
        for verb, body in pairs_in(node):
            named = dict(pairs_in(body)).get("as")
            kept = (str(named.value),) if isinstance(named, yaml.ScalarNode) else ()
            yield body, (*path, verb), verb, kept
    elif isinstance(node, yaml.SequenceNode) and not item:
        for index, each in enumerate(node.value):
            yield each, (*path, index), None, tuple(kept_in(each))
    elif path[-1] == "as" and isinstance(node, yaml.ScalarNode):
        yield node, path, None, (str(node.value),) if item else ()
    else:
        yield node, path, None, tuple(kept_in(node)) if item else ()
