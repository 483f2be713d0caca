"""Keys of a keyboard by the words people use for them."""

from __future__ import annotations

import difflib
from typing import ClassVar

from nano_sre.core.forms import Form

_NAMED = (
    *(
        "Enter",
        "Tab",
        "Escape",
        "Backspace",
        "Delete",
        "Insert",
        "Home",
        "End",
        "PageUp",
        "PageDown",
        "Space",
    ),
    *("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", *(f"F{number}" for number in range(1, 13))),
)
_LETTERS = {word.lower(): word for word in _NAMED}
_ALSO = {"esc": "Escape", "return": "Enter", "del": "Delete", "up": "ArrowUp", "down": "ArrowDown"} | {
    "left": "ArrowLeft",
    "right": "ArrowRight",
}
_HELD = {
    "control": "Control",
    "ctrl": "Control",
    "strg": "Control",
    "shift": "Shift",
    "alt": "Alt",
    "meta": "Meta",
    "cmd": "Meta",
}


class Key(Form):
    """A key, or several held together: `Enter`, `Escape`, `ArrowDown`, `a`, `Shift+Tab`, `Control+A`."""

    __slots__ = ()
    like_text = True
    pattern: ClassVar[str] = r"\S"
    form: ClassVar[str] = "a key such as Enter, Escape, Tab, ArrowDown, a or Control+A"

    @classmethod
    def parse(cls, text: str) -> Key:
        return cls("+".join(_parts(text)))

    @classmethod
    def mended(cls, text: str) -> str | None:
        *held, last = [part.strip().lower().replace(" ", "") for part in text.split("+")]
        near = difflib.get_close_matches(last, [*_LETTERS, *_ALSO], n=1, cutoff=0.6)
        if not near or not all(part in _HELD for part in held):
            return None
        return "+".join([*(_HELD[part] for part in held), {**_LETTERS, **_ALSO}[near[0]]])


def _parts(text: str) -> list[str]:
    """The keys of a combination by their proper names. Raises `ValueError` for one there is not."""
    if text in {"+", " "}:
        return ["Space" if text == " " else "+"]
    *held, last = [part.strip() for part in text.split("+")]
    if not all(part.lower() in _HELD for part in held):
        raise ValueError(Key.form)
    known = _LETTERS.get(last.lower()) or _ALSO.get(last.lower())
    if known is None and (len(last) != 1 or not last.isprintable()):
        raise ValueError(Key.form)
    return [*(_HELD[part.lower()] for part in held), known or last]
