"""The right word for a wrong one."""

from __future__ import annotations

from collections.abc import Iterable

MEANT: dict[str, tuple[str, ...]] = {
    "press": ("click", "tap", "push"),
    "open": ("goto", "go", "visit", "navigate", "go_to"),
    "fill": ("type", "enter", "input", "write"),
    "see": ("assert", "should_see", "verify", "check"),
    "expect": ("assertion", "assert_that"),
    "wait_for": ("wait", "sleep", "pause", "delay"),
    "choose": ("select", "pick"),
    "tick": ("check_box", "checkbox"),
    "every": ("schedule", "interval", "frequency"),
    "severity": ("priority", "level"),
    "name": ("title", "label"),
    "equals": ("equal", "is", "eq"),
    "at_least": ("min", "minimum", "gte"),
    "at_most": ("max", "maximum", "lte"),
    "field": ("input", "textbox"),
    "test_id": ("testid", "data_testid"),
}
"""Words that people bring from other tools, by the word they mean here."""


def distance(a: str, b: str) -> int:
    """How many letters must be dropped, added, changed or swapped with their neighbour to make `a` of `b`."""
    previous: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, previous, row = previous, row, [i]
        for j, y in enumerate(b, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
    return row[-1]


def nearest(word: str, choices: Iterable[str], *, limit: int = 3) -> list[str]:
    """The choices most like `word`, best first; none when nothing is near enough to be meant."""
    folded = word.lower().replace("-", "_").replace(" ", "_").strip("_")
    import difflib  # noqa: PLC0415 - only a mistake needs it

    scored: list[tuple[float, float, str]] = []
    for choice in choices:
        strange = min((distance(folded, word) for word in MEANT.get(choice, ())), default=9)
        if strange == 0 or (strange == 1 and len(folded) > 3):
            scored.append((0.5 + strange, 0, choice))
            continue
        other = choice.lower().replace("-", "_")
        apart = distance(folded, other)
        likeness = difflib.SequenceMatcher(None, folded, other).ratio()
        if (
            apart <= max(1 if len(choice) < 4 else 2, len(choice) // 3)
            or likeness >= 0.75
            or (len(folded) > 3 and other.startswith(folded))
        ):
            scored.append((apart, -likeness, choice))
    return [choice for *_, choice in sorted(scored)[:limit]]


def did_you_mean(word: str, choices: Iterable[str]) -> tuple[str | None, str | None]:
    """The best choice, and a hint that names it: `("timeout", "did you mean “timeout”?")`."""
    found = nearest(word, choices)
    if not found:
        return None, None
    if found[0].lower() == word.lower():
        found = found[:1]  # only its capitals are wrong
    return found[0], f"did you mean {' or '.join(f'“{f}”' for f in found[:2])}?"


def listing(choices: Iterable[str], *, most: int = 12) -> str:
    """Choices for a sentence: “a, b, c and 4 more”."""
    words = list(choices)
    shown = ", ".join(words[:most])
    return shown if len(words) <= most else f"{shown} and {len(words) - most} more"
