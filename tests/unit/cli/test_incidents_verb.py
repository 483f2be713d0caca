from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from nano_sre.core.diagnosis import Cause, Diagnosis
from nano_sre.core.result import utc_now
from nano_sre.store import Store
from nano_sre.store.incident_facts import Beside
from support import incidents as rounds
from support.cli import Desk
from support.incidents import Round
from support.results import make_result

BROKEN = Cause(
    id="theme-script",
    title="A script of the theme broke",
    confidence=0.82,
    shoppers="Nobody can buy.",
    remedy="Go back to the theme before.",
    evidence=("console: boom",),
)
COVERED = Cause(id="app", title="An app covers the button", confidence=0.3, shoppers="", remedy="")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def round_(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Round]:
    """A store whose checks ran within the last hours."""
    monkeypatch.setattr(rounds, "NOON", utc_now() - timedelta(hours=6))
    with Store.open(f"sqlite:///{desk.database}", data_dir=desk.data) as store:
        yield Round(store)


def test_where_nothing_is_broken_that_is_said(desk: Desk) -> None:
    assert desk.nano("incidents").err == "Nothing is broken: no incident is open.\n"
    assert desk.nano("incidents", "list", "--all").err == "There have been no incidents.\n"
    assert desk.nano("incidents", "list", "--json").json()["incidents"] == []


def test_the_list_has_the_open_ones_newest_first(desk: Desk, round_: Round) -> None:
    round_.fails("over")
    round_.passes("over")
    round_.fails()
    round_.fails("search")
    lines = desk.nano("incidents").out.splitlines()
    assert [line.split()[0] for line in lines] == ["3", "2"]
    assert "P1  failing for" in lines[0]
    assert "main/search@desktop/us  Search: the button “Add to cart” is not there" in lines[0]
    every = desk.nano("incidents", "list", "--all").out.splitlines()
    assert [line.split()[0] for line in every] == ["3", "2", "1"]
    assert "over after 15 min" in every[2]
    some = desk.nano("incidents", "list", "--limit", "1")
    assert (len(some.out.splitlines()), some.err.startswith("There are more")) == (1, True)


def test_the_list_can_be_of_one_store_or_check(desk: Desk, round_: Round) -> None:
    round_.fails()
    round_.fails("search", store_id="other")
    assert desk.nano("incidents", "list", "--store", "other").out.count("\n") == 1
    assert "main/checkout" in desk.nano("incidents", "list", "--check", "checkout").out
    round_.passes("fine")
    assert desk.nano("incidents", "list", "--check", "fine").code == 0
    unknown = desk.nano("incidents", "list", "--check", "chekout")
    assert (unknown.code, unknown.out) == (9, "")
    assert "no check “chekout” is applied or has run" in unknown.err


def test_one_is_shown_whole(desk: Desk, round_: Round) -> None:
    beside = Beside(run_id="r15", runbook="https://wiki.example.com", theme="Dawn (12)")
    round_.fails(beside=beside, diagnosis=Diagnosis(causes=(BROKEN, COVERED)))
    text = desk.nano("incidents", "show", "1").out
    for line in (
        "Checkout: the button “Add to cart” is not there",
        "  written at     checks/checkout.yaml:14:5",
        "  runbook        https://wiki.example.com",
        "  A script of the theme broke (82 % sure)",
        "  shoppers       Nobody can buy.",
        "  try first      Go back to the theme before.",
        "    - console: boom",
        "  Also possible: An app covers the button (30 % sure)",
        "  step           press Add to cart",
        "  expected       a button named Add to cart",
        "  actual         nothing like it",
        "  theme          Dawn (12)",
        "  run            r15",
        "To say that you look after it: nano-sre incidents ack 1",
    ):
        assert line in text.splitlines(), text
    assert text.index("The first failure.") < text.index("It failed: all as promised")
    document = desk.nano("incidents", "show", "1", "--json").json()
    assert (document["format"], document["state"]) == ("nano-sre/incident", "firing")
    assert [each["what"] for each in document["timeline"]] == ["failed", "fired"]
    assert document["details"]["diagnosis"]["causes"][0]["id"] == "theme-script"


def test_a_page_cannot_write_to_the_terminal(desk: Desk, round_: Round) -> None:
    nasty = Cause(id="x", title="\x1b[31mred", confidence=0.5, shoppers="\x07", remedy="a\nb")
    round_.fails(name="\x1b]0;owned\x07Checkout", diagnosis=Diagnosis(causes=(nasty,)))
    for words in (["incidents"], ["incidents", "show", "1"], ["incidents", "ack", "1", "--by", "\x1b[1mx"]):
        done = desk.nano(*words)
        assert done.code == 0
        assert "\x1b" not in done.said
        assert "\x07" not in done.said


def test_the_monitors_own_trouble_is_called_so(desk: Desk, round_: Round) -> None:
    round_.passes()
    for _ in range(10):
        round_.take(make_result(at=round_._next(), status="WARN", inconclusive="The browser died."))
    assert "P2  no verdict for" in desk.nano("incidents").out
    shown = desk.nano("incidents", "show", "1").out
    assert "Checkout: there is no verdict any more" in shown
    assert "The browser died." in shown


def test_people_take_care_of_several_at_once(desk: Desk, round_: Round) -> None:
    round_.fails()
    round_.fails("search")
    done = desk.nano("incidents", "ack", "1", "2", "--by", "ada")
    assert done.err.startswith("ada looks after incident 1: Checkout: the button")
    assert len(done.err.splitlines()) == 2
    assert desk.nano("incidents").out.count("[cared for by ada]") == 2
    by_default = desk.nano("incidents", "ack", "1", "--json").json()["incidents"][0]
    assert by_default["acknowledged_by"]


def test_an_unknown_number_changes_nothing(desk: Desk, round_: Round) -> None:
    round_.fails()
    for words in (["ack", "1", "99"], ["snooze", "99"], ["resolve", "99"], ["show", "99"]):
        done = desk.nano("incidents", *words)
        assert (done.code, done.out) == (9, "")
        assert "there is no incident 99" in done.err
    assert "cared for" not in desk.nano("incidents").out


def test_snoozing_takes_a_length_of_time(desk: Desk, round_: Round) -> None:
    round_.fails()
    assert "No messages about incident 1 until" in desk.nano("incidents", "snooze", "1", "--for", "2h").err
    assert "snoozed until" in desk.nano("incidents", "show", "1").out
    assert "are sent again" in desk.nano("incidents", "snooze", "1", "--for", "0s").err
    assert "snoozed until" not in desk.nano("incidents").out
    for wrong in ("soon", "2", "99999999999999d"):
        done = desk.nano("incidents", "snooze", "1", "--for", wrong)
        assert (done.code, done.err.splitlines()[0]) == (2, f"nano-sre: --for cannot be “{wrong}”")


def test_resolving_what_still_fails_is_told(desk: Desk, round_: Round) -> None:
    round_.fails()
    done = desk.nano("incidents", "resolve", "1", "--because", "the app was removed", "--by", "ada")
    assert done.code == 0
    assert "the next failure opens a new incident" in done.err
    shown = desk.nano("incidents", "show", "1").out
    assert "  because        the app was removed" in shown
    assert "the app was removed (ada)" in shown
    again = desk.nano("incidents", "resolve", "1")
    assert (again.code, "over already" in again.err) == (9, True)


def test_resolving_what_passes_is_not_warned_about(desk: Desk, round_: Round) -> None:
    round_.policy = type(round_.policy)(recover_after=3)
    round_.fails()
    round_.passes()
    assert "recovering for" in desk.nano("incidents").out
    assert "!" not in desk.nano("incidents", "resolve", "1").err
