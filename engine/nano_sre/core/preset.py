"""An alerter that a merchant describes: an HTTP POST whose texts are Jinja2 templates. Plain data, the YAML keys."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Any, ClassVar, Literal

from nano_sre.core.alert import Markup
from nano_sre.core.fields import Doc, Example, SavedName, Unfit, record
from nano_sre.core.forms import Form, Name

FIELD = re.compile(r"[a-z][a-z0-9_]*")
TAKEN = frozenset({"alert", "item", "title", "message", "targets", "shoppers", "room", "send_alert"})
"""Words that templates have already, so that no field can be called so."""
SHORTEST_LIMIT = 50


class PostAddress(Form):
    """A web address, or a template that gives one."""

    __slots__ = ()
    pattern: ClassVar[str] = r"^(https?://|\{\{).+$"
    form: ClassVar[str] = (
        "a web address such as https://desk.example.com/{{ room }}, or a template that begins it"
    )


def may_be_a_field(name: str) -> bool:
    """Whether templates can say this word and mean a field."""
    return bool(FIELD.fullmatch(name)) and not keyword.iskeyword(name) and name not in TAKEN


@record()
class PresetField:
    """A key that people write in alerters.yaml."""

    about: Annotated[str, Doc("What it is, for the people who write it.")]
    default: Annotated[
        str | None, Doc("What it is when nobody writes it; without one it has to be written.")
    ] = None
    example: Annotated[str | None, Doc("How it may look.")] = None


@record()
class PresetMessage:
    """How long the text may be, and what it is written in."""

    limit: Annotated[int | None, Doc("The longest message that the service takes, in characters.")] = None
    markup: Annotated[Markup, Doc("How bold, code and links are written there.")] = "plain"

    def __post_init__(self) -> None:
        if self.limit is not None and self.limit < SHORTEST_LIMIT:
            raise Unfit(
                f"a message of {self.limit} characters says nothing", "limit", hint="write at least 50"
            )


@record()
class PresetPost:
    """What is posted. Every text is a Jinja2 template of the fields, `title`, `message` and `alert`."""

    url: Annotated[PostAddress, Doc("The address."), Example('"https://desk.example.com/bells/{{ number }}"')]
    body: Annotated[Any, Doc("JSON, when it is a mapping or a list; a text is sent as plain text.")]
    headers: Annotated[Mapping[str, str], Doc("Headers; one whose template comes out empty is left out.")] = (
        field(default_factory=dict)
    )
    message: Annotated[PresetMessage, Doc("What `{{ message }}` is.")] = field(default_factory=PresetMessage)


@record()
class Preset:
    """An alerter, described."""

    name: ClassVar[str] = ""  # its word is its name

    version: Annotated[Literal[1], Doc("The version of the check language: 1.")]
    id: Annotated[SavedName, Doc("The word for it in alerters.yaml."), Example("bell")]
    about: Annotated[Name, Doc("What it does, as a sentence.")]
    fields: Annotated[Mapping[str, PresetField], Doc("The keys that people write below its word.")] = field(
        default_factory=dict
    )
    post: Annotated[PresetPost, Doc("The request that is sent for each message.")]

    def __post_init__(self) -> None:
        for name in self.fields:
            if not may_be_a_field(name):
                raise Unfit(
                    f"a field cannot be called “{name}”",
                    "fields",
                    name,
                    key=True,
                    hint="write lower-case letters, digits and underscores, and no word that templates have already",
                )
