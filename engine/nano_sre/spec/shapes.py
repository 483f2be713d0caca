"""What an annotation means in YAML. `shape_of(annotation)` is the only place that knows annotations."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Collection, Mapping
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal, get_args, get_origin

import yaml

from nano_sre.core.chosen import Chosen, chosen_from
from nano_sre.core.fields import AsWritten, Doc, Example, Inline, KindOf, OneOrMany, Unfit, key_of
from nano_sre.core.program import Modifiers, StepCall
from nano_sre.core.template import Template
from nano_sre.core.values import made_of
from nano_sre.spec.load import Node, Path_, child
from nano_sre.spec.merge import merged, without_object
from nano_sre.spec.scalars import (
    MISSING_VALUE,
    AnyShape,
    ChoiceShape,
    FlagShape,
    NumberShape,
    OwnScalarShape,
    Reader,
    Shape,
    TemplateShape,
    TextShape,
)
from nano_sre.spec.several import ListShape, MapShape, UnionShape


def modifiers_of(cls: type[Any]) -> tuple[str, ...]:
    """The modifiers that a step takes: all of them, unless its kind lists its own."""
    return tuple(getattr(cls, "modifiers", [key_of(each.name) for each in fields(Modifiers)]))


class StepShape(Shape):
    """One step: a word, or a mapping of one key. The binder knows the kinds."""

    scalar = mapping = True

    def schema(self) -> dict[str, Any]:
        return {"$ref": "#/$defs/step"}

    def holds(self, value: Any) -> bool:
        return isinstance(value, StepCall)

    def bind(self, node: Node, read: Reader, path: Path_) -> Any:
        return read.step(node, path)

    def unbind(self, value: Any) -> Any:
        call = typing.cast("StepCall", value)
        taken = modifiers_of(type(call.step))
        modifiers = shape_of(type(call.modifiers)).unbind(call.modifiers)
        body = shape_of(type(call.step)).unbind(call.step)
        return {call.verb: body | {key: value for key, value in modifiers.items() if key in taken}}


class Key:
    """One key of a record: its YAML name, its field, its shape, its words."""

    __slots__ = ("default", "doc", "examples", "field", "name", "required", "shape")

    def __init__(self, field: Any, annotation: Any) -> None:
        self.field = field.name
        self.name = key_of(field.name)
        marks = getattr(annotation, "__metadata__", ())
        self.shape = shape_of(annotation)
        self.doc = next((str(m) for m in marks if isinstance(m, Doc)), "")
        self.examples = [m.yaml for m in marks if isinstance(m, Example)]
        self.required = field.default is MISSING and field.default_factory is MISSING
        self.default = None if self.required or field.default is MISSING else field.default

    def schema(self) -> dict[str, Any]:
        described = dict(self.shape.schema())
        if self.doc:
            described["description"] = self.doc
        return described


class RecordShape(Shape):
    """A frozen dataclass: a mapping whose keys are its fields. A plain value stands for its short field."""

    mapping = True

    def __init__(self, cls: type[Any]) -> None:
        self.cls = cls
        self.keys: dict[str, Key] = {}
        self.inline: dict[str, RecordShape] = {}
        hints = typing.get_type_hints(cls, include_extras=True)
        for field in fields(cls):
            if field.metadata.get("span"):
                continue
            marks = getattr(hints[field.name], "__metadata__", ())
            family = next((mark.family for mark in marks if isinstance(mark, KindOf)), None)
            if Inline in marks or family is not None:
                shape = shape_of(hints[field.name] if family is None else chosen_from(family))
                assert isinstance(shape, (RecordShape, UnionShape))
                self.inline[field.name] = _record_in(shape)
            else:
                self.keys[key_of(field.name)] = Key(field, hints[field.name])
        self.inline_optional = {
            f.name
            for f in fields(cls)
            if f.name in self.inline and (f.default is not MISSING or f.default_factory is not MISSING)
        }
        self.short: str | None = getattr(cls, "short_field", None)
        self.one_of = _one_of(cls)
        self.one_of_keys = frozenset(map(key_of, self.one_of))
        self.required = frozenset(key.field for key in self.keys.values() if key.required)
        short = self.short_shape()
        self.scalar = short is not None and short.scalar
        self.sequence = short is not None and short.sequence
        self.names = frozenset(self.properties())

    def short_shape(self) -> Shape | None:
        if self.short is None:
            return None
        return self.inline[self.short] if self.short in self.inline else self.keys[key_of(self.short)].shape

    def properties(self) -> dict[str, Key]:
        """Every key that may stand in the mapping, those of inlined records included."""
        found = dict(self.keys)
        for record in self.inline.values():
            found |= record.properties()
        return found

    @cached_property
    def bare(self) -> bool:
        """Whether nothing at all needs to be said."""
        if self.one_of or any(k.required for k in self.keys.values()):
            return False
        if any(n not in self.inline_optional for n in self.inline):
            return False
        try:
            self.cls()
        except ValueError:
            return False
        return True

    def schema(self) -> dict[str, Any]:
        properties = {name: key.schema() for name, key in self.properties().items()}
        required = [name for name, key in self.keys.items() if key.required]
        made: dict[str, Any] = {
            "type": "object",
            "properties": properties,
            "additionalProperties": False,
            "patternProperties": {"^x-": {}},
        }
        if required:
            made["required"] = required
        if self.one_of and not any(k.default is not None for k in self.keys.values()):
            made["minProperties"] = 1
        short = self.short_shape()
        return merged(made, without_object(short.schema())) if short else made

    def holds(self, value: Any) -> bool:
        return type(value) is self.cls

    def bind(self, node: Node, read: Reader, path: Path_) -> Any:
        if not isinstance(node, yaml.MappingNode):
            return self._bind_short(node, read, path)
        given = {k.value: v for k, v in node.value}
        broken = read.any_broken and self._any_broken(given, read, path)
        values: dict[str, Any] = {}
        flawed = False
        for name, child_node in given.items():
            key = self.keys.get(name)
            if key is not None and not (broken and read.broken((*path, name))):
                bound = values[key.field] = key.shape.bind(child_node, read, (*path, name))
                flawed = flawed or bound is MISSING_VALUE
        for field, record in self.inline.items() if self.inline else ():
            if not record.names.isdisjoint(given):
                bound = values[field] = record.bind(node, read, path)
                flawed = flawed or bound is MISSING_VALUE
            elif field not in self.inline_optional:
                if not broken:
                    nothing = "this does not say what it is: " if issubclass(record.cls, Chosen) else ""
                    read.say("E209", f"{nothing}say one of {_words(record)}", node, path)
                flawed = True
        if broken or (self.one_of and not self._one_said(given, node, read, path)):
            if broken and not flawed:
                self._hear(values, given, node, read=read, path=path)
            return MISSING_VALUE  # what has been told would only be told again in other words
        if flawed or not self.required <= values.keys():
            return MISSING_VALUE
        return self._made(values, node, read, path)

    def _hear(
        self, values: dict[str, Any], given: dict[str, Node], node: Node, *, read: Reader, path: Path_
    ) -> None:
        """What a record says of the values it has, though a key beside them is wrong: all is told in one round."""
        said = [name for name in given if name in self.one_of_keys]
        if not self.required <= values.keys() or (self.one_of and len(said) != 1):
            return
        try:
            made_of(self.cls, values)
        except Unfit as error:
            if error.path and not error.key and child(node, error.path[0])[1] is not None:
                self._refused(error, node, read, path)
        except ValueError:
            return  # it speaks of the record as a whole, which is not as it was meant

    def _any_broken(self, given: dict[str, Node], read: Reader, path: Path_) -> bool:
        return any(read.broken((*path, name)) for name in given)

    def _bind_short(self, node: Node, read: Reader, path: Path_) -> Any:
        short = self.short_shape()
        if short is None or self.short is None:
            read.say("E205", "this takes a mapping of keys", node, path)
            return MISSING_VALUE
        value = short.bind(node, read, path)
        return value if value is MISSING_VALUE else self._made({self.short: value}, node, read, path)

    def _one_said(self, given: dict[str, Node], node: Node, read: Reader, path: Path_) -> bool:
        said = [name for name in given if name in self.one_of_keys]
        if len(said) == 1:
            return True
        message = (
            f"say exactly one of {_words(self)}"
            if not said
            else f"{' and '.join(f'“{s}”' for s in said)} are said together: keep one of them"
        )
        read.say("E209", message, node, (*path, said[1]) if len(said) > 1 else path)
        return False

    def made(self, values: dict[str, Any], given: Collection[str]) -> Any:
        """The record of bound values by field, said by these keys; None when something is to be told of it."""
        said = [name for name in given if name in self.one_of_keys]
        if not self.required <= values.keys() or (self.one_of and len(said) != 1):
            return None
        try:
            return made_of(self.cls, values)
        except ValueError:
            return None

    def _made(self, values: dict[str, Any], node: Node, read: Reader, path: Path_) -> Any:
        try:
            return made_of(self.cls, values)
        except Unfit as error:
            self._refused(error, node, read, path)
            return MISSING_VALUE
        except ValueError as error:
            spoken_of = next((w for w in _QUOTED.findall(str(error)) if child(node, w)[1] is not None), None)
            read.say("E207", str(error), node, path if spoken_of is None else (*path, spoken_of))
            return MISSING_VALUE

    def _refused(self, error: Unfit, node: Node, read: Reader, path: Path_) -> None:
        where, place, key = path, node, None
        for part in error.path:
            key, value = child(place, part)
            if value is None:
                break
            where, place = (*where, part), value
        at = key if error.key and key is not None else place
        read.say(error.code, str(error), at, where, hint=error.hint, suggestion=error.suggestion)

    def unbind(self, value: Any) -> Any:
        written: dict[str, Any] = {}
        for name, key in self.keys.items():
            held = getattr(value, key.field)
            if held is not None:
                written[name] = key.shape.unbind(held)
        for field, record in self.inline.items():
            held = getattr(value, field)
            if held is not None:
                of_project = type(held) is not record.cls  # a kind that its documents describe
                written |= (shape_of(type(held)) if of_project else record).unbind(held)
        return written


def _one_of(cls: type[Any]) -> tuple[str, ...]:
    """Keys of which exactly one is said: a record's argument, or a step's class variable."""
    said = getattr(cls, "exactly_one", None) or getattr(cls, "one_of", ())
    return said if isinstance(said, tuple) else ()  # a key may be called one_of, too


_QUOTED = re.compile("[“`]([a-z_]+)[”`]")


def _words(record: RecordShape) -> str:
    """The keys of which one is said; a plain text needs no key."""
    return ", ".join(key_of(n) for n in record.one_of or record.properties() if n != "any_name")


def _record_in(shape: Shape) -> RecordShape:
    if isinstance(shape, RecordShape):
        return shape
    assert isinstance(shape, UnionShape)
    return next(o for o in shape.options if isinstance(o, RecordShape))


def shape_of(annotation: Any) -> Shape:
    """The shape of a type annotation, made once. Raises `TypeError` for one the language has no YAML for."""
    found = _shapes.get(annotation)
    if found is None:
        found = _shapes[annotation] = _make_shape(annotation)
    return found


_shapes: dict[Any, Shape] = {}


def _make_shape(annotation: Any) -> Shape:
    if get_origin(annotation) is typing.Annotated:
        inner, *marks = get_args(annotation)
        if AsWritten in marks:
            return MapShape(AnyShape(as_written=True))
        shape = shape_of(inner)
        return _one_or_many(shape) if OneOrMany in marks else shape
    if annotation is Any:
        return AnyShape()
    simple = _simple_shape(annotation)
    if simple is not None:
        return simple
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return ChoiceShape(args)
    if origin is tuple:
        return ListShape(shape_of(args[0]), one_ok=False)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return MapShape(shape_of(args[1]))
    if origin in (types.UnionType, typing.Union):
        return _union(args)
    raise TypeError(f"no YAML shape for {annotation!r}")


def _simple_shape(annotation: Any) -> Shape | None:
    if annotation is str:
        return TextShape(templates=False)
    if annotation is Template:
        return TemplateShape()
    if annotation is bool:
        return FlagShape()
    if annotation in (int, float, Decimal):
        return NumberShape(annotation)
    if annotation is StepCall:
        return StepShape()
    if isinstance(annotation, type) and hasattr(annotation, "parse") and hasattr(annotation, "pattern"):
        return OwnScalarShape(annotation)
    if isinstance(annotation, type) and is_dataclass(annotation):
        return RecordShape(annotation)
    return None


def _one_or_many(shape: Shape) -> Shape:
    if isinstance(shape, ListShape):
        return ListShape(shape.item, one_ok=True)
    assert isinstance(shape, UnionShape)
    return UnionShape([_one_or_many(o) if isinstance(o, ListShape) else o for o in shape.options])


def _union(args: tuple[Any, ...]) -> Shape:
    options = [a for a in args if a is not type(None)]
    if str in options and Template in options:  # Text: one shape that takes both
        options = [a for a in options if a not in (str, Template)]
        text: list[Shape] = [TextShape(templates=True)]
    else:
        text = []
    shapes = [shape_of(a) for a in options] + text
    return shapes[0] if len(shapes) == 1 else UnionShape(shapes)
