from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from nano_sre.spec.canonical import content_hash
from nano_sre.spec.link import Linkage, Linked
from nano_sre.spec.plan import Plan, make_plan
from support.projects import STORE, journey, sound


@dataclass
class Registered:
    """A row of the registry."""

    check_id: str
    kind: str
    name: str
    state: str
    content_hash: str
    canonical: dict[str, Any]
    positions: dict[str, Any]
    source_text: str = ""
    source_file: str = "checks/1.yaml"


def registered(linked: Linked, **changes: Any) -> Registered:
    written = json.loads(json.dumps(linked.canonical))
    row = Registered(
        check_id=linked.id,
        kind=linked.check.kind_name,
        name=linked.check.name,
        state="active",
        content_hash=linked.hash,
        canonical=written,
        positions=json.loads(json.dumps(linked.positions)),
    )
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def rows(linkage: Linkage) -> list[Registered]:
    return [registered(each) for each in (*linkage.checks, *linkage.stores)]


def plan(before: Linkage, after: Linkage) -> Plan:
    return make_plan(after.checks, after.stores, rows(before), serial=1)


def actions(made: Plan) -> dict[str, str]:
    return {change.check_id: change.action for change in made.effective}


def test_nothing_registered_everything_created() -> None:
    now = sound(STORE, journey())
    assert actions(make_plan(now.checks, now.stores, [], serial=0)) == {"summit": "create", "buy": "create"}


def test_nothing_changed() -> None:
    now = sound(STORE, journey("see: Cart"))
    made = plan(now, sound(STORE, "# a comment\n" + journey("see: [Cart]", more='retries: 1 # "one"\n')))
    assert made.effective == ()
    assert {c.action for c in made.changes} == {"unchanged"}


def test_one_value_is_one_change_with_its_place() -> None:
    made = plan(sound(STORE, journey()), sound(STORE, journey(more="severity: P0\n")))
    (change,) = made.effective
    (field,) = change.fields
    assert (change.action, field.path, field.old, field.new) == ("update", "severity", "P1", "P0")
    assert str(field.span) == "checks/1.yaml:5:11"
    assert not change.by_upgrade


def test_one_inserted_step_is_one_change() -> None:
    before = journey("open: /", "see: A", "see: B", "see: C")
    made = plan(
        sound(STORE, before), sound(STORE, journey("open: /", "open_cart", "see: A", "see: B", "see: C"))
    )
    (field,) = made.effective[0].fields
    assert (field.path, field.old) == ("steps[1]", None)
    assert str(field.span) == "checks/1.yaml:7:5"


def test_one_removed_and_one_changed_step() -> None:
    before, after = journey("open: /", "see: A", "see: B"), journey("open: /", "see: Z")
    fields = plan(sound(STORE, before), sound(STORE, after)).effective[0].fields
    assert [(f.path, f.new is None) for f in fields] == [
        ("steps[1].see.all[0].any_name", False),
        ("steps[2]", True),
    ]


def test_pausing_and_resuming_are_called_so() -> None:
    on, off = sound(STORE, journey()), sound(STORE, journey(more="enabled: false\n"))
    assert actions(plan(on, off)) == {"buy": "pause"}
    assert actions(plan(off, on)) == {"buy": "resume"}
    both = sound(STORE, journey(more="enabled: false\nseverity: P0\n"))
    assert actions(plan(on, both)) == {"buy": "update"}


def test_a_move_keeps_the_history() -> None:
    before = sound(STORE, journey(named="old"))
    (change,) = plan(before, sound(STORE, journey(named="new", more="moved_from: old\n"))).effective
    assert (change.action, change.check_id, change.previous_id) == ("move", "new", "old")


def test_a_move_that_has_been_made_is_no_news() -> None:
    now = sound(STORE, journey(named="new", more="moved_from: old\n"))
    assert plan(now, now).effective == ()


def test_what_is_gone_is_archived_and_may_come_back() -> None:
    both = sound(STORE, journey(), journey(named="other"))
    one = sound(STORE, journey())
    assert actions(plan(both, one)) == {"other": "archive"}
    archived = [
        registered(each, state="archived" if each.id == "other" else "active") for each in both.checks
    ]
    assert actions(make_plan(both.checks, [], archived, serial=1)) == {"other": "create"}
    assert actions(make_plan(one.checks, [], archived, serial=1)) == {}


def test_new_defaults_are_an_upgrade_and_not_the_authors_words() -> None:
    now = sound(STORE, journey())
    (check,) = now.checks
    older = {key: value for key, value in check.canonical.items() if key != "overlays"}
    row = registered(check, canonical=older, content_hash=content_hash(older))
    (change,) = make_plan(now.checks, [], [row], serial=1).effective
    assert (change.action, change.by_upgrade) == ("update", True)


def test_a_registered_check_that_no_longer_reads_is_an_update() -> None:
    now = sound(STORE, journey())
    row = registered(now.checks[0], canonical={"id": "buy", "kind": "gone"}, content_hash="x")
    (change,) = make_plan(now.checks, [], [row], serial=1).effective
    assert (change.action, change.by_upgrade) == ("update", False)


def test_losing_many_checks_needs_to_be_asked_for() -> None:
    ten = [journey(named=f"c{n}") for n in range(10)]
    full = sound(STORE, *ten)
    assert not plan(full, sound(STORE, *ten[:7])).is_mass_prune
    assert plan(full, sound(STORE, *ten[:6])).is_mass_prune
    last = sound(STORE, ten[0])
    assert make_plan([], last.stores, rows(last), serial=1).is_mass_prune
    assert not plan(full, full).is_mass_prune


def test_a_step_of_a_fragment_changes_where_it_is_written() -> None:
    def folder(*, name: str, last: str) -> Linkage:
        look = f"version: 1\nkind: fragment\nid: look\nname: Look\nsteps:\n  - open: /\n  - press: {name}\n"
        return sound(STORE, journey("use: look", f"see: {last}"), look)

    (change,) = plan(folder(name="Buy", last="Cart"), folder(name="Add", last="Bag")).effective
    assert [(field.path, str(field.span)) for field in change.fields] == [
        ("steps[1].press.any_name", "checks/2.yaml:7:5"),
        ("steps[2].see.all[0].any_name", "checks/1.yaml:7:5"),
    ]


@dataclass
class Recorded(Registered):
    """A row whose apply wrote down what it applied."""

    recorded_hash: str = ""
    code_hash: str | None = None
    note: str | None = None


def recorded(linked: Linked, **changes: Any) -> Recorded:
    row = Recorded(**{**vars(registered(linked)), "recorded_hash": linked.hash})
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def test_what_was_edited_in_the_database_is_drift() -> None:
    now = sound(STORE, journey())
    (check,) = now.checks
    edited = {**check.canonical, "severity": "P3"}
    (change,) = make_plan([check], [], [recorded(check, canonical=edited)], serial=1).effective
    assert (change.action, change.drifted) == ("drift", True)
    assert [(f.path, f.old, f.new) for f in change.fields] == [("severity", "P3", "P1")]


def test_an_edited_state_name_or_hash_is_drift() -> None:
    now = sound(STORE, journey())
    (check,) = now.checks
    for words, path in (
        ({"state": "paused"}, "state (in the database)"),
        ({"name": "Other"}, "name (in the database)"),
        ({"content_hash": "0" * 64}, "content (in the database)"),
    ):
        (change,) = make_plan([check], [], [recorded(check, **words)], serial=1).effective
        assert (change.action, [f.path for f in change.fields]) == ("drift", [path])
    assert make_plan([check], [], [recorded(check)], serial=1).effective == ()


def test_a_paused_check_is_no_drift() -> None:
    (check,) = sound(STORE, journey(more="enabled: false\n")).checks
    assert make_plan([check], [], [recorded(check, state="paused")], serial=1).effective == ()


def test_drift_under_a_change_of_the_author_is_told_beside_it() -> None:
    (before,), (after,) = sound(STORE, journey()).checks, sound(STORE, journey(more="severity: P0\n")).checks
    (change,) = make_plan([after], [], [recorded(before, state="paused")], serial=1).effective
    assert (change.action, change.drifted) == ("update", True)
    assert {f.path for f in change.fields} == {"severity", "state (in the database)"}


def test_what_a_change_would_undo_is_told() -> None:
    (before,), (after,) = sound(STORE, journey()).checks, sound(STORE, journey(more="severity: P0\n")).checks
    rows = [recorded(before, note="rolled back to r3")]
    assert make_plan([after], [], rows, serial=1).effective[0].undoes == "rolled back to r3"
    assert make_plan([before], [], rows, serial=1).changes[0].undoes is None


def test_a_changed_store_affects_its_checks() -> None:
    from nano_sre.spec.plan import affected

    before = sound(STORE, journey(), journey(named="other"))
    after = sound(STORE.replace("name: Summit", "name: Top"), journey(), journey(named="other"))
    assert affected(plan(before, after), after) == ("buy", "other")
    after = sound(STORE, journey(), journey("see: Z", named="other"))
    assert affected(plan(before, after), after) == ("other",)
    assert affected(plan(before, before), before) == ()
