"""Text from elsewhere, so that no channel takes it for more than text: no mention, no link, no markup."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from typing import Any, TypeVar

from nano_sre.core.alert import BOLD_OFF, BOLD_ON, Markup
from nano_sre.core.visible import clean, web_address

T = TypeVar("T")

_UNSEEN = re.compile("[\u200b\u00ad\ue000\ue001]")  # what hides a word from the eye, and our own marks
_MENTION = re.compile(r"@(?=everyone|here|channel)", re.IGNORECASE)
_DISCORD = re.compile(r"[\\*_~`<\[]|\|(?=\|)|:(?=//)|^[-#>+]")
# Slack has no escapes: only where a sign would begin or end something is it replaced by one that looks alike.
_SLACK_SIGN = re.compile(r"(?<!\w)[*_~`]|[*_~`](?!\w)")
_ALIKE = {"*": "\u2217", "_": "\uff3f", "~": "\u223c", "`": "\u02cb"}
_TICK = {ord("`"): _ALIKE["`"]}


class Said(str):
    """Text of an alert as a template sees it: neutralised. `raw` is the text without that, cleaned."""

    __slots__ = ("raw",)

    raw: str

    @classmethod
    def of(cls, text: str, markup: Markup) -> Said:
        return _said(str(text), markup)


@lru_cache(maxsize=4096)  # the targets of one message have most of their texts in common
def _said(text: str, markup: Markup) -> Said:
    plain = cleaned(text)
    made = Said(QUOTES[markup](plain))
    made.raw = plain
    return made


def cleaned(text: str) -> str:
    """On one line, without control, direction and hiding characters."""
    return clean(_UNSEEN.sub("", text))


def _plain(text: str) -> str:
    return text


def _slack(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _SLACK_SIGN.sub(lambda m: _ALIKE[m[0]], text)
    return _MENTION.sub("@\u200b", text)


def _discord(text: str) -> str:
    return _MENTION.sub("@\u200b", _DISCORD.sub(lambda m: f"\\{m[0]}", text))


QUOTES = {"plain": _plain, "html": _plain, "teams": _plain, "slack": _slack, "discord": _discord}
"""HTML is escaped by the templates themselves, and Teams gets runs of text in which nothing means anything."""
OURS = frozenset({"kind", "key", "thread", "severity"})  # words of the engine, which templates compare


def neutral(value: T, markup: Markup) -> T:
    """A copy of which every text is a `Said`: dataclasses, tuples and mappings."""
    return _neutral(value, markup)  # type: ignore[no-any-return]


def _neutral(value: Any, markup: Markup) -> Any:
    if isinstance(value, str):
        return Said.of(value, markup)
    if isinstance(value, (list, tuple)):
        return type(value)(_neutral(each, markup) for each in value)
    if isinstance(value, Mapping):
        return {key: _neutral(each, markup) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value,
            **{f.name: _neutral(getattr(value, f.name), markup) for f in fields(value) if f.name not in OURS},
        )
    return value


def bold(text: str, markup: Markup) -> str:
    """The text in bold, in what is no HTML."""
    marks = {"slack": ("*", "*"), "discord": ("**", "**"), "teams": (BOLD_ON, BOLD_OFF)}
    before, after = marks.get(markup, ("", ""))
    return f"{before}{text}{after}"


def code(text: str, markup: Markup) -> str:
    """Something to be copied as it stands."""
    raw = text.raw if isinstance(text, Said) else cleaned(text)
    if markup == "discord":
        return f"`{raw.translate(_TICK)}`"
    if markup == "slack":
        return f"`{_slack_entities(raw).translate(_TICK)}`"
    return raw


def _slack_entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def link(url: str, markup: Markup, text: str = "") -> str:
    """A link where the channel has such, with `text` before the address where it has not."""
    raw = url.raw if isinstance(url, Said) else cleaned(url)
    address = web_address(raw)
    if address is None:
        said = Said.of(raw, markup)
        return f"{text}: {said}" if text else said
    if markup == "slack":
        return f"<{_slack_entities(address)}|{text}>" if text else f"<{_slack_entities(address)}>"
    if markup == "discord":
        return f"[{text}](<{address}>)" if text else f"<{address}>"
    return f"{text}: {address}" if text else address
