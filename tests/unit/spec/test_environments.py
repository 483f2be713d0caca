"""One store document, several places: what `--env` replaces, and what runs where."""

from __future__ import annotations

import pytest

from nano_sre.core.program import Program
from nano_sre.spec.compile import programs
from nano_sre.spec.environments import unknown_environment
from nano_sre.spec.link import Linkage, link
from nano_sre.spec.project import load_texts
from support.projects import STORE, journey

STAGING = """\
environments:
  staging:
    url: https://staging.summit.example
    markets: {us: {currency: USD, locale: en-US}}
    vars: {coupon: STAGED}
"""


def linked(*texts: str, environment: str | None = None) -> Linkage:
    project = load_texts({f"checks/{n}.yaml": text for n, text in enumerate(texts)})
    return link(project, environment=environment)


def made(*texts: str, environment: str | None = None) -> list[Program]:
    found = linked(*texts, environment=environment)
    assert [d for d in found.diagnostics if d.severity == "error"] == []
    return programs(found.checks)


def codes(*texts: str, environment: str | None = None) -> list[str]:
    return [d.code for d in linked(*texts, environment=environment).diagnostics]


def test_an_environment_replaces_whole_keys_and_merges_nothing() -> None:
    (there,) = made(STORE + STAGING, journey(), environment="staging")
    assert str(there.store.url) == "https://staging.summit.example"
    assert dict(there.store.vars) == {"coupon": "STAGED"}
    assert there.target == "summit/buy@desktop/us:staging"
    assert there.store.environment == "staging"


@pytest.mark.parametrize("environment", [None, "production"])
def test_without_one_the_store_is_as_it_stands(environment: str | None) -> None:
    (here,) = made(STORE + STAGING, journey(), environment=environment)
    assert (here.target, here.store.environment) == ("summit/buy@desktop/us", None)
    assert "staging" not in str(here.store.url)


def test_visits_of_two_environments_are_never_shared() -> None:
    same = STORE + "environments: {staging: {name: The same address}}\n"
    keys = {made(same, journey(), environment=e)[0].visit_key for e in (None, "staging")}
    assert len(keys) == 2


def test_only_in_says_where_a_check_runs() -> None:
    texts = (STORE + STAGING, journey(more="only_in: staging\n"), journey(named="look"))
    assert [p.check_id for p in made(*texts)] == ["look"]
    assert [p.check_id for p in made(*texts, environment="staging")] == ["buy", "look"]
    live = (STORE + STAGING, journey(more="only_in: production\n"))
    assert [p.check_id for p in made(*live)] == ["buy"]
    assert made(*live, environment="staging") == []


def test_a_check_for_staging_is_held_against_staging() -> None:
    """Its names are those of staging, whichever environment is meant now."""
    store = STORE + "environments: {staging: {vars: {badge: New}}}\n"
    there = journey("see: ${vars.badge}", more="only_in: [staging]\n")
    assert codes(store, there) == []
    assert codes(store, there.replace("badge", "bagde")) == ["E301"]
    assert codes(store, journey("see: ${vars.badge}")) == ["E301"]
    assert codes(store, journey("see: ${vars.badge}"), environment="staging") == []


def test_a_store_without_the_environment_is_left_out_and_said() -> None:
    other = STORE.replace("id: summit", "id: outlet")
    texts = (STORE + STAGING, other, journey(more="stores: all\n"))
    found = linked(*texts, environment="staging")
    assert [(d.code, d.severity) for d in found.diagnostics] == [("E315", "warning")]
    assert "outlet" in found.diagnostics[0].message
    assert [p.store.id for p in programs(found.checks)] == ["summit"]


def test_variables_of_other_environments_need_not_be_set() -> None:
    store = (
        STORE.replace("vars:", "password: ${env.LIVE}\nvars:", 1)
        + "environments: {staging: {password: ${env.STAGED}}}\n"
    )
    store = store.replace("${env.LIVE}", '"${env.LIVE}"').replace("${env.STAGED}", '"${env.STAGED}"')
    project = load_texts({"a.yaml": store, "b.yaml": journey()})
    for environment, wanted in ((None, "LIVE"), ("staging", "STAGED")):
        told = link(project, environ={}, environment=environment).diagnostics
        assert [d.message for d in told] == [f"the environment variable {wanted} is not set"]


def test_the_document_may_say_which_one_is_meant() -> None:
    store = STORE + STAGING + "environment: staging\n"
    assert made(store, journey())[0].store.environment == "staging"
    assert made(store, journey(), environment="production")[0].store.environment is None


def test_what_is_registered_keeps_every_environment_and_knows_the_one_asked_for() -> None:
    (store,) = linked(STORE + STAGING, journey(), environment="staging").stores
    assert store.canonical["environment"] == "staging"
    assert set(store.canonical["environments"]) == {"staging"}
    assert "staging" not in store.canonical["url"]
    (plain,) = linked(STORE + STAGING, journey()).stores
    assert "environment" not in plain.canonical


def test_an_unknown_environment_names_those_there_are() -> None:
    project = load_texts({"a.yaml": STORE + STAGING})
    assert unknown_environment(project, "staging") is None
    assert unknown_environment(project, "production") is None
    assert unknown_environment(project, "stagin") == (
        "no store has an environment “stagin”",
        "did you mean “staging”?",
    )
    said = unknown_environment(project, "qa")
    assert said is not None
    assert said[1] == "the environments are production, staging"
    nothing = unknown_environment(load_texts({"a.yaml": STORE}), "qa")
    assert nothing is not None
    assert "leave --env out" in nothing[1]


def test_variables_keep_their_text_and_their_filters_are_worked_out() -> None:
    store = STORE.replace("vars: {", "vars: {size: 1.50, ")
    (program,) = made(store, journey("see: ${vars.size} of ${vars.board | upper}"))
    assert program.parts.steps[0].step.all_[0].any_name == "1.50 of COMPLETE-SNOWBOARD"


def test_each_variant_is_a_target_of_its_own() -> None:
    store = STORE + "variants: {a: {cookies: {ab: A}}, b: {cookies: {ab: B}}}\n"
    found = made(store, journey(more="variants: [a, b]\ndevices: [desktop, iphone]\n"))
    assert [p.target for p in found] == [
        "summit/buy@desktop/us/a",
        "summit/buy@desktop/us/b",
        "summit/buy@iphone/us/a",
        "summit/buy@iphone/us/b",
    ]
    assert len({p.visit_key for p in found}) == 4
    assert found[1].store.variant is not None
    assert dict(found[1].store.variant.cookies) == {"ab": "B"}
    (plain,) = made(store, journey())
    assert plain.store.variant is None
    assert plain.visit_key not in {p.visit_key for p in found}
