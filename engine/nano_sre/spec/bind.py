"""Documents → typed checks. Reads what is sound, and leaves out what the schema already called broken."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from nano_sre.core import registry
from nano_sre.core.diagnostics import Diagnostic, Span
from nano_sre.core.program import AnyOf, Modifiers, StepCall
from nano_sre.spec.declared import of_another_type
from nano_sre.spec.load import Document, Node, Path_, span_of
from nano_sre.spec.scalars import MISSING_VALUE
from nano_sre.spec.schemagen import class_of
from nano_sre.spec.shapes import RecordShape, modifiers_of, shape_of
from nano_sre.spec.written import checks_something, names_below

NO_MODIFIERS = Modifiers()
MOST_MET = 10_000
_met: dict[Any, StepCall] = {}
"""Sound steps by their wording: many checks begin with the same few, and a step is frozen."""


class Binder:
    """Binds one document."""

    def __init__(
        self,
        document: Document,
        broken: set[Path_],
        *,
        used_at: Span | None = None,
        alone: bool = False,
    ) -> None:
        """`alone`: only whether a piece can be bound is asked, its steps know no places."""
        self._alone = alone
        self.document = document
        self.told: list[Diagnostic] = []
        self._broken = broken
        self.any_broken = bool(broken)
        self._used_at = used_at
        self._made = 0  # steps so far
        self._shapes: dict[str, RecordShape] = {}
        self._taken: dict[str, tuple[str, ...]] = {}

    def broken(self, path: Path_) -> bool:
        return path in self._broken

    def text(self, node: yaml.ScalarNode) -> str:
        """A scalar's source text: `01234` and `1.50` stay what they look like."""
        return str(node.value)

    def say(
        self, code: str, message: str, node: Node, path: Path_, *, form: str | None = None, **more: Any
    ) -> None:
        span = None if self._alone else self._place(node, path)
        if form is not None and span is not None and self.document.kind == "fragment":
            other = of_another_type(self.document, str(node.value), path, form=form, span=span)
            if other is not None:
                self.told.append(other)
                return
        self.told.append(Diagnostic(code=code, message=message, span=span, **more))

    def _place(self, node: Node, path: Path_) -> Span:
        # A mapping has no beginning of its own: the key that it belongs to is what people look for.
        if self.document.positions is None and not isinstance(node, yaml.MappingNode):
            return span_of(self.document.file, node)
        return self.document.span(path, key=True)

    def check(self) -> Any:
        """The whole document as its kind's dataclass, or `MISSING_VALUE`."""
        if self.document.own:
            from nano_sre.spec.own_alerters import alerters_shape  # noqa: PLC0415 - few projects have any

            return alerters_shape(self.document.own).bind(self.document.node, self, ())
        shape = shape_of(class_of(str(self.document.kind)))
        return shape.bind(_without_kind(self.document.node), self, ())

    def steps(self, path: Path_) -> tuple[StepCall, ...]:
        """The sound steps under a path, though the rest of the document may be broken."""
        node: Node = self.document.node
        for part in path:
            found = next((v for k, v in node.value if k.value == part), None)
            if found is None:
                return ()
            node = found
        if not isinstance(node, yaml.SequenceNode):
            return ()
        calls = [self.step(n, (*path, i)) for i, n in enumerate(node.value) if not self.broken((*path, i))]
        return tuple(c for c in calls if c is not MISSING_VALUE)

    def step(self, node: Node, path: Path_) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return self._bare(node, path)
        if not isinstance(node, yaml.MappingNode) or len(node.value) != 1:
            return MISSING_VALUE  # the schema has said so
        key, body = node.value[0]
        verb = str(key.value)
        if not registry.known("step", verb) or (self.any_broken and self.broken((*path, verb))):
            return MISSING_VALUE
        inner = (*path, verb)
        if self._alone:
            return self._call(verb, *self._body(verb, body, inner), None)
        span, names = self._span(key, inner), self._names(body, inner)
        # What is filled into a fragment is not in its source.
        if self.any_broken or self._used_at is not None or self.document.kind == "fragment":
            return self._call(verb, *self._body(verb, body, inner), span, names)
        wording = verb, _wording(body, self.document.source)
        known = _met.get(wording)
        if known is not None:
            return StepCall(verb=verb, step=known.step, modifiers=known.modifiers, span=span, any_of=names)
        before = len(self.told), self._made
        call = self._call(verb, *self._body(verb, body, inner), span, names)
        if call is not MISSING_VALUE and before == (len(self.told), self._made - 1):  # no steps inside it
            if len(_met) >= MOST_MET:
                _met.clear()
            _met[wording] = call
        return call

    def _body(self, verb: str, body: Node, path: Path_) -> tuple[Any, Any]:
        """What a step says: the step itself, and the keys that every step takes."""
        shape = self._shape(verb)
        if not isinstance(body, yaml.MappingNode):
            return self._doubted(shape.bind(body, self, path), path), NO_MODIFIERS
        taken = self._modifiers(verb, shape)
        if not any(k.value in taken for k, _ in body.value):
            return self._doubted(shape.bind(body, self, path), path), NO_MODIFIERS
        own = [(k, v) for k, v in body.value if k.value not in taken]
        common = [(k, v) for k, v in body.value if k.value in taken]
        step = shape.bind(_with_pairs(body, own), self, path)
        modifiers = _modifiers_shape().bind(_with_pairs(body, common), self, path)
        return self._doubted(step, path), modifiers

    def _doubted(self, step: Any, path: Path_) -> Any:
        """A step, with a warning of each thing that its kind thinks is hardly meant (`doubts`)."""
        for doubt in step.doubts() if callable(getattr(type(step), "doubts", None)) else ():
            self.told.append(
                Diagnostic(
                    code=doubt.code,
                    message=str(doubt),
                    span=None if self._alone else self.document.span((*path, *doubt.path), key=doubt.key),
                    severity="warning",
                    hint=doubt.hint,
                    suggestion=doubt.suggestion,
                )
            )
        return step

    def _names(self, body: Node, path: Path_) -> tuple[AnyOf, ...]:
        """The lists of several names in a step, where they are written."""
        if self.document.positions is not None:
            return tuple(self.document.any_of.get("/".join(map(str, path[:-1])), ()))
        if "any_of" not in self.document.source:
            return ()
        return tuple(names_below(body, path, document=str(self.document.data.get("id", ""))))

    def _bare(self, node: yaml.ScalarNode, path: Path_) -> Any:
        verb = str(node.value)
        if not registry.known("step", verb):
            return MISSING_VALUE
        shape = self._shape(verb)
        if not shape.bare:
            return MISSING_VALUE
        return self._call(verb, shape.cls(), NO_MODIFIERS, None if self._alone else self._span(node, path))

    def _shape(self, verb: str) -> RecordShape:
        known = self._shapes.get(verb)
        if known is None:
            shape = shape_of(registry.kind("step", verb).cls)
            assert isinstance(shape, RecordShape)
            known = self._shapes[verb] = shape
        return known

    def _modifiers(self, verb: str, shape: RecordShape) -> tuple[str, ...]:
        """The keys of a step that are not its own."""
        known = self._taken.get(verb)
        if known is None:
            known = self._taken[verb] = modifiers_of(shape.cls)
        return known

    def _span(self, node: Node, path: Path_) -> Span:
        return (
            span_of(self.document.file, node) if self.document.positions is None else self.document.span(path)
        )

    def _call(
        self, verb: str, step: Any, modifiers: Any, span: Span | None, any_of: tuple[AnyOf, ...] = ()
    ) -> Any:
        if step is MISSING_VALUE or modifiers is MISSING_VALUE:
            return MISSING_VALUE
        self._made += 1
        call = StepCall(
            verb=verb, step=step, modifiers=modifiers, span=span, used_at=self._used_at, any_of=any_of
        )
        if modifiers.optional and checks_something(step):
            self.told.append(
                Diagnostic(
                    code="E403",
                    message=f"“{verb}” checks something, so it cannot be optional: it would never fail",
                    span=span,
                    hint="use `when` to say under which condition the step applies",
                )
            )
        return call


@cache
def _modifiers_shape() -> RecordShape:
    shape = shape_of(Modifiers)
    assert isinstance(shape, RecordShape)
    return shape


def _wording(node: Node, source: str) -> Any:
    """Equal for values that are written alike. What stands in brackets is its own source, whatever it is part of."""
    if type(node) is yaml.ScalarNode:
        return node.value, node.style
    if getattr(node, "flow_style", None) and node.start_mark is not None:
        return source[node.start_mark.index : node.end_mark.index]
    if type(node) is yaml.MappingNode:
        return "m", *[(key.value, _wording(value, source)) for key, value in node.value]
    return "s", *[_wording(item, source) for item in node.value]


def _with_pairs(node: yaml.MappingNode, pairs: list[Any]) -> yaml.MappingNode:
    return yaml.MappingNode(node.tag, pairs, node.start_mark, node.end_mark)


def _without_kind(node: yaml.MappingNode) -> yaml.MappingNode:
    return _with_pairs(node, [(k, v) for k, v in node.value if k.value != "kind"])
