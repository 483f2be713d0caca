"""`graphql` requests of an `api` check, and a deadline that somebody else has set."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from nano_sre.core.diagnostics import Diagnostic
from nano_sre.core.program import AdminAccess
from nano_sre.core.result import Attempt, Finding
from nano_sre.kinds._shared.compare import Expectation
from nano_sre.kinds.checks.api import ApiProbe, Expected, Request
from nano_sre.runtime import probes
from nano_sre.runtime.http import HttpClient
from nano_sre.runtime.values import Environment
from nano_sre.runtime.visit import VisitWish
from nano_sre.spec.compile import programs
from nano_sre.spec.link import Linkage, link
from nano_sre.spec.project import load_texts
from support.drive import journey, store_at
from support.pages import Site, site

PATH = "/admin/api/2026-10/graphql.json"
QUERY = "query Tags($first: Int!) { scriptTags(first: $first) { nodes { src } } }"
TOKEN = "shpat_none_of_your_business"


@pytest.fixture
def shop() -> Iterator[Site]:
    with site() as made:
        says(made, {"data": {"scriptTags": {"nodes": []}}})
        yield made


def says(shop: Site, said: Any, **more: Any) -> None:
    shop.put(
        PATH,
        json.dumps(said),
        headers={"content-type": "application/json", **more.pop("headers", {})},
        **more,
    )


def ask(shop: Site, *, domain: str | None = "", **expected: Any) -> Attempt:
    access = None if domain is None else AdminAccess(domain=domain or shop.url, token=TOKEN)
    facts = store_at(shop.url, admin=access, timezone="America/Toronto")
    request = Request(graphql=QUERY, variables={"first": 100}, expect=Expected(**expected))
    parts = ApiProbe(requests=(request,), spans=(None,))
    program = replace(journey(facts, []), parts=parts, kind="api")

    async def work() -> Attempt:
        async with HttpClient() as http:
            wish = VisitWish(targets=("t",))
            return await probes.attempt(program, wish, http=http, environment=Environment(store=facts))

    return asyncio.run(work())


def found(made: Attempt) -> list[Finding]:
    return [report.finding for report in made.steps if report.finding]


NONE_LEFT = {"json": {"$.data.scriptTags.nodes": Expectation(empty=True)}}


def test_the_admin_api_is_asked_with_the_token(shop: Site) -> None:
    made = ask(shop, **NONE_LEFT)
    assert (made.status, [step.title for step in made.steps]) == ("PASS", ["the Admin API's scriptTags"])
    assert shop.asked == [f"POST {PATH}"]
    assert json.loads(shop.bodies[0]) == {"query": QUERY, "variables": {"first": 100}}
    assert shop.headers[0]["x-shopify-access-token"] == TOKEN


@pytest.mark.parametrize(
    ("day", "status", "hint"),
    [
        ("2999-01-01", "PASS", "Until 2999-01-01 this is a warning: "),
        ("2020-01-01", "FAIL", "Until 2020-01-01 it was a"),
    ],
)
def test_until_a_day_what_is_wrong_is_a_warning(shop: Site, day: str, status: str, hint: str) -> None:
    says(shop, {"data": {"scriptTags": {"nodes": [{"src": "a.js"}]}}})
    made = ask(shop, **NONE_LEFT, warn_until=day)
    (finding,) = found(made)
    assert finding.warn is (status == "PASS")
    assert [step.state for step in made.steps] == ["warned" if finding.warn else "failed"]
    assert finding.hint is not None
    assert finding.hint.startswith(hint)


@pytest.mark.parametrize(
    ("said", "status", "why"),
    [
        ({"errors": "[API] Invalid API key"}, 401, "refuses the token (status 401)"),
        ({}, 403, "refuses the token (status 403)"),
        ({"errors": [{"message": "no", "extensions": {"code": "ACCESS_DENIED"}}]}, 200, "may not read this: no"),
        ({"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]}, 200, "asks us to slow down"),
    ],
)  # fmt: skip
def test_what_is_our_own_trouble_says_nothing_about_the_store(
    shop: Site, said: Any, status: int, why: str
) -> None:
    says(shop, said, status=status)
    made = ask(shop)
    assert made.inconclusive is not None
    assert why in made.inconclusive
    assert TOKEN not in made.inconclusive


def test_a_query_that_is_not_understood_fails(shop: Site) -> None:
    says(shop, {"errors": [{"message": "Field 'x' doesn't exist on type 'QueryRoot'", "extensions": {}}]})
    (finding,) = found(ask(shop, **NONE_LEFT))
    assert finding.code == "R520"
    assert finding.summary == (
        "The answer of the Admin API's scriptTags is an error: Field 'x' doesn't exist on type 'QueryRoot'."
    )


def test_the_token_goes_nowhere_else(shop: Site) -> None:
    with site() as other:
        other.put("/caught", "{}")
        says(shop, {}, status=307, headers={"location": f"{other.url}/caught"})
        ask(shop)
        assert [headers.get("x-shopify-access-token") for headers in other.headers] == [None]
    made = ask(shop, domain="http://shop.example")
    assert "a token is sent over https only" in str(made.inconclusive)
    made = ask(shop, domain=None)
    assert "does not say how to reach the Admin API" in str(made.inconclusive)


STORE = """version: 1
kind: store
id: shop
name: Shop
url: https://shop.example
admin: {domain: shop.myshopify.com, token: "${secret.ADMIN}"}
markets: {us: {currency: USD, locale: en-US}}
"""
CHECK = """version: 1
kind: api
id: tags
name: Tags
requests:
  - graphql: "{ shop { name } }"
    expect: {warn_until: 2027-03-01, json: {"$.data": {exists: true}}}
"""


def linked(store: str, check: str) -> Linkage:
    return link(load_texts({"store.yaml": store, "check.yaml": check}), environ={"ADMIN": "x"})


def troubles(store: str, check: str) -> list[Diagnostic]:
    return [each for each in linked(store, check).diagnostics if each.severity == "error"]


def test_who_does_not_ask_the_admin_api_does_not_know_its_token() -> None:
    plain = CHECK.replace("id: tags", "id: cart").replace('graphql: "{ shop { name } }"', "get: /cart.js")
    (tags,), (cart,) = (programs(linked(STORE, text).checks) for text in (CHECK, plain))
    assert tags.store.admin is not None
    assert (tags.store.admin.domain, str(tags.store.admin.api_version)) == ("shop.myshopify.com", "2026-10")
    assert cart.store.admin is None


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("2027-03-01", "2027-02-30", "2027-02-30"),
        ("2027-03-01", "next spring", "a day such as 2027-03-01"),
        ("warn_until", "warn_till", "warn_until"),
    ],
)
def test_a_deadline_must_be_a_day(old: str, new: str, says: str) -> None:
    assert troubles(STORE, CHECK) == []
    (trouble,) = troubles(STORE, CHECK.replace(old, new))
    assert says in f"{trouble.message} {trouble.hint}"


def test_a_version_must_be_one_of_shopifys() -> None:
    (trouble,) = troubles(STORE.replace("token:", "api_version: 2026-11, token:"), CHECK)
    assert "such as 2026-10" in trouble.message
