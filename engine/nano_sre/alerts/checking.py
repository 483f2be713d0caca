"""The user's alert templates, tried with alerts of every kind before an incident does it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path

from jinja2 import TemplateNotFound, TemplateSyntaxError

from nano_sre.alerts.render import SUFFIX, Templates, complaint, line_of
from nano_sre.alerts.samples import sample_alerts
from nano_sre.core import registry
from nano_sre.core.alert import Alert, AlertItem, Markup
from nano_sre.core.diagnosis import Cause
from nano_sre.core.diagnostics import Diagnostic, Span
from nano_sre.spec.suggest import did_you_mean, listing

EVERYWHERE: tuple[Markup, ...] = ("plain", "slack", "discord", "teams")
NAMES = (
    *(each.name for cls in (Alert, AlertItem, Cause) for each in fields(cls)),
    *(
        "alert",
        "item",
        "targets",
        "shoppers",
        "since",
        "until",
        "lasted",
        "now",
        "timezone",
        "title",
        "picture",
        "picture_src",
        "picture_alt",
        "picture_width",
        "mark",
        "is_over",
    ),
)
OF_ENGINE: Mapping[str, tuple[Markup, ...]] = {
    "title": ("plain",),
    "message": EVERYWHERE,
    "email.html": ("html",),
}
"""Templates that belong to no single alerter, and the markups that each is rendered in."""


def check_templates(
    folder: Path,
    *,
    shown: str | None = None,
    timezone: str = "UTC",
    own: Mapping[str, Markup] | None = None,
) -> list[Diagnostic]:
    """What is wrong with the templates of a folder, each at its line: E441, E442 and E443.

    `shown` is what people call the folder, `own` are alerters that the project describes, with their markups. A file
    whose name begins with an underscore is part of others.
    """
    files = sorted(file for file in folder.rglob(f"*{SUFFIX}") if file.is_file())
    samples, mine = sample_alerts(), own or {}
    told: list[Diagnostic] = []
    for file in files:
        name = file.relative_to(folder).as_posix()
        place = f"{shown or folder}".rstrip("/") + f"/{name}"
        found = _syntax(Templates(folder, timezone=timezone), name, place)
        if found is not None:
            told.append(found)
        elif not file.name.startswith("_"):
            told += _tried(folder, name, place, samples, timezone, mine)
    return told


def _syntax(templates: Templates, name: str, place: str) -> Diagnostic | None:
    try:
        templates.environment("plain").get_template(name)
    except TemplateSyntaxError as error:
        return Diagnostic(
            code="E441",
            message=f"this template cannot be read: {complaint(error)}",
            span=Span(place, error.lineno, 1),
        )
    except (UnicodeDecodeError, OSError) as error:
        return Diagnostic(
            code="E441", message=f"this template cannot be read: {error}", span=Span(place, 1, 1)
        )
    return None


def markups_of(name: str, own: Mapping[str, Markup]) -> tuple[Markup, ...] | None:
    """The markups that a template is rendered in, by its name without `.j2`; None when nothing uses it."""
    if name in OF_ENGINE:
        return OF_ENGINE[name]
    if name in own:
        return (own[name],)
    if not registry.known("alerter", name):
        return None
    return (registry.kind("alerter", name).cls.markup,)


def _tried(
    folder: Path,
    name: str,
    place: str,
    samples: Mapping[str, Alert],
    timezone: str,
    own: Mapping[str, Markup],
) -> Iterator[Diagnostic]:
    markups = markups_of(name.removesuffix(SUFFIX), own)
    if markups is None:
        known = [*OF_ENGINE, *own, *registry.names("alerter")]
        word, _ = did_you_mean(name.removesuffix(SUFFIX), known)
        yield Diagnostic(
            code="E442",
            message=f"nothing uses a template called “{name}”",
            span=Span(place, 1, 1),
            suggestion=f"{word}{SUFFIX}" if word else None,
            hint=None if word else f"templates are called {listing(known)}, each with {SUFFIX} behind it",
        )
        return
    seen: set[tuple[str, int]] = set()
    for markup in markups:
        templates = Templates(folder, timezone=timezone)
        for sample, alert in samples.items():
            found = _trial(templates, name, alert, markup=markup, sample=sample, place=place)
            if found is not None and (key := (found.code, found.span.line if found.span else 0)) not in seen:
                seen.add(key)
                yield found


def _trial(
    templates: Templates, name: str, alert: Alert, *, markup: Markup, sample: str, place: str
) -> Diagnostic | None:
    """One template with one alert."""
    try:
        text = templates.strictly(name, alert, markup=markup)
    except TemplateNotFound as error:
        message = f"there is no template “{error.name}” to include"
        hint = "it is looked for in the folder of templates; “built-in/message.j2” is ours"
        return Diagnostic(code="E441", message=message, span=Span(place, line_of(error) or 1, 1), hint=hint)
    except Exception as error:  # noqa: BLE001 - a template may raise whatever it likes
        said = complaint(error)
        return Diagnostic(
            code="E441",
            message=f"this template fails with the sample alert “{sample}”: {said}",
            span=Span(place, line_of(error) or 1, 1),
            hint=remedy(said),
        )
    if text:
        return None
    return Diagnostic(
        code="E443",
        message=f"this template gives no text for the sample alert “{sample}” ({alert.kind})",
        span=Span(place, 1, 1),
        hint="write something for every kind of alert, or delete the file: the built-in text comes then",
    )


def remedy(said: str, more: Iterable[str] = ()) -> str | None:
    """What to do about the mistakes that nearly every template begins with. `more` are names that it may use."""
    if said.startswith("nothing is there"):
        return (
            "not every alert has everything: write {% if alert.cause %} before it and {% endif %} behind it"
        )
    wrong = re.search(r"there is no “(\w+)”|'(\w+)' is undefined", said)
    return did_you_mean(wrong[1] or wrong[2], dict.fromkeys([*more, *NAMES]))[1] if wrong else None
