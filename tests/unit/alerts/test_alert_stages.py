from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from nano_sre.alerts.plan import plan
from nano_sre.core.fields import Duration
from nano_sre.core.outbox import Attention, Queued, World
from nano_sre.core.policy import Maintenance, Matching, OpenHours, Policy
from support.telling import NOON, make_rules, minutes, pending, said, thread, to

WAIT = Policy(group_wait=Duration(20_000))
SEVERAL = tuple(pending(n, f"check-{n}", cause="theme-broken") for n in range(1, 13))


def held(made: Any) -> dict[int, str]:
    return {each.id: each.by for each in made.held}


# Grouping


def test_twelve_targets_broken_by_one_cause_are_one_message() -> None:
    made = plan(World(pending=SEVERAL), make_rules(), NOON)
    assert said(made) == [("team", "fired", 12)]
    assert sorted(made.settled) == list(range(1, 13))


def test_unknown_causes_are_not_thrown_together() -> None:
    world = World(
        pending=(
            pending(1, "cart"),
            pending(2, "cart", device="iphone", episode="cart2"),
            pending(3, "search"),
        )
    )
    assert said(plan(world, make_rules(), NOON)) == [("team", "fired", 2), ("team", "fired", 1)]


def test_a_message_waits_for_others_but_not_for_ever() -> None:
    late = pending(2, "search", cause="theme-broken", at=NOON + minutes(0.25))
    world = World(pending=(SEVERAL[0], late))
    early = plan(world, make_rules(policy=WAIT), NOON + minutes(0.3))
    assert said(early) == []
    assert early.next_at == NOON + minutes(1 / 3)
    assert early.settled == early.dropped == ()
    assert said(plan(world, make_rules(policy=WAIT), NOON + minutes(1 / 3))) == [("team", "fired", 2)]


def test_group_by_store_alone() -> None:
    policy = Policy(group_wait=Duration(0), group_by=("store",))
    world = World(
        pending=(pending(1, "cart"), pending(2, "search"), pending(3, "cart", store="other", episode="x"))
    )
    assert said(plan(world, make_rules(policy=policy), NOON)) == [("team", "fired", 2), ("team", "fired", 1)]


def test_each_alerter_hears_of_what_is_routed_to_it() -> None:
    rules = make_rules(to("pager", "team", severity=("P0",)), to("team"))
    world = World(pending=(pending(1, "cart", cause="c", severity="P0"), pending(2, "search", cause="c")))
    assert sorted(said(plan(world, rules, NOON))) == [("pager", "fired", 1), ("team", "fired", 2)]


def test_what_no_route_takes_is_told_to_nobody_and_says_so() -> None:
    made = plan(World(pending=(pending(1),)), make_rules(to("pager", severity=("P0",))), NOON)
    assert (said(made), made.dropped) == ([], (1,))
    assert made.remarks[0].text == "Told to nobody: no route fits it."


# Threads


def test_a_new_member_of_an_open_thread_is_told_in_it() -> None:
    known = thread("cart", group="main/c", facts={"cause": "c"}, told_at=NOON - minutes(61))
    made = plan(World(pending=(pending(1, "search", cause="c"),), threads=(known,)), make_rules(), NOON)
    assert [(d.kind, d.thread) for d in made.drafts if d.kind == "fired"] == [("fired", known.name)]


def test_trouble_is_told_again_only_after_a_while_unless_it_is_worse() -> None:
    known = thread("cart", group="main/c", facts={"cause": "c"}, told_at=NOON - minutes(10))
    calm = plan(World(pending=(pending(1, "search", cause="c"),), threads=(known,)), make_rules(), NOON)
    assert said(calm) == []
    assert held(calm) == {1: "“team” was told of the same trouble at 11:50 UTC"}
    assert calm.next_at == NOON + minutes(50)
    worse = pending(1, "search", cause="c", severity="P0")
    assert said(plan(World(pending=(worse,), threads=(known,)), make_rules(), NOON)) == [("team", "fired", 1)]


def test_who_was_not_told_yet_is_not_limited() -> None:
    rules = make_rules(to("team", "pager"))
    known = thread("cart", group="main/c", facts={"cause": "c"}, told_at=NOON - minutes(10))
    made = plan(World(pending=(pending(1, "search", cause="c"),), threads=(known,)), rules, NOON)
    assert said(made) == [("pager", "fired", 1)]
    assert made.drafts[0].thread == known.name
    again = replace(pending(1, "search", cause="c"), planned_for=frozenset({"pager"}))
    assert said(plan(World(pending=(again,), threads=(known, *made.threads)), rules, NOON)) == []


def test_the_last_recovery_says_resolved_and_the_others_who_still_fails() -> None:
    known = thread("cart", "search", group="main/c")
    one = pending(1, "cart", kind="resolved", number=2)
    made = plan(World(pending=(one,), threads=(known,)), make_rules(), NOON)
    assert said(made) == [("team", "partly_resolved", 1)]
    assert made.drafts[0].still_failing == ("main/search@desktop",)
    both = World(pending=(one, pending(2, "search", kind="resolved", number=2)), threads=(known,))
    assert said(plan(both, make_rules(), NOON)) == [("team", "resolved", 2)]


def test_a_full_recovery_waits_for_nobody_and_a_partial_one_does() -> None:
    known = thread("cart", "search", group="main/c")
    one = pending(1, "cart", kind="resolved", number=2)
    waiting = plan(World(pending=(one,), threads=(known,)), make_rules(policy=WAIT), NOON)
    assert (said(waiting), waiting.settled, waiting.next_at) == ([], (), NOON + minutes(1 / 3))
    alone = World(pending=(one,), threads=(thread("cart"),))
    assert said(plan(alone, make_rules(policy=WAIT), NOON)) == [("team", "resolved", 1)]


def test_a_recovery_goes_to_those_who_were_told_whatever_the_routes_say_now() -> None:
    known = (thread("cart", alerter="old"), thread("cart", alerter="pager"))
    made = plan(
        World(pending=(pending(1, "cart", kind="resolved"),), threads=known), make_rules(to("team")), NOON
    )
    assert sorted(said(made)) == [("old", "resolved", 1), ("pager", "resolved", 1)]


def test_trouble_that_begins_anew_gets_a_thread_of_its_own() -> None:
    known = thread("cart")
    world = World(
        pending=(pending(1, "cart", kind="resolved"), pending(2, "cart", episode="cart-again")),
        threads=(known,),
    )
    made = plan(world, make_rules(), NOON)
    assert [d.kind for d in made.drafts] == ["resolved", "fired"]
    assert made.drafts[0].thread != made.drafts[1].thread


def test_a_warning_that_becomes_a_failure_is_told_again() -> None:
    known = thread("cart", facts={"severity": "P3"}, told_at=NOON - minutes(1))
    made = plan(
        World(pending=(pending(1, "cart", number=2, severity="P1"),), threads=(known,)), make_rules(), NOON
    )
    assert said(made) == [("team", "fired", 1)]
    assert made.threads[0].members[0].told
    assert made.threads[0].members[0].about.severity == "P1"


# What could not be delivered yet


def test_over_before_it_was_delivered_is_one_message() -> None:
    queue = (Queued(id=7, kind="fired", episodes=("cart",)),)
    known = thread("cart", told_at=None, queued=queue)
    made = plan(World(pending=(pending(1, "cart", kind="resolved"),), threads=(known,)), make_rules(), NOON)
    assert (said(made), made.cancelled) == ([("team", "was_down", 1)], (7,))
    assert made.drafts[0].notices == (100, 1)


def test_what_is_being_sent_is_left_alone_and_the_recovery_comes_after_it() -> None:
    queue = (Queued(id=7, kind="fired", episodes=("cart",), sending=True),)
    known = thread("cart", told_at=None, queued=queue)
    made = plan(World(pending=(pending(1, "cart", kind="resolved"),), threads=(known,)), make_rules(), NOON)
    assert (said(made), made.cancelled) == ([("team", "resolved", 1)], ())


def test_nobody_hears_the_end_of_what_could_never_be_delivered() -> None:
    known = thread("cart", told_at=None)
    made = plan(World(pending=(pending(1, "cart", kind="resolved"),), threads=(known,)), make_rules(), NOON)
    assert said(made) == []
    assert made.threads[0].open == ()


def test_one_message_at_a_time_to_a_channel_that_does_not_answer() -> None:
    queue = (Queued(id=7, kind="fired", episodes=("cart",)),)
    known = thread("cart", group="main/c", told_at=None, queued=queue)
    made = plan(World(pending=(pending(1, "search", cause="c"),), threads=(known,)), make_rules(), NOON)
    assert held(made) == {1: "an earlier message to “team” has not got through yet"}


# Maintenance, snoozes, hours

SALE = Maintenance(name="sale", from_="2026-03-02 07:00", to="2026-03-02 08:00", timezone="America/New_York")  # type: ignore[arg-type]
DURING = NOON + minutes(30)  # 07:30 in New York


def test_maintenance_holds_everything_and_says_so_once() -> None:
    rules = make_rules(maintenance=(SALE,))
    known = thread("search", told_at=DURING - minutes(90))
    world = World(pending=(pending(1, "cart"), pending(2, "search", kind="resolved")), threads=(known,))
    made = plan(world, rules, DURING)
    assert said(made) == []
    assert held(made) == {1: "maintenance “sale”", 2: "maintenance “sale”"}
    assert made.next_at == NOON + minutes(60)
    assert made.remarks[0].text == "Not told yet: maintenance “sale”, until 2026-03-02 13:00 UTC."
    again = World(
        pending=tuple(replace(p, held_by="maintenance “sale”") for p in world.pending), threads=(known,)
    )
    assert plan(again, rules, DURING).held == ()
    after = plan(again, rules, NOON + minutes(60))
    assert sorted(said(after)) == [("team", "fired", 1), ("team", "resolved", 1)]
    assert [d.remark for d in after.drafts if d.kind == "fired"] == [
        "Held back until now: maintenance “sale”."
    ]


def test_maintenance_of_others_holds_nothing() -> None:
    other = replace(SALE, for_=Matching(checks=("search*",)))
    made = plan(World(pending=(pending(1, "cart"),)), make_rules(maintenance=(other,)), DURING)
    assert said(made) == [("team", "fired", 1)]


def test_what_failed_and_ended_during_maintenance_is_told_afterwards() -> None:
    world = World(pending=(pending(1), pending(2, kind="resolved", number=2, at=NOON + minutes(3))))
    rules = make_rules(maintenance=(SALE,))
    assert said(plan(world, rules, DURING)) == []
    made = plan(world, rules, NOON + minutes(60))
    assert said(made) == [("team", "was_down", 1)]
    assert made.threads[0].open == ()
    assert made.drafts[0].ended == {1: NOON + minutes(3)}


def test_a_snooze_ends_by_itself() -> None:
    world = World(pending=(pending(1),), attention={"checkout": Attention(snoozed_until=NOON + minutes(5))})
    assert held(plan(world, make_rules(), NOON)) == {1: "it is snoozed"}
    assert said(plan(world, make_rules(), NOON + minutes(5))) == [("team", "fired", 1)]


OFFICE = {"office": (OpenHours(days=("mon", "tue"), from_="09:00", to="18:00"),)}  # type: ignore[arg-type]


@pytest.mark.parametrize(("outside", "fate"), [("hold", "held"), ("drop", "dropped")])
def test_outside_its_hours(outside: str, fate: str) -> None:
    rules = make_rules(
        to("team", during_hours="office", outside_hours=outside), hours=OFFICE, timezone="Europe/Berlin"
    )
    evening = NOON + minutes(5 * 60)  # 18:00 in Berlin
    made = plan(World(pending=(pending(1),)), rules, evening)
    assert said(made) == []
    assert bool(made.held) == (fate == "held")
    assert bool(made.dropped) == (fate == "dropped")
    if fate == "held":
        assert made.next_at == NOON + minutes(20 * 60)  # 09:00 on Tuesday
    assert said(plan(World(pending=(pending(1),)), rules, NOON)) == [("team", "fired", 1)]


def test_a_recovery_is_never_dropped_for_the_hour() -> None:
    rules = make_rules(to("team", during_hours="office", outside_hours="drop"), hours=OFFICE)
    world = World(pending=(pending(1, "cart", kind="resolved"),), threads=(thread("cart"),))
    night = NOON + minutes(9 * 60)
    assert held(plan(world, rules, night)) == {1: "outside the hours of its route"}
    assert said(plan(world, rules, NOON + minutes(24 * 60))) == [("team", "resolved", 1)]


# Dependencies

NEEDS = {"cart": ("home",), "checkout": ("cart",)}


@pytest.mark.parametrize("phase", ["pending", "firing"])
def test_a_trouble_is_held_while_the_one_it_comes_from_lasts(phase: Any) -> None:
    rules = make_rules(depends_on=NEEDS)
    world = World(pending=(pending(1, "cart"),), failing={("main", "home"): phase})
    assert held(plan(world, rules, NOON)) == {1: "“home”, which it depends on, fails"}
    assert said(plan(replace(world, failing={}), rules, NOON)) == [("team", "fired", 1)]


def test_a_parent_in_another_store_holds_nothing() -> None:
    world = World(pending=(pending(1, "cart"),), failing={("other", "home"): "firing"})
    assert said(plan(world, make_rules(depends_on=NEEDS), NOON)) == [("team", "fired", 1)]


def test_a_parent_never_holds_a_recovery() -> None:
    world = World(
        pending=(pending(1, "cart", kind="resolved"),),
        threads=(thread("cart"),),
        failing={("main", "home"): "firing"},
    )
    assert said(plan(world, make_rules(depends_on=NEEDS), NOON)) == [("team", "resolved", 1)]


def test_over_before_its_parent_is_told_to_nobody_if_the_parent_was_told() -> None:
    both = (pending(1, "cart"), pending(2, "cart", kind="resolved", number=2))
    rules = make_rules(depends_on=NEEDS)
    made = plan(World(pending=both, failing={("main", "home"): "firing"}), rules, NOON)
    assert (said(made), sorted(made.dropped)) == ([], [1, 2])
    unsure = World(pending=both, failing={("main", "home"): "pending"})
    assert len(plan(unsure, rules, NOON).held) == 2
    assert said(plan(World(pending=both), rules, NOON)) == [("team", "was_down", 1)]


# Reminders


def test_a_reminder_comes_once_however_late() -> None:
    known = replace(thread("cart", "search", group="main/c", told_at=NOON - minutes(300)), reminded=2)
    made = plan(World(threads=(known,)), make_rules(), NOON)
    assert said(made) == [("team", "reminder", 2)]
    assert made.drafts[0].key.endswith(":reminder:3")


def test_after_a_restart_with_five_hundred_failing_nothing_is_sent() -> None:
    known = tuple(thread(f"check-{n}", told_at=NOON - minutes(20)) for n in range(500))
    made = plan(World(threads=known), make_rules(), NOON)
    assert made.is_empty
    assert made.next_at == NOON + minutes(40)


@pytest.mark.parametrize(
    "attention",
    [Attention(acknowledged=True), Attention(snoozed_until=NOON + minutes(5))],
    ids=["ack", "snooze"],
)
def test_who_looks_after_it_is_not_reminded(attention: Attention) -> None:
    known = thread("cart", "search", group="main/c", told_at=NOON - minutes(300))
    made = plan(World(threads=(known,), attention={"cart": attention}), make_rules(), NOON)
    assert [d.shown for d in made.drafts] == [(101,)]


def test_a_route_says_how_often() -> None:
    rules = make_rules(to("team", remind_every=Duration(600_000)))
    assert said(plan(World(threads=(thread("cart"),)), rules, NOON + minutes(9))) == []
    assert said(plan(World(threads=(thread("cart"),)), rules, NOON + minutes(10))) == [
        ("team", "reminder", 1)
    ]


def test_no_reminder_while_a_message_still_waits_or_during_maintenance() -> None:
    queue = (Queued(id=7, kind="fired", episodes=("cart",)),)
    waiting = thread("cart", told_at=NOON - minutes(300), queued=queue)
    assert plan(World(threads=(waiting,)), make_rules(), NOON).is_empty
    old = thread("cart", told_at=NOON - minutes(300))
    assert plan(World(threads=(old,)), make_rules(maintenance=(SALE,)), DURING).is_empty


# Flapping, and what cannot be judged


def test_flapping_is_said_at_once_and_then_nothing_more() -> None:
    known = thread("cart", told_at=NOON - minutes(1))
    world = World(pending=(pending(1, "cart", kind="flapping", number=2),), threads=(known,))
    made = plan(world, make_rules(), NOON)
    assert said(made) == [("team", "flapping", 1)]
    quiet = replace(made.threads[0], told_at=NOON)
    assert plan(World(threads=(quiet,)), make_rules(), NOON + minutes(600)).is_empty


@pytest.mark.parametrize(("over", "still"), [(True, ()), (False, ("main/cart@desktop",))])
def test_calm_says_which_way_it_went(over: bool, still: tuple[str, ...]) -> None:
    world = World(pending=(pending(1, "cart", kind="calm", number=3, over=over),), threads=(thread("cart"),))
    made = plan(world, make_rules(), NOON)
    assert [(d.kind, d.still_failing) for d in made.drafts] == [("calm", still)]
    assert bool(made.threads[0].open) != over


def test_checks_that_cannot_be_judged_are_one_message_of_their_store() -> None:
    world = World(pending=(pending(1, "cart", kind="no_data"), pending(2, "search", kind="no_data")))
    assert said(plan(world, make_rules(), NOON)) == [("team", "no_data", 2)]


# The monitor's own


def test_a_broken_alerter_is_told_on_the_fallback_and_never_on_itself() -> None:
    own = replace(
        pending(1), about=replace(pending(1).about, target="monitor/alerts/team", store_id="monitor")
    )
    rules = make_rules(fallback="console", policy=WAIT, maintenance=(SALE,))
    assert said(plan(World(pending=(own,)), rules, DURING)) == [("console", "fired", 1)]
    alone = plan(World(pending=(own,)), replace(rules, fallback="team"), DURING)
    assert (said(alone), alone.dropped) == ([], (1,))


def test_the_same_world_gives_the_same_plan() -> None:
    world = World(pending=SEVERAL, threads=(thread("cart", told_at=NOON - minutes(300)),))
    assert plan(world, make_rules(), NOON) == plan(world, make_rules(), NOON)
