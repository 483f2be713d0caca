"""The request of an alerter that a merchant describes, filled with alerts of every kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jinja2 import TemplateSyntaxError

from nano_sre.alerts.checking import remedy
from nano_sre.alerts.render import Templates, complaint, line_of
from nano_sre.alerts.samples import sample_alerts
from nano_sre.core.alert import Markup

Place = tuple[str | int, ...]


def try_post(
    post: Mapping[str, Any], fields: Mapping[str, str], *, name: str, markup: Markup, limit: int | None
) -> Iterator[tuple[Place, str, str | None]]:
    """The templates of a request that fail: where below `post`, a sentence, and a remedy where one is known.

    `fields` are the values of its fields, `name` the alerter's word. Of each template one failure is told.
    """
    templates, samples = Templates(None), sample_alerts()
    for place, source in _texts({key: post[key] for key in ("url", "headers", "body") if key in post}, ()):
        for sample, alert in samples.items():
            texts = {
                "title": templates.title(alert, markup=markup),
                "message": templates.text(name, alert, markup=markup, limit=limit),
            }
            try:
                templates.tried(source, alert, markup=markup, **fields, **texts)
            except TemplateSyntaxError as error:
                yield place, f"this template cannot be read: {complaint(error)}", None
                break
            except Exception as error:  # noqa: BLE001 - a template may raise whatever it likes
                said, line = complaint(error), line_of(error)
                where = f" in its line {line}" if line and line > 1 else ""
                told = f"this template fails{where} with the sample alert “{sample}”: {said}"
                yield place, told, remedy(said, [*fields, *texts])
                break


def _texts(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _texts(each, (*place, key))
    elif isinstance(value, Sequence):
        for number, each in enumerate(value):
            yield from _texts(each, (*place, number))
