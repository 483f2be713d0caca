"""What `apply` would do: the folder against what is registered, field by field."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

from nano_sre.core.check import space_of
from nano_sre.core.diagnostics import Span
from nano_sre.core.program import every
from nano_sre.spec.bind import Binder
from nano_sre.spec.canonical import canonical, content_hash, from_stored
from nano_sre.spec.link import Linkage, Linked
from nano_sre.spec.load import Path_
from nano_sre.spec.origins import code_hash
from nano_sre.spec.paths import STEP_LISTS
from nano_sre.spec.scalars import MISSING_VALUE

Action = Literal["create", "update", "move", "pause", "resume", "drift", "archive", "unchanged"]
EDITED = "edited"
MASS = 0.3  # losing a larger share of the checks needs to be asked for


class Registered(Protocol):
    """What is registered under an id (see `store.registry.RegisteredCheck`)."""

    @property
    def check_id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def content_hash(self) -> str: ...
    @property
    def canonical(self) -> dict[str, Any]: ...
    @property
    def positions(self) -> dict[str, Any]: ...
    @property
    def source_text(self) -> str: ...
    @property
    def source_file(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One value that differs. `old` or `new` is None when the key was added or taken away."""

    path: str
    old: Any = None
    new: Any = None
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happens to one document.

    `by_upgrade`: only a newer Nano-SRE's defaults differ, not the author's words. `drifted`: what is registered
    is not what was applied, somebody edited the database; the action is `drift` when the folder did not change
    as well. `undoes`: what was done without the folder (a rollback) and would be lost.
    """

    action: Action
    check_id: str
    kind: str
    name: str
    fields: tuple[FieldChange, ...] = ()
    previous_id: str | None = None
    by_upgrade: bool = False
    drifted: bool = False
    undoes: str | None = None
    code_hash: str | None = None
    span: Span | None = None
    linked: Linked | None = field(default=None, compare=False, repr=False)
    registered: Any = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Every document's fate, against one state of the registry."""

    serial: int
    changes: tuple[Change, ...]

    def of(self, *actions: Action) -> tuple[Change, ...]:
        return tuple(c for c in self.changes if c.action in actions)

    @property
    def effective(self) -> tuple[Change, ...]:
        """What would be written."""
        return tuple(c for c in self.changes if c.action != "unchanged")

    @property
    def archived_checks(self) -> tuple[Change, ...]:
        return tuple(c for c in self.of("archive") if space_of(c.kind) == "check")

    @property
    def is_mass_prune(self) -> bool:
        """Whether over 30 % of the registered checks, or the last one, would go."""
        gone = len(self.archived_checks)
        before = sum(1 for c in self.changes if space_of(c.kind) == "check" and c.registered is not None)
        return gone > 0 and (gone > MASS * before or gone == before)


def make_plan(
    linked: Sequence[Linked],
    others: Sequence[Linked],
    registered: Iterable[Registered],
    *,
    serial: int,
    moves: Mapping[str, str] | None = None,
) -> Plan:
    """Compare everything in a folder with everything that is registered.

    `others` are the documents that do not run: stores, vendors, alerters.yaml, triggers.yaml. `moves` names
    previous ids (new id → old id) beside those that the checks themselves tell by `moved_from`.
    """
    known = {(space_of(r.kind), r.check_id): r for r in registered}
    changes: list[Change] = []
    for each in (*others, *linked):
        space = space_of(each.check.kind_name)
        moved_from = (moves or {}).get(each.id) or getattr(each.check, "moved_from", None)
        found = known.pop((space, each.id), None)
        if found is None and moved_from and (space, moved_from) in known:
            changes.append(_moved(each, known.pop((space, moved_from))))
        elif found is None or found.state == "archived":
            changes.append(_change("create", each, registered=None))
        else:
            changes.append(_compared(each, found))
    changes += [
        Change(
            action="archive",
            check_id=r.check_id,
            kind=r.kind,
            name=r.name,
            registered=r,
            span=Span(*r.positions[""]) if "" in r.positions else None,
        )
        for r in known.values()
        if r.state != "archived"
    ]
    return Plan(serial=serial, changes=tuple(changes))


def _change(action: Action, linked: Linked, *, registered: Any, **more: Any) -> Change:
    return Change(
        action=action,
        check_id=linked.id,
        kind=linked.check.kind_name,
        name=linked.check.name,
        span=linked.span,
        linked=linked,
        registered=registered,
        undoes=getattr(registered, "note", None),
        code_hash=code_hash(linked),
        **more,
    )


def _moved(linked: Linked, old: Registered) -> Change:
    changed = field_changes(old.canonical, linked.canonical, linked)
    by_hand = bool(edits(old))
    return _change("move", linked, registered=old, previous_id=old.check_id, fields=changed, drifted=by_hand)


def _compared(linked: Linked, old: Registered) -> Change:
    by_hand = edits(old)
    code = _code_change(linked, old)
    if old.content_hash == linked.hash and not by_hand and not code:
        return replace(_change("unchanged", linked, registered=old), undoes=None)
    changed = field_changes(old.canonical, linked.canonical, linked)
    changed += tuple(f for f in by_hand if not (changed and f.old == EDITED)) + code
    if by_hand and not code and getattr(old, "recorded_hash", None) == linked.hash:
        return _change("drift", linked, registered=old, fields=changed, drifted=True)
    by_upgrade = not by_hand and not code and _upgraded_hash(old) == linked.hash
    action: Action = "update"
    before, after = old.canonical.get("enabled", True), linked.canonical.get("enabled", True)
    if before != after and len(changed) == 1:
        action = "resume" if after else "pause"
    return _change(
        action, linked, registered=old, fields=changed, by_upgrade=by_upgrade, drifted=bool(by_hand)
    )


def edits(old: Registered) -> tuple[FieldChange, ...]:
    """What the row of a registered document says otherwise than its apply wrote: somebody edited the database.

    Of an edited content only that it was edited: its values are compared with the folder.
    """
    recorded = getattr(old, "recorded_hash", None)
    if recorded is None:
        return ()
    written = old.canonical
    meant = {
        "state": "active" if written.get("enabled", True) else "paused",
        "kind": written.get("kind"),
        "name": written.get("name", ""),
    }
    found = [
        FieldChange(path=f"{name} (in the database)", old=getattr(old, name), new=value)
        for name, value in meant.items()
        if getattr(old, name) != value
    ]
    if content_hash(written) != recorded or old.content_hash != recorded:
        found.append(FieldChange(path="content (in the database)", old=EDITED, new="as applied"))
    return tuple(found)


def _code_change(linked: Linked, old: Registered) -> tuple[FieldChange, ...]:
    """A skill does what its Python says. What was registered before code was looked at counts as unchanged."""
    before, now = getattr(old, "code_hash", None), code_hash(linked)
    if before is None or now is None or before == now:
        return ()
    return (FieldChange(path="code of skill", old=before[:10], new=now[:10], span=linked.at("skill")),)


def affected(made: Plan, linkage: Linkage) -> tuple[str, ...]:
    """Ids of the checks that would do something else: their own document changed, or that of a store they run on."""
    changed = {c.check_id for c in made.effective if c.action != "archive"}
    return tuple(
        each.id for each in linkage.checks if changed & {each.id, *(store.id for store in each.stores)}
    )


def _upgraded_hash(old: Registered) -> str | None:
    """The hash the stored check would have today, with the defaults of this version filled in."""
    try:
        document = from_stored(old.canonical, old.positions, file=old.source_file, source=old.source_text)
        check = Binder(document, set()).check()
    except (ValueError, LookupError):
        return None
    return None if check is MISSING_VALUE else content_hash(canonical(check))


Locate = Callable[[Path_], Span | None]


def field_changes(old: Mapping[str, Any], new: Mapping[str, Any], linked: Linked) -> tuple[FieldChange, ...]:
    """Differing values, each with its place in the new file."""
    return value_changes(old, new, lambda path: _place(path, linked))


def value_changes(old: Any, new: Any, locate: Locate) -> tuple[FieldChange, ...]:
    """Differing values of two canonical forms; `locate` knows the place of a path of the new one."""
    return tuple(_differences(old, new, (), locate))


def _differences(old: Any, new: Any, path: Path_, locate: Locate) -> list[FieldChange]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        keys = [*new, *(k for k in old if k not in new)]
        return [c for k in keys for c in _differences(old.get(k), new.get(k), (*path, k), locate)]
    if isinstance(old, list) and isinstance(new, list):
        return _list_differences(old, new, path, locate)
    if old == new:
        return []
    return [FieldChange(path=_shown(path), old=old, new=new, span=locate(path))]


def _list_differences(old: list[Any], new: list[Any], path: Path_, locate: Locate) -> list[FieldChange]:
    """Items are matched by content first, so that one inserted step is one change."""
    before, after = ([json.dumps(i, sort_keys=True) for i in items] for items in (old, new))
    found: list[FieldChange] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        paired = min(i2 - i1, j2 - j1)
        for k in range(paired):
            found += _differences(old[i1 + k], new[j1 + k], (*path, j1 + k), locate)
        for k in range(j1 + paired, j2):
            found.append(FieldChange(path=_shown((*path, k)), new=new[k], span=locate((*path, k))))
        for k in range(i1 + paired, i2):
            found.append(FieldChange(path=_shown((*path, k)), old=old[k], span=locate(path)))
    return found


def _place(path: Path_, linked: Linked) -> Span:
    """Where a canonical value is written. Steps of fragments stand in another file, and shift those after them."""
    calls = getattr(linked.check, str(path[0]), ()) if path and path[0] in STEP_LISTS else ()
    if not any(call.used_at for call in every(calls)):
        return linked.loaded.document.span(path)
    nearest = ("/".join(map(str, path[:length])) for length in range(len(path), 0, -1))
    return next((Span(*linked.positions[p]) for p in nearest if p in linked.positions), linked.span)


def _shown(path: Path_) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
