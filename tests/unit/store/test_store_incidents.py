from __future__ import annotations

import functools
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from nano_sre.core.diagnosis import Cause, Diagnosis
from nano_sre.core.fields import Duration
from nano_sre.core.incident import AlertState
from nano_sre.core.policy import Policy
from nano_sre.incidents.machine import decide, pass_time
from nano_sre.store import Store, incident_desk, incidents
from nano_sre.store.alert_states import save_state, state_of
from nano_sre.store.incident_desk import NoIncident
from nano_sre.store.incident_facts import Beside
from support.changes import apply, make_change
from support.incidents import Round, minutes
from support.results import NOON, make_failure, make_result

TARGET = "main/checkout@desktop/us"
CAUSE = Cause(
    id="theme-script",
    title="A script of the theme broke",
    confidence=0.8,
    shoppers="Nobody can buy.",
    remedy="Undo it.",
)


def payloads(store: Store) -> list[dict[str, Any]]:
    return [
        json.loads(row[0]) for row in store.db.execute("SELECT payload FROM outbox ORDER BY id").fetchall()
    ]


def test_a_failure_becomes_an_incident_and_ends(store: Store) -> None:
    round_ = Round(store)
    assert [*round_.passes(), *round_.fails(), *round_.fails(), *round_.passes()] == ["fired", "resolved"]
    found = round_.the_incident()
    assert (found.state, found.severity, found.check_id, found.kind) == (
        "resolved",
        "P1",
        "checkout",
        "journey",
    )
    assert (found.opened_at, found.resolved_at, found.run_id) == (minutes(30), minutes(60), None)
    assert found.title == "Checkout: the button “Add to cart” is not there"
    assert found.details is not None
    assert found.details["resolution"] == "It passes again after 30 min."
    assert round_.timeline(found.id) == [
        "failed: The first failure.",
        "fired: It failed: all as promised",
        "resolved: It passes again after 30 min.",
    ]
    assert round_.outbox() == [("fired", TARGET, 1), ("resolved", TARGET, 2)]


def test_the_owners_two_states_stay_true(store: Store) -> None:
    round_ = Round(store, recover_after=2)
    statuses = []
    for see in (round_.fails, round_.passes, round_.passes):
        see()
        statuses.append(tuple(store.db.execute("SELECT status, state FROM incidents").fetchone()))
    assert statuses == [("open", "firing"), ("open", "recovering"), ("resolved", "resolved")]


def test_what_is_pending_is_no_incident(store: Store) -> None:
    round_ = Round(store, fail_after=2)
    assert round_.fails() == []
    assert (round_.state().phase, round_.incidents(), round_.outbox()) == ("pending", [], [])
    assert round_.fails() == ["fired"]
    assert (
        round_.timeline(round_.the_incident().id)[1] == "fired: It failed 2 times in a row: all as promised"
    )


def test_deciding_again_writes_nothing_twice(store: Store) -> None:
    round_ = Round(store)
    result = make_failure(at=minutes(15))
    round_.minute = 15
    assert len(round_.take(result)) == 1
    assert round_.take(result) == ()
    store.db.execute("DELETE FROM alert_states")  # as if the state had been lost
    assert round_.take(result) == ()
    assert (len(round_.incidents()), len(round_.outbox())) == (1, 1)


def test_what_belongs_together_is_kept_together_or_not_at_all(store: Store) -> None:
    def half(db: Any) -> None:
        choose = functools.partial(decide, policy=Policy(), now=minutes(1))
        assert incidents.apply(db, make_failure(at=minutes(1)), decide=choose, now=minutes(1))
        raise RuntimeError("the process dies here")

    with pytest.raises(RuntimeError, match="dies"):
        store.write_now(half)
    round_ = Round(store)
    assert (round_.incidents(), round_.outbox(), round_.state()) == ([], [], AlertState(target=TARGET))
    assert round_.fails() == ["fired"]


def test_states_come_back_as_they_were_kept(store: Store) -> None:
    state = AlertState(
        target=TARGET,
        phase="recovering",
        episode="E",
        number=3,
        failures=2,
        passes=1,
        recent=(True, False),
        turns=(NOON, minutes(3)),
        flapping=True,
        failing_since=NOON,
        fired_at=minutes(1),
        judged_at=minutes(3),
        blind_since=minutes(4),
        no_data=True,
        blind_episode="B",
        warned=True,
    )
    store.write_now(lambda db: save_state(db, state, check_id="checkout"))
    assert store.read(lambda db: state_of(db, TARGET)) == state
    assert store.read(lambda db: state_of(db, "other")) == AlertState(target="other")


@pytest.mark.parametrize(
    "text", ["[]", "{", '{"turns": ["x"], "recent": [1], "of_tomorrow": 1, "judged_at": 5}']
)
def test_a_damaged_state_does_not_stop_anything(store: Store, text: str) -> None:
    round_ = Round(store)
    round_.passes()
    store.db.execute("UPDATE alert_states SET state = ?", (text,))
    assert round_.fails() == ["fired"]


def test_what_was_there_when_it_failed_is_kept(store: Store) -> None:
    apply(store, make_change("checkout"))
    round_ = Round(store)
    round_.fails("search")
    beside = Beside(
        run_id="r30", theme="Dawn 15 (1234)", runbook="https://wiki.example.com", owner="web", tags=("a",)
    )
    round_.fails(beside=beside, diagnosis=Diagnosis(causes=(CAUSE,)))
    found = round_.incidents(check="checkout")[0]
    context = found.error_context or {}
    assert context["step"] == {
        "title": "press Add to cart",
        "verb": "press",
        "at": "checks/checkout.yaml:14:5",
    }
    assert context["finding"]["code"] == "R501"
    assert context["console"] == ["error: boom"]
    assert context["theme"] == "Dawn 15 (1234)"
    assert (context["revision"], context["git_commit"], context["run"]) == (1, "abc123", "r30")
    assert context["also_failing"] == ["main/search@desktop/us"]
    assert (found.cause, found.run_id) == ("theme-script", "r30")
    assert found.details is not None
    assert found.details["diagnosis"]["causes"][0]["title"] == CAUSE.title
    last = payloads(store)[-1]
    assert last["causes"][0]["id"] == "theme-script"
    assert (last["item"]["runbook"], last["item"]["place"]) == (
        "https://wiki.example.com",
        "checks/checkout.yaml:14:5",
    )
    assert last["item"]["incident"] == found.id


def test_a_cause_that_is_found_later_counts_when_none_was_known(store: Store) -> None:
    round_ = Round(store)
    round_.fails(diagnosis=Diagnosis())
    round_.fails(diagnosis=Diagnosis(causes=(CAUSE,)))
    other = Cause(id="other", title="Other", confidence=1, shoppers="", remedy="")
    round_.fails(diagnosis=Diagnosis(causes=(other,)))
    found = round_.the_incident()
    assert found.cause == "theme-script"
    assert round_.timeline(found.id)[-1] == "note: The likely cause: A script of the theme broke"


def test_other_devices_count_in_the_same_place_only(store: Store) -> None:
    round_ = Round(store, devices="all")
    phone = {"device": "iphone", "target": "main/checkout@iphone/us"}
    german = {"device": "iphone", "target": "main/checkout@iphone/de", "market": "de"}
    round_.passes(**phone)
    round_.fails(**german)
    assert round_.fails() == []
    assert round_.fails(**phone) == ["fired"]
    assert round_.fails() == ["fired"]


def test_the_devices_of_the_check_may_be_named(store: Store) -> None:
    round_ = Round(store, devices="all")
    assert round_.fails(beside=Beside(others=("main/checkout@iphone/us",))) == []


def test_a_warning_that_is_told_is_a_p3_and_gets_worse(store: Store) -> None:
    round_ = Round(store, warnings="tell")
    round_.take(make_result(status="WARN", at=round_._next(), severity="P0"))
    assert round_.the_incident().severity == "P3"
    assert round_.fails(severity="P0") == ["fired"]
    assert round_.the_incident().severity == "P0"
    assert [row[0] for row in store.db.execute("SELECT severity FROM outbox ORDER BY id").fetchall()] == [
        "P3",
        "P0",
    ]


def test_flapping_is_one_incident(store: Store) -> None:
    round_ = Round(store, flapping=3)
    told = []
    for number in range(8):
        told += (round_.fails if number % 2 == 0 else round_.passes)()
    assert told == ["fired", "resolved", "flapping"]
    open_ones = round_.store.read(incident_desk.listed)
    assert [each.flapping for each in open_ones] == [True]
    assert len(round_.timeline(open_ones[0].id)) == 2, "no line for each turn"
    told = [kind for _ in range(3) for kind in round_.passes()]
    assert told == ["calm"]
    assert {each.state for each in round_.incidents()} == {"resolved"}


def test_no_verdict_is_an_incident_of_the_monitor(store: Store) -> None:
    round_ = Round(store, no_data_after=Duration(30 * 60_000))
    round_.fails()
    for _ in range(3):
        result = make_result(
            status="WARN", at=round_._next(), inconclusive="The browser died.", severity="P0"
        )
        round_.take(result)
    blind, failing = round_.incidents()
    assert (blind.severity, blind.title) == ("P2", "Checkout: there is no verdict any more")
    assert blind.cause == "no-verdict"
    assert "The browser died." in round_.timeline(blind.id)[0]
    assert (blind.error_context or {})["inconclusive"] == "The browser died."
    assert failing.state == "firing"
    assert round_.passes() == ["data_back", "resolved"]
    assert {each.state for each in round_.incidents()} == {"resolved"}


def test_silence_is_told_with_what_was_seen_last(store: Store) -> None:
    round_ = Round(store)
    round_.passes()
    round_.passes("search")
    assert round_.waits(60) == []
    assert round_.waits(70) == ["no_data", "no_data"]
    assert round_.waits(600) == []
    assert [each["item"]["name"] for each in payloads(store)] == ["Checkout", "Search"]
    assert round_.passes() == ["data_back"]


def test_time_may_pass_for_all_or_for_some(store: Store) -> None:
    round_ = Round(store)
    for name in ("a", "b", "c"):
        round_.passes(name)
    choose = functools.partial(pass_time, policy=Policy(), now=minutes(400))
    some = store.read(lambda db: incidents.silent(db, choose))[:1]
    told = [
        store.write_now(
            lambda db, t=targets: incidents.let_time_pass(db, choose, now=minutes(400), targets=t)
        )
        for targets in (some, None, None)
    ]
    assert [len(each) for each in told] == [1, 2, 0]


def test_a_target_that_never_ran_is_called_by_its_name(store: Store) -> None:
    apply(store, make_change("checkout"))
    state = AlertState(target=TARGET, judged_at=NOON)
    store.write_now(lambda db: save_state(db, state, check_id="checkout"))
    assert Round(store).waits(121) == ["no_data"]
    assert payloads(store)[0]["item"]["name"] == "Checkout"


# By hand


def test_people_say_that_they_look_after_it(store: Store) -> None:
    round_ = Round(store)
    round_.fails()
    number = round_.the_incident().id
    said = store.write_now(lambda db: incident_desk.acknowledge(db, number, who="ada", now=minutes(20)))
    assert (said.acknowledged_by, said.acknowledged_at) == ("ada", minutes(20))
    until = minutes(20) + timedelta(hours=2)
    said = store.write_now(
        lambda db: incident_desk.snooze(db, number, until=until, who="bob", now=minutes(20))
    )
    assert (said.snoozed_by, said.snoozed_until) == ("bob", until)
    assert "snoozed until 2026-03-01 14:20 UTC by bob" in store.runtime_state()[-1].about
    said = store.write_now(
        lambda db: incident_desk.snooze(db, number, until=minutes(21), who="bob", now=minutes(21))
    )
    assert (said.snoozed_by, said.snoozed_until) == (None, None)
    assert round_.timeline(number)[2:] == [
        "acknowledged: ada is looking after it.",
        "snoozed: No messages until 2026-03-01 14:20 UTC.",
        "snoozed: Messages are sent again.",
    ]


def test_resolving_by_hand_tells_and_lets_it_open_again(store: Store) -> None:
    round_ = Round(store)
    round_.fails()
    number = round_.the_incident().id
    assert store.write_now(
        lambda db: incident_desk.resolve(db, number, because="known", who="ada", now=minutes(20))
    )
    assert round_.outbox() == [("fired", TARGET, 1), ("resolved", TARGET, 2)]
    last = payloads(store)[-1]["item"]
    assert (last["summary"], last["step"]) == ("known", "press Add to cart")
    assert round_.fails() == ["fired"]
    assert len(round_.incidents()) == 2


def test_resolving_what_has_no_verdict_starts_the_wait_anew(store: Store) -> None:
    round_ = Round(store)
    round_.passes()
    round_.waits(130)
    number = round_.the_incident().id
    assert store.write_now(
        lambda db: incident_desk.resolve(db, number, because="known", who="ada", now=round_.now)
    )
    assert round_.waits(119) == []
    assert round_.waits(1) == ["no_data"]


def test_what_is_over_cannot_be_acknowledged(store: Store) -> None:
    round_ = Round(store)
    round_.fails()
    round_.passes()
    number = round_.the_incident().id
    with pytest.raises(NoIncident, match="over already, since 2026-03-01 12:30"):
        store.write_now(lambda db: incident_desk.acknowledge(db, number, who="ada", now=minutes(40)))
    with pytest.raises(NoIncident, match="no incident 99"):
        store.write_now(lambda db: incident_desk.snooze(db, 99, until=minutes(1), who="a", now=NOON))
    with pytest.raises(NoIncident, match="no incident 99"):
        store.read(lambda db: incident_desk.one(db, 99))


def test_incidents_of_the_owners_making_are_shown_and_resolved(store: Store) -> None:
    store.db.execute(
        "INSERT INTO incidents (created_at, store_url, skill_name, severity, title, details, status)"
        " VALUES ('2026-01-01T00:00:00', 'https://x', 'my_skill', 'P1', 'Broken', 'free text', 'open')"
    )
    round_ = Round(store)
    found = round_.the_incident()
    assert (found.check_id, found.details) == ("my_skill", {"details": "free text"})
    assert not store.write_now(
        lambda db: incident_desk.resolve(db, found.id, because="mended", who="ada", now=NOON)
    )
    assert round_.outbox() == []
    assert store.db.execute("SELECT COUNT(*) FROM alert_states").fetchone()[0] == 0


# What apply does


def test_an_archived_check_ends_its_incidents_and_is_forgotten(store: Store) -> None:
    apply(store, make_change("checkout"), make_change("search"))
    round_ = Round(store)
    round_.fails()
    round_.fails("search")
    apply(store, make_change("checkout", action="archive", reason="the file was removed"))
    over = round_.incidents(check="checkout")[0]
    assert over.details is not None
    assert (over.state, over.details["resolution"]) == ("resolved", "the file was removed")
    assert round_.outbox()[-1] == ("resolved", TARGET, 2)
    assert round_.state() == AlertState(target=TARGET)
    assert round_.state("main/search@desktop/us").phase == "firing"


def test_an_archived_store_ends_the_incidents_on_it(store: Store) -> None:
    apply(store, make_change("main", kind="store"), make_change("checkout"))
    round_ = Round(store)
    round_.fails()
    round_.fails(store_id="other")
    apply(store, make_change("main", kind="store", action="archive"))
    assert {each.target: each.state for each in round_.incidents()} == {
        TARGET: "resolved",
        "other/checkout@desktop/us": "firing",
    }


def test_only_what_is_run_is_waited_for(store: Store) -> None:
    round_ = Round(store)
    phone = "main/checkout@iphone/us"
    round_.fails()
    round_.take(make_failure("team", target="monitor/alerts/team", at=round_._next(), device=None))
    round_.fails("search")
    wanted = {phone: "checkout", "main/search@desktop/us": "search"}
    for _ in range(2):
        store.write_now(lambda db: incident_desk.expect(db, wanted, now=round_.now))
    assert {each.target: each.state for each in round_.incidents()} == {
        TARGET: "resolved",
        "monitor/alerts/team": "firing",
        "main/search@desktop/us": "firing",
    }
    assert round_.outbox()[-1] == ("resolved", TARGET, 2)
    assert round_.waits(119, due=round_.now) == []
    assert round_.waits(1, due=minutes(round_.minute - 119)) == ["no_data"] * 2
    assert {row[1] for row in round_.outbox()[-2:]} == {phone, "main/search@desktop/us"}


def test_a_rename_takes_incident_state_and_outbox_along(store: Store) -> None:
    apply(store, make_change("checkout"))
    round_ = Round(store)
    round_.fails()
    apply(store, make_change("buy", version=2, action="move", previous_id="checkout"))
    new = "main/buy@desktop/us"
    found = round_.the_incident()
    assert (found.check_id, found.target) == ("buy", new)
    assert round_.state(new).phase == "firing"
    assert round_.state() == AlertState(target=TARGET)
    assert round_.outbox() == [("fired", new, 1)]
    assert round_.passes("buy") == ["resolved"]
    assert round_.the_incident().state == "resolved"


def test_checks_that_swap_their_names_keep_their_own_trouble(store: Store) -> None:
    apply(store, make_change("checkout"), make_change("search"))
    round_ = Round(store)
    round_.fails()
    round_.passes("search")
    apply(
        store,
        make_change("search", version=2, action="move", previous_id="checkout"),
        make_change("checkout", version=2, action="move", previous_id="search"),
    )
    assert round_.state("main/search@desktop/us").phase == "firing"
    assert round_.state().phase == "ok"


def test_a_renamed_store_takes_its_troubles_along(store: Store) -> None:
    apply(store, make_change("main", kind="store"), make_change("checkout"))
    round_ = Round(store)
    round_.fails()
    apply(store, make_change("shop", kind="store", version=2, action="move", previous_id="main"))
    new = "shop/checkout@desktop/us"
    assert (round_.the_incident().target, round_.state(new).phase) == (new, "firing")
    row = store.db.execute("SELECT store_id, target FROM outbox").fetchone()
    assert tuple(row) == ("shop", new)


def test_two_processes_that_see_the_same_failure_tell_it_once(store: Store, url: str, data_dir: Path) -> None:
    policy = Policy(fail_after=3)
    results = [make_failure(at=minutes(number)) for number in range(12)]

    def apply_all(of: Store) -> None:
        for result in results:
            choose = functools.partial(decide, policy=policy, now=minutes(30))
            of.write_now(lambda db, r=result, c=choose: incidents.apply(db, r, decide=c, now=minutes(30)))

    with Store.open(url, data_dir=data_dir) as other, ThreadPoolExecutor(2) as both:
        for done in [both.submit(apply_all, each) for each in (store, other)]:
            done.result(timeout=60)
    round_ = Round(store)
    assert round_.outbox() == [("fired", TARGET, 1)]
    assert round_.state().failures == 12
