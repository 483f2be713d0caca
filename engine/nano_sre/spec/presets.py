"""Alerters that are data: a YAML file that describes an HTTP POST whose texts are Jinja2 templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, get_args

from nano_sre.core.alert import Alert, Channel, Markup, Sent
from nano_sre.core.diagnostics import Diagnostic
from nano_sre.core.fields import Doc, Example, Text
from nano_sre.core.preset import may_be_a_field
from nano_sre.core.registry import register
from nano_sre.core.sending import sent
from nano_sre.core.values import frozen
from nano_sre.spec.load import Document, Path_, load
from nano_sre.spec.suggest import did_you_mean

KEYS: dict[str, tuple[str, ...]] = {
    "": ("about", "example", "fields", "post"),
    "field": ("about", "example", "default"),
    "post": ("url", "headers", "message", "body"),
    "message": ("limit", "markup"),
}
TITLE = 300


@frozen
class Post:
    """What is posted. Every text is a template; `body` is JSON when it is a mapping and plain text else.

    Headers that come out empty are left out. `limit` is of the message, in UTF-16 units.
    """

    url: str
    body: Any
    headers: Mapping[str, str]
    limit: int | None = None
    markup: Markup = "plain"


class PostAlerter:
    """What a described alerter does."""

    kind_name: ClassVar[str]
    markup: ClassVar[Markup]
    post: ClassVar[Post]
    field_keys: ClassVar[tuple[str, ...]]

    async def send_alert(self, alert: Alert, channel: Channel) -> Sent:
        post, name = self.post, self.kind_name
        values: dict[str, Any] = {key: channel.value(getattr(self, key)) for key in self.field_keys}
        values |= {
            "message": channel.render(name, alert, markup=post.markup, limit=post.limit),
            "title": channel.render("title", alert, markup=post.markup, limit=TITLE),
        }

        def fill(source: str) -> str:
            return channel.render(name, alert, markup=post.markup, source=source, **values)

        headers = {key: value for key, text in post.headers.items() if (value := fill(text))}
        body = _filled(post.body, fill)
        if isinstance(body, str):
            headers = {"Content-Type": "text/plain; charset=utf-8", **headers}
            reply = await channel.post(
                fill(post.url), content=body.encode("utf-8", "replace"), headers=headers
            )
        else:
            reply = await channel.post(fill(post.url), json=body, headers=headers)
        return sent(reply, at=channel.now())


def _filled(value: Any, fill: Callable[[str], str]) -> Any:
    """The body with its templates filled in; numbers and flags stay what they are."""
    if isinstance(value, str):
        return fill(value)
    if isinstance(value, list):
        return [_filled(each, fill) for each in value]
    if isinstance(value, dict):
        return {key: _filled(each, fill) for key, each in value.items()}
    return value


def register_file(name: str, path: Path) -> None:
    """Registers the alerter that a file describes. Raises `ValueError` when it cannot be read."""
    made, told = read_preset(path.read_text(encoding="utf-8"), str(path), name=name, ours=True)
    if made is None:
        raise ValueError("; ".join(f"{each.span}: {each.message}" for each in told))
    register("alerter", name)(made)


def read_preset(
    text: str, file: str, *, name: str, ours: bool = False
) -> tuple[type[PostAlerter] | None, list[Diagnostic]]:
    """The class of an alerter that is described, not yet registered, and every mistake in its description.

    `ours` leaves out what our tests have looked at: whoever validates a file that names it waits for no Jinja2.
    """
    documents, told = load(text, file)
    if told or len(documents) != 1:
        return None, told or [
            Diagnostic(code="E208", message=f"{file} holds {len(documents)} documents, not one")
        ]
    reading = _Reading(documents[0], templates=not ours)
    reading.look()
    if reading.told:
        return None, reading.told
    return alerter_of(name, documents[0].data), []


def alerter_of(name: str, data: Mapping[str, Any]) -> type[PostAlerter]:
    """The class of an alerter whose description is known to be sound, not yet registered."""
    message = data["post"].get("message", {})
    fields = data.get("fields", {})
    post = Post(
        url=data["post"]["url"],
        body=data["post"]["body"],
        headers=data["post"].get("headers", {}),
        limit=message.get("limit"),
        markup=message.get("markup", "plain"),
    )
    hints: dict[str, Any] = {}
    defaults = {key: str(said["default"]) for key, said in fields.items() if "default" in said}
    for key, said in fields.items():
        marks = [Doc(said["about"]), *([Example(str(said["example"]))] if "example" in said else [])]
        hints[key] = Annotated[(Text, *marks)]
    space = {
        "__doc__": data["about"],
        "__module__": __name__,
        "__annotations__": hints,
        "markup": post.markup,
        "post": post,
        "field_keys": tuple(fields),
        "example": data.get("example", ""),
        **defaults,
    }
    return type(name.capitalize(), (PostAlerter,), space)


class _Reading:
    """Looks for mistakes in a description."""

    def __init__(self, document: Document, *, templates: bool) -> None:
        self.document = document
        self.reads_templates = templates
        self.told: list[Diagnostic] = []

    def say(self, code: str, message: str, path: Path_, *, key: bool = False, **more: Any) -> None:
        span = self.document.span(path, key=key)
        self.told.append(Diagnostic(code=code, message=message, span=span, **more))

    def look(self) -> None:
        data = self.document.data
        self.keys(data, (), "", needed=("about", "example", "post"))
        for text in ("about", "example"):
            if text in data and not isinstance(data[text], str):
                self.say("E205", f"“{text}” is a text", (text,))
        for key, said in self.mapping(data, ("fields",)).items():
            self.field(key, said, ("fields", key))
        post = self.mapping(data, ("post",))
        if "post" in data:
            self.keys(post, ("post",), "post", needed=("url", "body"))
        for key, said in self.mapping(post, ("post", "headers")).items():
            if not isinstance(said, str):
                self.say("E205", "the value of a header is a text", ("post", "headers", key))
        self.message(self.mapping(post, ("post", "message")))
        if self.reads_templates:
            self.templates(post, ("post",))

    def keys(self, data: Any, path: Path_, what: str, *, needed: tuple[str, ...] = ()) -> None:
        known = KEYS[what]
        for key in data:
            if key not in known:
                suggestion, hint = did_you_mean(key, known)
                self.say(
                    "E201",
                    f"“{key}” means nothing here",
                    (*path, key),
                    key=True,
                    suggestion=suggestion,
                    hint=hint,
                )
        for key in needed:
            if key not in data:
                self.say(
                    "E204", f"“{key}” is missing", path, key=bool(path), hint=f"it needs {', '.join(needed)}"
                )

    def mapping(self, data: Any, path: Path_) -> dict[str, Any]:
        """The mapping that the last key of a path holds; an empty one where there is none."""
        found = data.get(path[-1], {})
        if isinstance(found, dict):
            return found
        self.say("E205", f"“{path[-1]}” is a mapping", path)
        return {}

    def field(self, key: str, said: Any, path: Path_) -> None:
        if not may_be_a_field(key):
            self.say(
                "E207",
                f"a field cannot be called “{key}”",
                path,
                key=True,
                hint="write lower-case letters, digits and underscores, and no word that templates have already",
            )
        if not isinstance(said, dict):
            self.say("E205", "say of a field what it is about", path, hint=f"write “{key}: {{about: …}}”")
            return
        self.keys(said, path, "field", needed=("about",))

    def message(self, said: dict[str, Any]) -> None:
        self.keys(said, ("post", "message"), "message")
        limit, markup = said.get("limit", 100), said.get("markup", "plain")
        if not isinstance(limit, int) or isinstance(limit, bool) or limit < 50:
            self.say("E207", "“limit” is a number of characters, at least 50", ("post", "message", "limit"))
        if markup not in get_args(Markup):
            words = ", ".join(get_args(Markup))
            self.say(
                "E206", f"there is no markup “{markup}”; there are {words}", ("post", "message", "markup")
            )

    def templates(self, value: Any, path: Path_) -> None:
        """Every text of the post must be a template that Jinja2 can read."""
        if isinstance(value, Mapping):
            for key, each in value.items():
                self.templates(each, (*path, key))
        elif isinstance(value, list):
            for number, each in enumerate(value):
                self.templates(each, (*path, number))
        elif isinstance(value, str):
            from jinja2 import Environment, TemplateSyntaxError  # noqa: PLC0415 - not for who only lists kinds

            try:
                Environment(autoescape=False).parse(value)  # noqa: S701 - it is read, not rendered
            except TemplateSyntaxError as error:
                self.say("E441", f"this template cannot be read: {error.message}", path)
