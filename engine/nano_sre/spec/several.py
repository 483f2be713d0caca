"""Shapes of several values: lists, mappings of names that the author chooses, and alternatives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from nano_sre.spec.load import Node, Path_, plain_value
from nano_sre.spec.merge import merged
from nano_sre.spec.scalars import MISSING_VALUE, AnyShape, Reader, Shape, TextShape, is_plain


class ListShape(Shape):
    sequence = True

    def __init__(self, item: Shape, *, one_ok: bool) -> None:
        self.item, self.one_ok = item, one_ok
        self.scalar = one_ok and item.scalar
        self.mapping = one_ok and item.mapping

    def schema(self) -> dict[str, Any]:
        many = {"type": "array", "items": self.item.schema()}
        return merged(many, self.item.schema()) if self.one_ok else many

    def holds(self, value: Any) -> bool:
        return isinstance(value, (tuple, list))

    def bind(self, node: Node, read: Reader, path: Path_) -> Any:
        if not isinstance(node, yaml.SequenceNode):
            value = self.item.bind(node, read, path)
            return value if value is MISSING_VALUE else (value,)
        values = [
            MISSING_VALUE
            if read.any_broken and read.broken((*path, i))
            else self.item.bind(item, read, (*path, i))
            for i, item in enumerate(node.value)
        ]
        for value in values:
            if value is MISSING_VALUE:
                return value
        return tuple(values)

    def unbind(self, value: Any) -> Any:
        return [self.item.unbind(v) for v in value]


class MapShape(Shape):
    """Names the author chooses → values."""

    mapping = True

    def __init__(self, value: Shape) -> None:
        self.value = value

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": self.value.schema()}

    def holds(self, value: Any) -> bool:
        return isinstance(value, Mapping)

    def bind(self, node: Node, read: Reader, path: Path_) -> Any:
        assert isinstance(node, yaml.MappingNode)
        pairs = {
            k.value: MISSING_VALUE
            if read.any_broken and read.broken((*path, k.value))
            else self.value.bind(v, read, (*path, k.value))
            for k, v in node.value
        }
        return MISSING_VALUE if any(v is MISSING_VALUE for v in pairs.values()) else pairs

    def unbind(self, value: Any) -> Any:
        return {k: self.value.unbind(v) for k, v in value.items()}


class UnionShape(Shape):
    """Alternatives told apart by the node: at most one mapping and one sequence; scalars tried in order."""

    def __init__(self, options: list[Shape]) -> None:
        self.options = options
        self.scalar = any(o.scalar for o in options)
        self.sequence = any(o.sequence for o in options)
        self.mapping = any(o.mapping for o in options)

    def schema(self) -> dict[str, Any]:
        merged_schema: dict[str, Any] = self.options[0].schema()
        for option in self.options[1:]:
            merged_schema = merged(merged_schema, option.schema())
        return merged_schema

    def holds(self, value: Any) -> bool:
        return any(option.holds(value) for option in self.options)

    def bind(self, node: Node, read: Reader, path: Path_) -> Any:
        if isinstance(node, yaml.MappingNode):
            option = next(o for o in self.options if o.mapping)
        elif isinstance(node, yaml.SequenceNode):
            option = next(o for o in self.options if o.sequence)
        else:
            option = self._scalar_option(node)
        return option.bind(node, read, path)

    def _scalar_option(self, node: Node) -> Shape:
        """The first option that claims the text; what takes any text comes last."""
        options = [o for o in self.options if o.scalar]
        value = plain_value(node.value) if is_plain(node) else node.value
        claimed = next((o for o in options if o.claims(node.value, value)), None)
        return claimed or next(
            (o for o in reversed(options) if type(o) in (TextShape, AnyShape)), options[-1]
        )

    def unbind(self, value: Any) -> Any:
        for option in self.options:
            if option.holds(value):
                return option.unbind(value)
        return AnyShape().unbind(value)
