"""Alerters that documents of a project describe, as words of its alerters.yaml."""

from __future__ import annotations

import copy
from functools import cache
from typing import TYPE_CHECKING, Any

from nano_sre.core.chosen import OwnWords, chosen_from
from nano_sre.core.fields import record
from nano_sre.core.policy import AlerterEntry, AlertersFile
from nano_sre.spec.canonical import canonical, to_json
from nano_sre.spec.presets import PostAlerter, alerter_of
from nano_sre.spec.schemagen import live_schema, record_shape
from nano_sre.spec.several import ListShape
from nano_sre.spec.shapes import RecordShape

if TYPE_CHECKING:
    from nano_sre.spec.project import Project


def own_alerters(project: Project) -> OwnWords:
    """The words that a project's documents add, each with what it stands for: None while that cannot be read."""
    found: dict[str, type[PostAlerter] | None] = {}
    for each in project.of_kind("alerter"):
        if each.id and each.id != "name" and ("id",) not in each.broken:
            found.setdefault(each.id, made_of(each.check) if each.sound else None)
    return tuple(found.items())


def made_of(described: Any) -> type[PostAlerter]:
    """The class of an alerter, from its document; the same class for the same words."""
    return _made(str(described.id), to_json(canonical(described)))


@cache
def _made(word: str, text: str) -> type[PostAlerter]:
    import json  # noqa: PLC0415 - only who has such a document needs it

    made: type[PostAlerter] = record()(alerter_of(word, json.loads(text)))
    made.kind_name = word
    return made


@cache
def alerters_shape(own: OwnWords) -> RecordShape:
    """The shape of an alerters.yaml in which these words may stand, too."""
    entry = copy.copy(record_shape(AlerterEntry))
    entry.inline = {**entry.inline, "chosen": record_shape(chosen_from("alerter", own))}
    entry.names = frozenset(entry.properties())
    file = copy.copy(record_shape(AlertersFile))
    entries = copy.copy(file.keys["alerters"])
    assert isinstance(entries.shape, ListShape)
    entries.shape = copy.copy(entries.shape)
    entries.shape.item = entry
    file.keys = {**file.keys, "alerters": entries}
    return file


@cache
def alerters_schema(own: OwnWords) -> dict[str, Any]:
    """The schema of the same."""
    usual = live_schema("alerters")
    words = sorted({*usual["x-kinds"]["alerter"], *(word for word, _ in own)})
    return {**usual, **alerters_shape(own).schema(), "x-kinds": {"alerter": words}}
