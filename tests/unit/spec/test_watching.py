from __future__ import annotations

from pathlib import Path

import pytest

from nano_sre.core.program import JourneyParts, Modifiers, Program, StepCall
from nano_sre.kinds.steps.open import Open
from nano_sre.service import Selection, read_folder, select
from nano_sre.spec.canonical import from_stored
from nano_sre.spec.compile import explain, programs
from nano_sre.spec.link import link
from nano_sre.spec.project import Project, bound
from nano_sre.spec.watching import StepNotFound, step_named
from support.projects import STORE, fragment, journey, linked, sound, store

PAGE = "version: 1\nkind: page\nid: quality\nname: Quality\n"
WATCHING = PAGE + "during: buy\nconsole: {}\n"


def compiled(*texts: str) -> list[Program]:
    return programs(sound(STORE, *texts).checks)


def page(*texts: str) -> list[Program]:
    return [each for each in compiled(*texts) if each.kind == "page"]


def test_devices_markets_and_stores_are_the_journeys() -> None:
    way = journey(more="devices: [desktop, iphone]\nmarkets: [de]\n")
    assert [p.target for p in page(way, WATCHING)] == [
        "summit/quality@desktop/de",
        "summit/quality@iphone/de",
    ]
    (one,) = page(way, WATCHING + "devices: iphone\n")
    assert one.target == "summit/quality@iphone/de"


def test_several_stores_are_followed_and_one_may_be_left_out() -> None:
    texts = (store("a"), store("b"), journey(more="stores: all\n"))
    made = [p.target for p in programs(sound(*texts, WATCHING).checks) if p.kind == "page"]
    assert made == ["a/quality@desktop/us", "b/quality@desktop/us"]
    skipped = WATCHING + "skip: {stores: [a], because: no script there}\n"
    made = [p.target for p in programs(sound(*texts, skipped).checks) if p.kind == "page"]
    assert made == ["b/quality@desktop/us"]


def test_it_shares_the_visit_of_the_journey_and_is_made_as_the_journey_says() -> None:
    way = journey(more="retries: 0\ntimeout: 30s\nconsent: refuse\n")
    buy, quality = compiled(way, WATCHING)
    assert buy.visit_key == quality.visit_key
    assert (quality.retries, str(quality.timeout), quality.parts.consent) == (0, "30s", "refuse")
    assert quality.watch is not None
    assert quality.watch.confirm
    assert buy.watch is None


def test_pages_of_an_own_visit_are_opened_one_after_another() -> None:
    (made,) = page(
        PAGE + 'visit: [{name: home, path: /}, "/products/${vars.board}"]\nconsent: leave\nconsole: {}\n'
    )
    assert isinstance(made.parts, JourneyParts)
    assert made.parts.consent == "leave"
    assert [call.title for call in made.parts.steps] == ["Open home (/)", "Open /products/complete-snowboard"]
    assert str(made.parts.steps[1].span) == "checks/1.yaml:5:32"


def test_it_explains_itself() -> None:
    (made,) = page(journey("open: /", "see: Cart"), WATCHING)
    assert explain(made) == [
        "Watch the journey “Buy” (buy, 2 steps)",
        "Expect the console errors of each page to be at most 0",
    ]
    (own,) = page(PAGE + "visit: /\nvitals: default\n")
    assert explain(own)[0] == "Open /"
    assert explain(own)[-1] == "Make the whole visit 3 times, each as a new shopper, for the median"
    assert "LCP more than 2.5s is a warning, 4s is a failure" in explain(own)[1]


def test_a_journey_with_a_mistake_is_told_of_once() -> None:
    told = linked(STORE, journey("sea: Cart"), WATCHING).diagnostics
    assert [d.code for d in told] == ["E202"]


def test_a_journey_of_another_file_is_found_when_only_the_page_check_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("checks").mkdir()
    files = {
        "store": STORE,
        "buy": journey("use: look", "see: Cart"),
        "look": fragment("open: /"),
        "q": WATCHING,
    }
    for name, text in files.items():
        Path(f"checks/{name}.yaml").write_text(text)
    _, linkage = read_folder([Path("checks/q.yaml")], environ={})
    assert linkage.diagnostics == []
    (made,) = select(linkage, Selection())
    assert (made.check_id, [call.verb for call in made.parts.steps]) == ("quality", ["open", "see"])


def test_what_is_stored_watches_the_same() -> None:
    linkage = sound(STORE, journey("open: /", "see: Cart"), WATCHING + "vitals: {LCP: 2s}\n")
    project = Project()
    for each in (*linkage.stores, *linkage.checks):
        document = from_stored(each.canonical, each.positions, file="x.yaml", source="")
        project.loaded.append(bound(document, Path(), project.diagnostics))
    again = programs(link(project).checks)
    assert project.diagnostics == []
    assert again == programs(linkage.checks)


def call(verb: str, name: str | None = None) -> StepCall:
    return StepCall(verb=verb, step=Open(path="/"), modifiers=Modifiers(name=name))


STEPS = (call("open", "Home"), call("add_to_cart"), call("open", "Look again"), call("open", "look again"))


@pytest.mark.parametrize(("wanted", "index"), [("add_to_cart", 1), ("home", 0), ("Home", 0)])
def test_a_step_is_meant_by_its_name_or_by_its_verb(wanted: str, index: int) -> None:
    assert step_named(wanted, STEPS) == index


@pytest.mark.parametrize(
    ("wanted", "message", "suggestion"),
    [
        ("open", "3 steps are “open” in the journey: step 1, step 3, step 4", None),
        ("look again", "2 steps are named so: step 3, step 4", None),
        ("add_to_card", "the journey has no step “add_to_card”", "add_to_cart"),
    ],
)
def test_a_name_that_means_no_step_or_several_is_refused(
    wanted: str, message: str, suggestion: str | None
) -> None:
    found = step_named(wanted, STEPS)
    assert isinstance(found, StepNotFound)
    assert (found.message, found.suggestion) == (message, suggestion)
    assert found.hint
