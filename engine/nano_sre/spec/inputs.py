"""Fragments and what they are given: `${inputs.name}` replaced in the YAML tree, places kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import yaml

from nano_sre.core import template
from nano_sre.core.fields import Element
from nano_sre.core.filters import FILTERS
from nano_sre.core.inputs import SAMPLES, misfit
from nano_sre.core.template import Ref, Template
from nano_sre.spec.declared import ONLY_AN_INPUT
from nano_sre.spec.load import Document, Node, node_of, plain_value
from nano_sre.spec.shapes import shape_of
from nano_sre.spec.suggest import did_you_mean, listing

Given = Mapping[str, Any]  # a text, a Template or an Element for each input


def filled(node: Node, given: Given) -> Node:
    """A copy of a tree with every `${inputs.name}` that is given in its place."""
    start, end = node.start_mark, node.end_mark
    if isinstance(node, yaml.MappingNode):
        pairs = [(key, filled(value, given)) for key, value in node.value]
        return yaml.MappingNode(node.tag, pairs, start, end)
    if isinstance(node, yaml.SequenceNode):
        return yaml.SequenceNode(node.tag, [filled(item, given) for item in node.value], start, end)
    if not isinstance(node, yaml.ScalarNode) or "inputs." not in str(node.value):
        return node
    return _filled_scalar(node, given)


def _filled_scalar(node: yaml.ScalarNode, given: Given) -> Node:
    try:
        parsed = template.parse(node.value)
    except template.TemplateError:
        return node  # told with the references
    if not isinstance(parsed, Template):
        return node
    only = parsed.parts[0] if len(parsed.parts) == 1 else None
    value = given.get(only.rest) if isinstance(only, Ref) and only.root == "inputs" else None
    if isinstance(value, Element):
        return _placed_like(node, node_of(shape_of(Element).unbind(value)))
    # A value that is nothing but an input keeps its type: then it stands there as the caller would write it. With
    # anything beside the input it is a text, with quotes or without: `1${inputs.size}` does not become a number.
    style = None if isinstance(value, str) else node.style or "'"
    return yaml.ScalarNode(node.tag, _written(parsed, given), node.start_mark, node.end_mark, style=style)


def _written(parsed: Template, given: Given) -> str:
    parts: list[str | Ref] = []
    for part in parsed.parts:
        known = isinstance(part, Ref) and part.root == "inputs" and part.rest in given
        for each in _given_parts(part, given) if known else (part,):
            if isinstance(each, str) and parts and isinstance(parts[-1], str):
                parts[-1] += each
            else:
                parts.append(each)
    if any(isinstance(part, Ref) for part in parts):
        return str(Template(tuple(parts)))
    return template.escape("".join(map(str, parts)))


def _given_parts(ref: Any, given: Given) -> tuple[str | Ref, ...]:
    value = given[ref.rest]
    if isinstance(value, Template):
        whole = len(value.parts) == 1
        return tuple(
            Ref(part.name, (*part.filters, *ref.filters)) if whole and isinstance(part, Ref) else part
            for part in value.parts
        )
    for name in ref.filters:
        try:
            value = FILTERS[name](value)
        except ArithmeticError:
            return (ref,)  # a run would say that it cannot be worked out
    return (str(value),)


def _placed_like(place: Node, made: Node) -> Node:
    """A tree that was made up, as if it stood where another node stands."""
    made.start_mark, made.end_mark = place.start_mark, place.end_mark
    below = made.value if isinstance(made.value, list) else []
    for each in below:
        for node in each if isinstance(each, tuple) else (each,):
            _placed_like(place, node)
    return made


def with_samples(document: Document) -> Document:
    """A fragment as it is read on its own: a sample of its type in the place of each input that is no text."""
    table = document.data.get("inputs")
    samples: dict[str, str] = {}
    for name, said in table.items() if isinstance(table, dict) else ():
        one_of = said.get("one_of") if isinstance(said, dict) else None
        type_ = said.get("type") if isinstance(said, dict) else None
        if isinstance(one_of, list) and one_of:
            samples[name] = str(one_of[0])
        elif isinstance(type_, str) and type_ in SAMPLES:
            samples[name] = SAMPLES[type_]
    if not samples:
        return document
    node = filled(document.node, samples)
    assert isinstance(node, yaml.MappingNode)
    return replace(document, node=node, data=_sampled(document.data, samples))


def _sampled(data: Any, samples: Mapping[str, str]) -> Any:
    if isinstance(data, dict):
        return {key: _sampled(value, samples) for key, value in data.items()}
    if isinstance(data, list):
        return [_sampled(item, samples) for item in data]
    if isinstance(data, str) and (only := ONLY_AN_INPUT.fullmatch(data)):
        return plain_value(samples[only[1]]) if only[1] in samples else data
    return data


def wrong_inputs(
    named: str, inputs: Mapping[str, Any], given: Mapping[str, Node]
) -> Iterator[tuple[str, str, str | None, str | None]]:
    """Name, message, right word and remedy of each value under `with` that is not of its input's type."""
    for name, node in given.items():
        if name not in inputs:
            continue
        said = inputs[name]
        who = f"the input “{name}” of the fragment “{named}”"
        if not isinstance(node, yaml.ScalarNode):  # a list has been told by the schema
            if said.type_ != "element" and isinstance(node, yaml.MappingNode):
                yield name, f"{who} takes {said.form}, and this is a mapping", None, "write one value"
            continue
        text = str(node.value)
        if said.one_of and text not in said.one_of and "${" not in text:
            word, hint = did_you_mean(text, said.one_of)
            yield (
                name,
                f"{who} cannot be “{text[:60]}”",
                word,
                hint or f"choose one of {listing(said.one_of)}",
            )
        elif (form := misfit(said.type_, text)) is not None:
            yield name, f"{who} takes {form}, and this is “{text[:60]}”", None, None
