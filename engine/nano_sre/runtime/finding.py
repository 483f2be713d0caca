"""Elements found as a person finds them: a query for the page's finder, and what to say when nothing fits."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from nano_sre.core.fields import Element
from nano_sre.core.ports import Abort, failed

ENGINE = "nano"
FINDER = Path(__file__).with_name("finder.js").read_text(encoding="utf-8")
DESCRIBE = "(found) => found.map((el) => globalThis[Symbol.for('nano-sre')].describe(el))"
PLACED = """(found) => found.map((el) => {
  const seen = globalThis[Symbol.for('nano-sre')];
  return {...seen.describe(el), ...seen.where(el)};
})"""
REGIONS = "() => globalThis[Symbol.for('nano-sre')]?.regions() ?? []"
MOST_CANDIDATES = 8
PRESSABLE = {"button", "link"}
FIELDS = {
    "textbox",
    "searchbox",
    "combobox",
    "listbox",
    "spinbutton",
    "checkbox",
    "radio",
    "switch",
    "slider",
}


_FLAGS = re.compile(
    r"^\(\?[aimsu]+\)"
)  # a browser knows none in a pattern; upper and lower case are alike anyway


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to look for, with every value resolved. `names` has more than one entry for `any_of` only."""

    how: str
    names: tuple[str, ...]
    pattern: bool = False
    said: str = ""  # as the author wrote it, for messages

    def selectors(self, *, acting: bool) -> tuple[str, ...]:
        """Selectors to try in order: the first that matches anything counts."""
        return tuple(
            selector(how=self.how, what=name, act=acting, visible=True, pattern=self.pattern)
            for name in self.names
        )


def selector(**query: Any) -> str:
    """A selector of our engine; encoded, so that no character of the text has a meaning of its own."""
    return f"{ENGINE}={quote(json.dumps(query), safe='')}"


def css_selector(css: str, *, visible: bool) -> str:
    return selector(how="css", what=css, visible=visible)


def query_of(element: Element, resolve: Any) -> Query:
    """The query an `Element` stands for; `resolve` turns templates into values."""
    how, what = element.how, element.what
    names = tuple(str(resolve(name)) for name in (what if how == "any_of" else (what,)))
    said = " or ".join(f"“{name}”" for name in names)
    if how == "test_id":
        quoted = tuple(f"[data-testid={json.dumps(name)}]" for name in names)
        return Query(how="css", names=quoted, said=f"test id {said}")
    if how in {"any_name", "any_of"}:
        return Query(how="any", names=names, said=said)
    if how == "matches":
        patterns = tuple(_FLAGS.sub("", name) for name in names)
        return Query(how="any", names=patterns, pattern=True, said=f"/{names[0]}/")
    return Query(how=how, names=names, said=f"{how} {said}")


def label(described: dict[str, str]) -> str:
    """`button “Add to cart”`, as messages name an element of the page."""
    return f"{described['role'] or 'text'} “{described['name']}”"


def nearest(wanted: str, described: Sequence[dict[str, str]], *, limit: int = 5) -> list[str]:
    """The names on the page most like `wanted`, best first, each once."""
    folded = wanted.casefold().strip()
    scores: dict[str, float] = {}
    for each in described:
        name = each["name"].casefold()
        score = difflib.SequenceMatcher(None, folded, name).ratio()
        if folded and name and (folded in name or name in folded):
            score = max(score, 0.7)
        if name and score >= 0.45:
            scores[label(each)] = max(score, scores.get(label(each), 0.0))
    return sorted(scores, key=lambda text: -scores[text])[:limit]


def kinds_of(query: Query) -> set[str]:
    """The roles among which an author who wanted to act on something will find what was meant."""
    return FIELDS if query.how == "field" else {query.how} if query.how in PRESSABLE else PRESSABLE


def some_of(described: Sequence[dict[str, str]], roles: set[str], *, limit: int = 8) -> list[str]:
    """A few elements with these roles, in the order of the page, each once."""
    found = dict.fromkeys(label(each) for each in described if each["role"] in roles and each["name"])
    return list(found)[:limit]


def nothing_found(query: Query, near: Sequence[str], *, waited: float, there: Sequence[str] = ()) -> Abort:
    """R501 with the nearest names on the page, or else with some of what is there."""
    hint = f"The nearest on the page: {', '.join(near)}." if near else None
    if there and not near:
        hint = f"Nothing has a name like it. On the page there are: {', '.join(there)}."
    return failed(
        "R501",
        f"Nothing visible on the page matches {query.said}",
        hint=hint,
        evidence=(*near, f"waited {waited:.1f} s"),
    )


def several_found(query: Query, candidates: Sequence[dict[str, str]]) -> Abort:
    """R503 with the candidates, where each is, and a line that tells one from the others."""
    names = [_placed(each) for each in candidates]
    listed = ", ".join(names[:MOST_CANDIDATES])
    places = [each.get("within", "") for each in candidates]
    alone = next((place for place in places if place and places.count(place) == 1), None)
    how = (
        f"for example `within: {_yaml(alone)}`" if alone else "with `within`, or by a name that only one has"
    )
    return failed(
        "R503",
        f"{len(names)} visible elements match {query.said}",
        hint=f"Say which one, {how}. They are: {listed}.",
        evidence=tuple(names[:MOST_CANDIDATES]),
    )


def _placed(described: dict[str, str]) -> str:
    words = described.get("words", "")
    return " ".join(
        filter(None, [label(described), "" if words.startswith("under ") or not words else "in", words])
    )


def _yaml(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z][\w' -]*", text) else json.dumps(text, ensure_ascii=False)


def no_region(name: str, there: Sequence[str]) -> Abort:
    """R501 with the regions there are."""
    listed = ", ".join(f"“{each}”" for each in there)
    return failed(
        "R501",
        f"There is no region “{name}” on the page",
        hint=f"The regions on the page: {listed}."
        if there
        else "No part of the page has a name or a heading of its own.",
    )
