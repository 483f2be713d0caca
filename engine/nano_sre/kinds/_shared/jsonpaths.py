"""JSONPaths looked at before a run, without the library that follows them: it takes longer to load than a folder."""

from __future__ import annotations

import re
from functools import lru_cache

from nano_sre.core.fields import Unfit

_CLOSING = {"]": "[", ")": "("}
_BARE = re.compile(r"[A-Za-z_][\w-]*(\[[0-9*]+\])?(\.[A-Za-z_][\w-]*(\[[0-9*]+\])?)*")
EXAMPLE = "a JSONPath begins with “$”, such as $.items[0].price"


def must_be_path(path: str, *where: str, key: bool = False) -> None:
    """Refuse a JSONPath that nobody could follow. Raises `Unfit` for the value (or key) at `where`."""
    if not path.startswith("$"):
        meant = f"$.{path.lstrip('.')}" if _BARE.fullmatch(path.lstrip(".")) else None
        problem = "it does not begin with “$”"
        raise Unfit(_sentence(path, problem), *where, key=key, suggestion=meant, hint=EXAMPLE)
    problem = _trouble(path)
    if problem:
        raise Unfit(_sentence(path, problem), *where, key=key, hint=EXAMPLE)


def _sentence(path: str, problem: str) -> str:
    return f"“{path[:60]}” is not a JSONPath: {problem}"


@lru_cache(maxsize=1_000)
def _trouble(path: str) -> str:
    """What keeps a path from being read; empty for one that looks sound."""
    outside, problem = _without_brackets(path)
    if problem:
        return problem
    if re.match(r"\$[^.\[\s]", outside):
        return "after “$” comes a dot or a bracket"
    if re.search(r"\.\s*$|\.{3}", outside):
        return "a name is missing after a dot"
    if re.search(r"\w\s+\w", outside):
        return "a name with a space is written in brackets: $['the name']"
    return ""


def _without_brackets(path: str) -> tuple[str, str]:
    """The path with every bracket's inside left out, and what is wrong with its brackets and quotes."""
    opened: list[str] = []
    quote, outside, last = "", "", ""
    for sign in path:
        if quote:
            quote = "" if sign == quote and last != "\\" else quote
        elif sign in "'\"" and opened:
            quote = sign
        elif sign in _CLOSING:
            if not opened or opened.pop() != _CLOSING[sign]:
                return outside, f"a “{sign}” closes nothing"
            if last == "[":
                return outside, "there is nothing in the brackets"
            outside += "" if opened else sign
        elif sign in "[(":
            outside += "" if opened else sign
            opened.append(sign)
        elif not opened:
            outside += sign
        last = sign
    if quote:
        return outside, f"a quote {quote} is not closed"
    return outside, f"a “{opened[-1]}” is not closed" if opened else ""
