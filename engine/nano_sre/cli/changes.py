"""How plans, differences and applies are shown: lines for people."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from nano_sre.cli.common import colorful
from nano_sre.core.visible import clean
from nano_sre.spec.plan import Action, Change, FieldChange, Plan
from nano_sre.spec.plan_file import without_password

SIGNS = {
    "create": "+",
    "update": "~",
    "move": "→",
    "pause": "‖",
    "resume": "▸",
    "drift": "≠",
    "archive": "-",
    "unchanged": "=",
}
COLORS = {
    "create": 32,
    "update": 33,
    "move": 33,
    "pause": 33,
    "resume": 32,
    "drift": 35,
    "archive": 31,
    "unchanged": 2,
}
COUNTED: tuple[tuple[Action, str], ...] = (
    ("create", "to create"),
    ("update", "to update"),
    ("move", "to move"),
    ("pause", "to pause"),
    ("resume", "to resume"),
    ("drift", "edited in the database, to put back"),
    ("archive", "to archive"),
    ("unchanged", "unchanged"),
)


def show_plan(made: Plan) -> None:
    """The plan on stdout, a change per line and its fields below."""
    for line in plan_lines(made, color=colorful(sys.stdout)):
        print(line)


def plan_lines(made: Plan, *, color: bool) -> Iterator[str]:
    for change in made.effective:
        head = _head(change)
        yield (f"\033[{COLORS[change.action]}m{head}\033[0m" if color else head) + (
            f"  {change.span}" if change.span else ""
        )
        yield from field_lines(change.fields)
    yield count_line(made)


def _head(change: Change) -> str:
    kind = (
        "" if change.check_id.startswith(f"{change.kind}.") else f"{change.kind} "
    )  # alerters.yaml says what it is
    head = f"{SIGNS[change.action]} {change.action} {kind}{change.check_id}"
    if change.previous_id:
        head += f" (was {change.previous_id})"
    if change.name:
        head += f"  “{clean(change.name)}”"
    if change.by_upgrade:
        head += "  [only defaults of this version of Nano-SRE]"
    if change.drifted:
        head += "  [edited in the database since it was applied]"
    if change.undoes:
        head += f"  [undoes: {change.undoes}]"
    return head


def field_lines(changes: Iterable[FieldChange]) -> Iterator[str]:
    """One line per value that differs, indented."""
    for each in changes:
        yield f"    {_field_line(without_password(each))}"


def _field_line(each: FieldChange) -> str:
    place = f"   {each.span}" if each.span else ""
    what = _spoken(each)
    if each.old is None:
        return f"+ {what}: {_value(each.new)}{place}"
    if each.new is None:
        return f"- {what}: {_value(each.old)}"
    return f"{what}: {_value(each.old)} → {_value(each.new)}{place}"


def _spoken(each: FieldChange) -> str:
    """The path of a change as people say it: `steps[1].press.timeout` is “step 2 (press) timeout”."""
    step = re.fullmatch(r"(steps|always)\[(\d+)\](?:\.(\w+))?(?:\.(.+))?", each.path)
    if step is None:
        return each.path
    body = each.new if each.new is not None else each.old
    verb = step[3] or (next(iter(body), None) if isinstance(body, dict) else None)
    words = [f"{'clean-up step' if step[1] == 'always' else 'step'} {int(step[2]) + 1}"]
    words += [f"({verb})"] if verb else []
    rest = re.sub(r"\.?any_name$", "", step[4] or "")  # a plain text, which people write without a key
    words += [rest] if rest else []
    return " ".join(words)


def _value(value: Any) -> str:
    text = clean(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 90 else text[:89] + "…"


def count_line(made: Plan) -> str:
    """`2 changes: 1 to create, 1 to update, 7 unchanged`."""
    said = [f"{n} {words}" for action, words in COUNTED if (n := len(made.of(action)))]
    changes = len(made.effective)
    return f"{changes} change{'s' * (changes != 1)}" + (f": {', '.join(said)}" if said else "")


def when(moment: Any) -> str:
    """A time as people here read it."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"
