"""Elements found as a person finds them: a query for the page's finder, and what to say when nothing fits."""

from __future__ import annotations

import difflib
import json
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
MOST_CANDIDATES = 8


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
        return Query(how="any", names=names, pattern=True, said=f"/{names[0]}/")
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


def nothing_found(query: Query, near: Sequence[str], *, waited: float) -> Abort:
    """R501 with the nearest names on the page."""
    hint = f"The nearest on the page: {', '.join(near)}." if near else None
    return failed(
        "R501",
        f"Nothing visible on the page matches {query.said}",
        hint=hint,
        evidence=(*near, f"waited {waited:.1f} s"),
    )


def several_found(query: Query, candidates: Sequence[dict[str, str]]) -> Abort:
    """R503 with the candidates."""
    names = [label(each) for each in candidates]
    listed = ", ".join(names[:MOST_CANDIDATES])
    return failed(
        "R503",
        f"{len(names)} visible elements match {query.said}",
        hint=f"Say which one, for example with `within`. They are: {listed}.",
        evidence=tuple(names[:MOST_CANDIDATES]),
    )
