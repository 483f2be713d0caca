"""An expectation in plain English, for titles and `explain`: “be at least 0.01”, “contain json”."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from nano_sre.core.fields import key_of
from nano_sre.kinds._shared.compare import Assertion, Limit

_VERBS = {
    "equals": "be",
    "contains": "contain",
    "starts_with": "start with",
    "ends_with": "end with",
    "matches": "match",
    "type": "be of the type",
}
_FLAGS = {
    ("exists", True): "be there",
    ("exists", False): "not be there",
    ("empty", True): "be empty",
    ("empty", False): "not be empty",
}


def said(wanted: Assertion) -> str:
    """What the value is expected to do, after “expect … to”."""
    words = " and ".join(_word(word, wanted) for word in wanted.words)
    return f"{words}, less {wanted.less}" if wanted.less is not None else words


def _word(word: str, wanted: Any) -> str:
    given = getattr(wanted, next(f.name for f in fields(wanted) if key_of(f.name) == word))
    if word == "not":
        return " and ".join(f"not {_word(each, given)}" for each in given.words)
    if isinstance(given, bool):
        return _FLAGS[word, given]
    if isinstance(given, Limit):
        given = given.worst
    if isinstance(given, tuple):
        given = (" and " if word == "between" else " or ").join(map(str, given))
    return f"{_VERBS.get(word, f'be {word}').replace('_', ' ')} {given}"
