"""Steps as they are written: what they check, and the lists of names in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from nano_sre.core.program import AnyOf
from nano_sre.spec.load import Node, Path_


def checks_something(step: Any) -> bool:
    """Whether a step fails when the store breaks a promise: by its kind, or because it says what to expect."""
    return bool(getattr(step, "asserts", False)) or getattr(step, "expect", None) is not None


def names_below(node: Node, path: Path_, *, document: str) -> Iterator[AnyOf]:
    """Every `any_of` under a node with its path, those of steps inside it left to them."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, key.value)
            if key.value == "any_of" and isinstance(value, yaml.SequenceNode):
                names = tuple(str(item.value) for item in value.value if isinstance(item, yaml.ScalarNode))
                yield AnyOf(document, here, names)
            elif key.value != "steps":
                yield from names_below(value, here, document=document)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from names_below(item, (*path, index), document=document)


def written_steps(steps: Any) -> Iterator[dict[str, Any]]:
    """The steps of a list as plain data, those inside a loop included; what is no mapping is left out."""
    for step in steps if isinstance(steps, list) else []:
        if isinstance(step, dict):
            yield step
            loop = step.get("for_each")
            yield from written_steps(loop.get("steps") if isinstance(loop, dict) else None)


Scalars = list[tuple[str, Path_]]


def scalars_below(node: Node, path: Path_, naming: tuple[str | None, ...], found: Scalars) -> Scalars:
    """The scalars that may refer to something: most of a document does not, and is passed by quickly."""
    if isinstance(node, yaml.ScalarNode):
        if "$" in node.value or path[-1] in naming:
            found.append((str(node.value), path))
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if not isinstance(value, yaml.ScalarNode):
                scalars_below(value, (*path, str(key.value)), naming, found)
            elif "$" in value.value or key.value in naming:
                found.append((str(value.value), (*path, str(key.value))))
    for index, item in enumerate(node.value if isinstance(node, yaml.SequenceNode) else ()):
        scalars_below(item, (*path, index), naming, found)
    return found
