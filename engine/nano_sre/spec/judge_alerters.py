"""What a project's own descriptions of alerters mean: whether their words are free, and their templates work."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

from nano_sre.core import registry
from nano_sre.core.diagnostics import Diagnostic
from nano_sre.spec.load import Path_
from nano_sre.spec.project import Loaded, Project

TRYING = "nano_sre.alerts.trying"
"""What fills the templates. It renders them, so it lives above; only a project that describes an alerter loads it."""
SAID_ALREADY = ("name",)


def judge_alerters(project: Project) -> Iterator[Diagnostic]:
    """What is wrong with the alerters of a project. Those that are applied were judged when they were."""
    for loaded in project.of_kind("alerter"):
        if loaded.document.positions is None and not loaded.context:
            yield from _word(loaded)
            post = loaded.document.data.get("post")
            yield from _secrets(loaded, post, ("post",))
            if loaded.sound:
                yield from _tried(loaded)


def _word(loaded: Loaded) -> Iterator[Diagnostic]:
    if registry.known("alerter", loaded.id) or loaded.id in SAID_ALREADY:
        what = (
            "is an alerter already"
            if loaded.id not in SAID_ALREADY
            else "means something else in alerters.yaml"
        )
        yield Diagnostic(
            code="E353",
            message=f"“{loaded.id}” {what}",
            span=loaded.document.span(("id",)),
            hint=f"give yours a word of its own, such as “our_{loaded.id}”",
        )


def _secrets(loaded: Loaded, value: Any, path: Path_) -> Iterator[Diagnostic]:
    """`${…}` is filled in where people write it: in alerters.yaml, and nowhere in a description."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _secrets(loaded, each, (*path, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _secrets(loaded, each, (*path, number))
    elif isinstance(value, str) and "${" in value:
        yield Diagnostic(
            code="E313",
            message="nothing fills “${…}” in here: it would be sent as it stands",
            span=loaded.document.span(path),
            hint="declare a field, such as “token”, write “{{ token }}” here, and give it in alerters.yaml",
        )


def _tried(loaded: Loaded) -> Iterator[Diagnostic]:
    described = loaded.check
    message = described.post.message
    fields = {
        name: each.default if each.default is not None else name for name, each in described.fields.items()
    }
    found = importlib.import_module(TRYING).try_post(
        loaded.document.data["post"], fields, name=loaded.id, markup=message.markup, limit=message.limit
    )
    for place, said, hint in found:
        yield Diagnostic(code="E441", message=said, span=loaded.document.span(("post", *place)), hint=hint)
