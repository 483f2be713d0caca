"""`for_each` unrolled: the same steps once for each value, with the value in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from nano_sre.core import template
from nano_sre.core.filters import FILTERS
from nano_sre.core.program import StepCall
from nano_sre.core.template import Ref, Template, lookup_in

MOST = 500  # steps that one loop may come to
Tell = Callable[[StepCall, str, str], None]


def unrolled(
    calls: Iterable[StepCall], tell: Tell = lambda _call, _message, _hint: None
) -> tuple[StepCall, ...]:
    """Steps with every loop written out; what cannot be repeated is told, and left out.

    Every `${vars.…}` must have been resolved before.
    """
    made: list[StepCall] = []
    for call in calls:
        made += _repeated(call, tell) if call.verb == "for_each" else [call]
    return tuple(made)


def _repeated(call: StepCall, tell: Tell) -> list[StepCall]:
    loop = call.step
    values = _values(call, tell)
    made: list[StepCall] = []
    for value in values:
        lead = _lead(call, value)
        inner = _with_value_each(loop, value, tell)
        made += [
            replace(each, lead=f"{lead}, {each.lead}" if each.lead else lead)
            for each in unrolled(inner, tell)
        ]
        if len(made) > MOST:
            tell(
                call,
                f"this loop comes to more than {MOST} steps",
                "a journey that long is better several checks",
            )
            return []
    return made


def _with_value_each(loop: Any, value: Any, tell: Tell) -> list[StepCall]:
    made = []
    for call in loop.steps:
        try:
            made.append(_with_value(call, loop.value, value))
        except ValueError as error:
            tell(call, f"with {value} for ${{{loop.value}}}, {error}", str(getattr(error, "hint", "") or ""))
    return made


def _values(call: StepCall, tell: Tell) -> list[Any]:
    given = call.step.in_
    if isinstance(given, Template):
        if all(ref.root == "vars" for ref in given.refs):
            return []  # there is no such variable: told where references are
        hint = "write the values out, as in “in: [S, M]”, or write a list under “vars:” of the store document"
        tell(call, f"“in” must be known before anything runs, and {given} is not", hint)
        return []
    if not isinstance(given, (list, tuple)):
        hint = f"write it as a list there: “[{given}]”"
        tell(call, f"“in” takes a list, and the store's variable is “{str(given)[:40]}”", hint)
        return []
    waiting = next((each for each in given if isinstance(each, Template)), None)
    if waiting is not None:
        hint = "only plain values and those under “vars:” of the store document can be repeated for"
        tell(call, f"“in” must be known before anything runs, and {waiting} is not", hint)
        return []
    if not given:
        tell(call, "the store's list is empty: the steps would never run", "write at least one value into it")
    return list(given)


def _lead(call: StepCall, value: Any) -> str:
    """`Size S`, or what the author calls the loop."""
    name = call.modifiers.name or call.step.value.replace("_", " ")
    first = next(iter(value.values()), "") if isinstance(value, Mapping) else value
    return f"{name[:1].upper()}{name[1:]} {first}"


def _with_value(given: Any, name: str, value: Any) -> Any:
    """A copy with every `${name}` in it, however deep, replaced by the value, filters applied."""
    if isinstance(given, Template):
        return _filled(given, name, value)
    if isinstance(given, (tuple, list)):
        return type(given)(_with_value(each, name, value) for each in given)
    if isinstance(given, Mapping):
        return {key: _with_value(each, name, value) for key, each in given.items()}
    if isinstance(given, StepCall):
        modifiers = _with_value(given.modifiers, name, value)
        title = _named(given.modifiers.name, name, value)
        return replace(
            given, step=_with_value(given.step, name, value), modifiers=replace(modifiers, name=title)
        )
    if is_dataclass(given) and not isinstance(given, type):
        held = {f.name: getattr(given, f.name) for f in fields(given) if f.init}
        changed = {key: new for key, old in held.items() if (new := _with_value(old, name, value)) is not old}
        return replace(given, **{k: v for k, v in changed.items() if v != held[k]})
    return given


def _named(title: str | None, name: str, value: Any) -> str | None:
    """A step's own name is plain text, in which people write the value all the same."""
    if title is None or "${" not in title:
        return title
    try:
        parsed = template.parse(title)
    except template.TemplateError:
        return title
    return str(_filled(parsed, name, value)) if isinstance(parsed, Template) else title


def _filled(written: Template, name: str, value: Any) -> Any:
    parts = [_looked_up(part, value) if _means(part, name) else part for part in written.parts]
    if len(parts) == 1 and not isinstance(parts[0], Ref):
        return parts[0]
    made = tuple(part if isinstance(part, Ref) else str(part) for part in parts)
    return Template(made) if any(isinstance(part, Ref) for part in made) else "".join(map(str, made))


def _means(part: str | Ref, name: str) -> bool:
    return isinstance(part, Ref) and part.root == name


def _looked_up(part: Any, value: Any) -> Any:
    try:
        found = lookup_in({part.root: value}, part.name)
        for each in part.filters:
            found = FILTERS[each](found)
    except (KeyError, ArithmeticError):
        return part  # a run says that it has no value
    return found
