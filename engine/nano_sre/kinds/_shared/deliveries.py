"""What requests to triggers have in common: who may send them, and what they say."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from nano_sre.core.fields import Text, Unfit
from nano_sre.core.template import Template
from nano_sre.core.trigger import Reply, Reveal

LONGEST = 500  # characters of a value that is kept for the timeline
MOST = 20  # values


def judge_secrets(secrets: Iterable[Text], key: str, *, variable: str) -> None:
    """Raises `Unfit` when there is no secret, or one that stands in the file for everybody to read."""
    given = tuple(secrets)
    if not given:
        raise Unfit(f"“{key}” is empty: anybody could call this trigger", key)
    if not all(isinstance(each, Template) for each in given):
        raise Unfit(
            f"this {key} stands here for everybody to read",
            key,
            code="E314",
            hint=f'write “{key}: "${{secret.{variable}}}"” and set {variable} in the environment or in .env',
        )


def is_signed(body: bytes, secrets: Iterable[Text], reveal: Reveal, *, fits: Callable[[bytes], bool]) -> bool:
    """Whether one of the secrets made the signature over the body; `fits(digest)` compares. An empty one never does."""
    values = [reveal(each).encode() for each in secrets]
    return any(fits(hmac.digest(value, body, "sha256")) for value in values if value)


def same(given: str, expected: str) -> bool:
    """Whether two texts are equal, in a time that tells nothing about where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8", "replace"))


def read_object(body: bytes) -> dict[str, Any] | Reply:
    """The JSON object of a body, `{}` for an empty one."""
    try:
        said = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return Reply(status=400, text="The body is no JSON.")
    return said if isinstance(said, dict) else Reply(status=400, text="The body is no JSON object.")


def part(said: Any, *path: str) -> Any:
    """The value under a path of keys; None where there is none."""
    for key in path:
        said = said.get(key) if isinstance(said, Mapping) else None
    return said


def brief(values: Mapping[str, Any]) -> dict[str, str | int | float | bool]:
    """The plain values that are there, as few and as short as a timeline shows."""
    plain = {
        name[:LONGEST]: value[:LONGEST] if isinstance(value, str) else value
        for name, value in values.items()
        if isinstance(value, (str, int, float, bool)) and value != ""
    }
    return dict(list(plain.items())[:MOST])
