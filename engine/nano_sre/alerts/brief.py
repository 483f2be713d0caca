"""An alert with less in it, for a channel that takes little: the link, the place and the count of targets stay."""

from __future__ import annotations

from dataclasses import replace

from nano_sre.core.alert import Alert, AlertItem
from nano_sre.core.diagnosis import Cause
from nano_sre.core.values import frozen


@frozen
class Room:
    """How much a message may hold: characters of a text, lines of evidence, targets that are named, causes."""

    text: int
    evidence: int
    named: int
    causes: int


ROOMS = (
    Room(text=1_000, evidence=8, named=20, causes=3),
    Room(text=400, evidence=4, named=8, causes=1),
    Room(text=160, evidence=1, named=3, causes=0),
    Room(text=70, evidence=0, named=1, causes=0),
)
"""From the most to the least; the first that fits is taken."""
LONGEST_NAME = 200  # of what is no sentence: a target, a place, a command
LONGEST_LINK = 600


def units(text: str) -> int:
    """The length as JavaScript and most services count it, in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """At most `limit` units, ending in “…” when something had to go; no character and no entity is cut in two."""
    if units(text) <= limit:
        return text
    kept, room = [], limit - 1
    for char in text[:limit]:
        room -= 2 if ord(char) > 0xFFFF else 1
        if room < 0:
            break
        kept.append(char)
    short = "".join(kept)
    begun = short.rfind("&")
    if begun >= 0 and ";" not in short[begun:] and len(short) - begun < 6:
        short = short[:begun]
    return short.rstrip("\\ \n") + "…" if limit > 0 else ""


def brief(alert: Alert, room: Room) -> Alert:
    """The alert with its texts and lists shortened. All items stay: the templates name some and count the others."""

    def said(text: str | None) -> str | None:
        return None if text is None else cut(text, room.text)

    def cause(given: Cause) -> Cause:
        return replace(
            given,
            title=cut(given.title, room.text),
            shoppers=cut(given.shoppers, room.text),
            remedy=cut(given.remedy, room.text),
            links=tuple(cut(each, LONGEST_LINK) for each in given.links[: room.causes]),
            evidence=tuple(cut(each, room.text) for each in given.evidence[: room.evidence]),
        )

    return replace(
        alert,
        title=cut(alert.title, min(room.text, LONGEST_NAME)),
        items=tuple(_item(item, room) for item in alert.items),
        cause=cause(alert.cause) if alert.cause else None,
        also_possible=tuple(cause(each) for each in alert.also_possible[: room.causes]),
        still_failing=tuple(_middle(each) for each in alert.still_failing),
        remark=said(alert.remark),
    )


def _item(item: AlertItem, room: Room) -> AlertItem:
    def said(text: str | None) -> str | None:
        return None if text is None else cut(text, room.text)

    return replace(
        item,
        target=_middle(item.target),
        name=cut(item.name, min(room.text, LONGEST_NAME)),
        summary=cut(item.summary, room.text),
        step=said(item.step),
        expected=said(item.expected),
        actual=said(item.actual),
        hint=said(item.hint),
        evidence=tuple(cut(each, room.text) for each in item.evidence[: room.evidence]),
        screenshot=_middle(item.screenshot) if item.screenshot else None,
    )


def _middle(text: str) -> str:
    """A long name by its beginning and its end: the end is what tells names apart."""
    if units(text) <= LONGEST_NAME:
        return text
    half = LONGEST_NAME // 2 - 1
    return f"{text[:half]}…{text[-half:]}"
