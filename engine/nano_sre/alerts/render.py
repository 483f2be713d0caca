"""Alerts → texts, by the built-in templates or the user's own. A message is never lost to a template that is broken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from nano_sre.alerts import neutral
from nano_sre.alerts.brief import LONGEST_LINK, LONGEST_NAME, ROOMS, Room, brief, cut, units
from nano_sre.alerts.wording import sure, times
from nano_sre.core.alert import Alert, Markup
from nano_sre.core.ports import cannot_work
from nano_sre.core.visible import web_address

BUILT_IN = PackageLoader("nano_sre.alerts", "templates")
BODY = "message"  # what a channel without a template of its own says
SUFFIX = ".j2"
_LACKING = re.compile(r"'(None|[\w.]+ object)' has no attribute '(\w+)'")
_BLANK_LINES = re.compile(r"\n{3,}")


class Templates:
    """The templates of one installation: the built-in ones, and before them those of the user's folder."""

    def __init__(self, folder: Path | None = None, *, timezone: str = "UTC") -> None:
        self.folder = folder
        self.zone = ZoneInfo(timezone)
        self._environments: dict[tuple[Markup, bool], ImmutableSandboxedEnvironment] = {}

    def text(
        self, name: str, alert: Alert, *, markup: Markup = "plain", limit: int | None = None, **more: Any
    ) -> str:
        """The text of that name. Falls back on the built-in one, with a line that says why. Never raises."""
        if name == "title":
            return self.title(alert, markup=markup, limit=limit)
        title, alert = self._title(alert)
        more |= {"title": neutral.Said.of(title, markup)}
        own = self._own(name)
        if own is not None:
            try:
                return self._fitted(own, alert, markup=markup, limit=limit, more=more)
            except Exception as error:  # noqa: BLE001 - whatever a user's template does, people are told
                alert = with_remark(alert, self._remark(own, error))
        return self._fitted(built_in(name), alert, markup=markup, limit=limit, more=more, own=False)

    def filled(
        self, source: str, alert: Alert, *, markup: Markup = "plain", limit: int | None = None, **more: Any
    ) -> str:
        """A template that is given as text. Raises `Abort` when it is broken."""
        more |= {"title": self.title(alert, markup=markup)}
        try:
            return self._fitted(source, alert, markup=markup, limit=limit, more=more, is_source=True)
        except TemplateError as error:
            raise cannot_work(f"The template {source!r} cannot be filled in: {trouble(error)}.") from None

    def strictly(self, file: str, alert: Alert, *, markup: Markup) -> str:
        """The user's template of that file name, with what is wrong with it as an exception of Jinja2's."""
        more = {} if file == "title.j2" else {"title": self.title(alert, markup=markup)}
        return self._fitted(file, alert, markup=markup, limit=None, more=more)

    def tried(self, source: str, alert: Alert, *, markup: Markup, **more: Any) -> str:
        """A template that is given as text, with what is wrong with it as an exception of Jinja2's."""
        return self._fitted(source, alert, markup=markup, limit=None, more=more, is_source=True)

    def shown(self, name: str) -> str:
        return f"{self.folder.name}/{name}" if self.folder else name

    def environment(self, markup: Markup, *, own: bool = True) -> ImmutableSandboxedEnvironment:
        """Jinja2 without a way out: what is private stays so, nothing can be changed, unknown names are errors."""
        key = (markup, own)
        if key not in self._environments:
            self._environments[key] = self._made(markup, own=own)
        return self._environments[key]

    def _made(self, markup: Markup, *, own: bool) -> ImmutableSandboxedEnvironment:
        loaders: list[BaseLoader] = [FileSystemLoader(self.folder)] if own and self.folder else []
        made = ImmutableSandboxedEnvironment(
            loader=ChoiceLoader([*loaders, BUILT_IN, PrefixLoader({"built-in": BUILT_IN})]),
            autoescape=markup == "html",
            undefined=StrictUndefined,
            keep_trailing_newline=False,
        )
        made.filters |= {
            "bold": partial(neutral.bold, markup=markup),
            "code": partial(neutral.code, markup=markup),
            "link": lambda url, text="": neutral.link(url, markup, text),
            "web_address": web_address,
            "sure": sure,
            "named": named,
            "file": lambda path: neutral.Said.of(PurePosixPath(str(getattr(path, "raw", path))).name, markup),
        }
        return made

    def _own(self, name: str) -> str | None:
        """The user's template for a name: of that name, or of the built-in one that it would be."""
        if self.folder is None:
            return None
        wanted = dict.fromkeys((f"{name}{SUFFIX}", built_in(name)))
        return next((each for each in wanted if (self.folder / each).is_file()), None)

    def _fitted(
        self,
        template: str,
        alert: Alert,
        *,
        markup: Markup,
        limit: int | None,
        more: dict[str, Any],
        own: bool = True,
        is_source: bool = False,
    ) -> str:
        """The text with as much in it as the limit allows; what no shortening makes fit is cut before its end."""
        environment = self.environment(markup, own=own)
        made = environment.from_string(template) if is_source else environment.get_template(template)
        text = ""
        for room in ROOMS:
            text = tidy(made.render(**(self._context(alert, room, markup) | more)))
            if limit is None or units(text) <= limit:
                return text
        assert limit is not None
        return ending_with(text, self._tail(alert, markup), limit=limit)

    def _remark(self, template: str, error: BaseException) -> str:
        return f"{self.shown(template)}, {trouble(error)}. This is the built-in text."

    def _title(self, alert: Alert) -> tuple[str, Alert]:
        """The line that says it all, and the alert with a remark when the user's template of it is broken."""
        context = self._context(alert, ROOMS[0], "plain")
        own = self._own("title")
        if own is not None:
            try:
                return one_line(self.environment("plain").get_template(own).render(**context)), alert
            except Exception as error:  # noqa: BLE001 - the same
                alert = with_remark(alert, self._remark(own, error))
        return one_line(
            self.environment("plain", own=False).get_template("title.j2").render(**context)
        ), alert

    def title(self, alert: Alert, *, markup: Markup = "plain", limit: int | None = None) -> str:
        """The line that says it all: a lock screen, a subject, the summary of a pager. Never raises."""
        said = neutral.Said.of(self._title(alert)[0], markup)
        return said if limit is None else cut(said, limit)

    def _context(self, alert: Alert, room: Room, markup: Markup) -> dict[str, Any]:
        """What a template may use. `docs/extending.md` tells of it."""
        short = neutral.neutral(brief(alert, room), markup)
        cause = short.cause
        return {
            "alert": short,
            "item": short.first,
            "targets": tuple(item.target for item in short.items),
            "shoppers": cause.shoppers if cause and cause.shoppers else short.first.summary,
            "room": room,
            "picture": None,
            "picture_src": None,
            "picture_alt": None,
            "picture_width": None,
            **times(alert, self.zone),
        }

    def _tail(self, alert: Alert, markup: Markup) -> str:
        """What must not be cut off: how many targets, the place, and the link."""
        first = alert.first
        said = [f"and {len(alert.items) - 1} more"] if len(alert.items) > 1 else []
        if first.place:
            said.append(neutral.code(neutral.Said.of(cut(first.place, LONGEST_NAME), markup), markup))
        if alert.link and units(alert.link) <= LONGEST_LINK:
            said.append(neutral.link(alert.link, markup))
        return "\n".join(said)


def built_in(name: str) -> str:
    """The built-in template that stands behind a name."""
    file = f"{name}{SUFFIX}"
    return file if file in BUILT_IN.list_templates() else f"{BODY}{SUFFIX}"


def one_line(text: str) -> str:
    return " ".join(text.split())


def with_remark(alert: Alert, remark: str) -> Alert:
    return replace(alert, remark=f"{alert.remark} {remark}" if alert.remark else remark)


def trouble(error: BaseException) -> str:
    """What is wrong with a template, on one line, with its line where Jinja2 knows it."""
    line, said = line_of(error), complaint(error)
    return f"line {line}: {said}" if line else said


def complaint(error: BaseException) -> str:
    """What Jinja2 or Python says is wrong, in words for who wrote the template."""
    said = neutral.cleaned(str(getattr(error, "message", None) or error)).rstrip(".") or type(error).__name__
    lacking = _LACKING.fullmatch(said)
    if lacking is None:
        return said
    holder, name = lacking.groups()
    return f"nothing is there that could have “{name}”" if holder == "None" else f"there is no “{name}” in it"


def line_of(error: BaseException) -> int | None:
    """The line of the template that an error comes from."""
    if isinstance(error, TemplateSyntaxError):
        return error.lineno
    trace, line = error.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_globals.get("__jinja_exception__") is not None:
            line = trace.tb_lineno  # Jinja2 rewrites the traceback to the lines of the template
        trace = trace.tb_next
    return line


def named(values: Sequence[str], most: int) -> str:
    """The first few, and how many more there are."""
    shown = ", ".join(values[:most])
    left = len(values) - most
    return f"{shown} and {left} more" if left > 0 else shown


def tidy(text: str) -> str:
    """Without spaces at line ends and without more than one empty line in a row."""
    return _BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in text.splitlines())).strip()


def ending_with(text: str, tail: str, *, limit: int) -> str:
    """The text cut so that its end is the tail; a tail that does not fit either is cut itself."""
    if not tail or units(tail) + 2 > limit:
        return cut(tail or text, limit)
    return f"{cut(text, limit - units(tail) - 1)}\n{tail}"
