"""Shapes of single values: how text, numbers and words are written, read and written back.

A shape's `schema()` is a JSON Schema, `bind()` turns a YAML node into the typed value, `unbind()` turns that into
plain data in its canonical, longest form.
"""

from __future__ import annotations

import re
import typing
from abc import ABC, abstractmethod
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Protocol

import yaml

from nano_sre.core import template
from nano_sre.core.template import Template
from nano_sre.spec.load import Node, Path_, plain_value


class Missing:
    """Stands for a value that could not be read; its mistake has been told."""


MISSING_VALUE = Missing()


class Reader(Protocol):
    """What shapes need from whoever binds a document (see `bind.Binder`)."""

    any_broken: bool  # whether `broken` is worth asking

    def broken(self, path: Path_) -> bool: ...

    def text(self, node: yaml.ScalarNode) -> str: ...

    def say(
        self, code: str, message: str, node: Node, path: Path_, *, form: str | None = None, **more: Any
    ) -> None:
        """Tell a mistake; `form` is how the value would have to be written, where that is known."""

    def step(self, node: Node, path: Path_) -> Any: ...


class Shape(ABC):
    """One way to write a value. `scalar`, `sequence`, `mapping` say which kinds of node it takes."""

    scalar = sequence = mapping = False

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """What may be written, as a JSON Schema."""

    def claims(self, text: str, value: Any) -> bool:
        """Whether a scalar (its text, and what it is as plain YAML) is clearly meant for this shape."""
        return False

    @abstractmethod
    def holds(self, value: Any) -> bool:
        """Whether a bound value is of this shape."""

    @abstractmethod
    def bind(self, node: Node, read: Reader, path: Path_) -> Any:
        """The typed value of a node, or `MISSING_VALUE` once its mistake has been told."""

    def unbind(self, value: Any) -> Any:
        return value


def is_plain(node: Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and not node.style


class TextShape(Shape):
    """Text as written; with `templates`, `${…}` may stand in it."""

    scalar = True

    def __init__(self, *, templates: bool) -> None:
        self.templates = templates

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "number", "boolean"]}

    def holds(self, value: Any) -> bool:
        return isinstance(value, (str, Template))

    def bind(self, node: Node, read: Reader, path: Path_) -> Any:
        assert isinstance(node, yaml.ScalarNode)
        text = read.text(node)
        if not self.templates:
            return text
        try:
            return template.parse(text)
        except template.TemplateError as error:
            read.say("E402", str(error), node, path)
            return MISSING_VALUE

    def unbind(self, value: Any) -> Any:
        if isinstance(value, Template):
            return str(value)
        return template.escape(value) if self.templates else value


class TemplateShape(TextShape):
    """Nothing but text with `${…}` in it, beside another type (``int | Template``)."""

    def __init__(self) -> None:
        super().__init__(templates=True)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"\$\{"}

    def claims(self, text: str, value: Any) -> bool:
        return "${" in text

    def holds(self, value: Any) -> bool:
        return isinstance(value, Template)

    def bind(self, node: Node, read: Reader, path: Path_) -> Any:
        value = super().bind(node, read, path)
        if isinstance(value, str):
            read.say("E205", f"“{value}” is of the wrong type here", node, path)
            return MISSING_VALUE
        return value


class FlagShape(Shape):
    scalar = True

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}

    def claims(self, text: str, value: Any) -> bool:
        return isinstance(value, bool)

    def holds(self, value: Any) -> bool:
        return isinstance(value, bool)

    def bind(self, node: Node, read: Reader, path: Path_) -> Any:
        return node.value == "true"


class NumberShape(Shape):
    """int, float or Decimal. A canonical form may hold it as text, to keep every digit."""

    scalar = True

    def __init__(self, cls: type[Any]) -> None:
        self.cls = cls

    def schema(self) -> dict[str, Any]:
        return {"type": "integer" if self.cls is int else "number"}

    def claims(self, text: str, value: Any) -> bool:
        return isinstance(value, (int, float)) and not isinstance(value, bool)

    def holds(self, value: Any) -> bool:
        return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)

    def bind(self, node: Node, read: Reader, path: Path_) -> Any:
        try:
            return self.cls(node.value)
        except (ValueError, ArithmeticError):
            read.say("E205", f"“{node.value}” is not a number", node, path)
            return MISSING_VALUE

    def unbind(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        whole = value == value.to_integral_value() and value.as_tuple().exponent == 0
        return int(value) if whole else str(value)


class ChoiceShape(Shape):
    """One of a few words (or numbers)."""

    scalar = True

    def __init__(self, choices: tuple[Any, ...]) -> None:
        self.choices = choices

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.choices)}

    def claims(self, text: str, value: Any) -> bool:
        return text in map(str, self.choices)

    def holds(self, value: Any) -> bool:
        return value in self.choices

    def bind(self, node: Node, read: Reader, path: Path_) -> Any:
        text = read.text(typing.cast("yaml.ScalarNode", node))
        for choice in self.choices:
            if str(choice) == text:
                return choice
        choices = [str(choice) for choice in self.choices]
        only = choices[0] if len(choices) == 1 else None
        message = f"“{text}” is not “{only}”" if only else f"“{text}” is not one of {', '.join(choices)}"
        read.say("E206", message, node, path, suggestion=only)
        return MISSING_VALUE


class OwnScalarShape(Shape):
    """A type that parses its own text: Duration, Slug, …"""

    scalar = True

    def __init__(self, cls: type[Any]) -> None:
        self.cls = cls

    def schema(self) -> dict[str, Any]:
        if getattr(self.cls, "like_text", False):
            return {"type": ["string", "number", "boolean"], "pattern": self.cls.pattern}
        numbers = self.cls.__name__ in ("Slug", "SavedName")
        return {"type": ["string", "number"] if numbers else "string", "pattern": self.cls.pattern}

    def claims(self, text: str, value: Any) -> bool:
        return re.search(self.cls.pattern, text) is not None

    def holds(self, value: Any) -> bool:
        return type(value) is self.cls

    def bind(self, node: Node, read: Reader, path: Path_) -> Any:
        scalar = typing.cast("yaml.ScalarNode", node)
        text = str(scalar.value) if getattr(self.cls, "verbatim", False) else read.text(scalar)
        try:
            return self.cls.parse(text)
        except ValueError as error:
            said = str(error)
            message = f"“{text}” is not {said}" if said == self.cls.form else said
            read.say("E207", message, node, path, form=self.cls.form, suggestion=mended(self.cls, text))
            return MISSING_VALUE

    def unbind(self, value: Any) -> Any:
        return str(value)


def mended(cls: type[Any], text: str) -> str | None:
    """How a wrong text was meant, for the scalars that can tell."""
    mend = getattr(cls, "mended", None)
    return None if mend is None else mend(text)


class AnyShape(Shape):
    """Any plain data; texts may hold `${…}`."""

    scalar = sequence = mapping = True

    def __init__(self, *, as_written: bool = False) -> None:
        self.as_written = as_written

    def schema(self) -> dict[str, Any]:
        return {}

    def holds(self, value: Any) -> bool:
        return True

    def bind(self, node: Node, read: Reader, path: Path_) -> Any:
        if isinstance(node, yaml.MappingNode):
            return {k.value: self.bind(v, read, (*path, k.value)) for k, v in node.value}
        if isinstance(node, yaml.SequenceNode):
            return [self.bind(v, read, (*path, i)) for i, v in enumerate(node.value)]
        value = plain_value(node.value) if is_plain(node) else node.value
        if self.as_written and value is not None:
            value = node.value
        return TextShape(templates=True).bind(node, read, path) if isinstance(value, str) else value

    def unbind(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {k: self.unbind(v) for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.unbind(v) for v in value]
        if isinstance(value, Decimal):
            return NumberShape(Decimal).unbind(value)
        return TextShape(templates=True).unbind(value) if isinstance(value, (str, Template)) else value
