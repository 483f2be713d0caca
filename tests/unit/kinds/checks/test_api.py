"""What an `api` check says about an answer: everything that is wrong with it, each with its place."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from nano_sre.core.result import Attempt, Finding
from nano_sre.kinds._shared.compare import Assertion, Expectation, Limit
from nano_sre.kinds.checks.api import ApiProbe, Expected, Keep, Request
from nano_sre.runtime import probes
from nano_sre.runtime.http import HttpClient
from nano_sre.runtime.options import RunOptions
from nano_sre.runtime.values import Environment
from nano_sre.runtime.verdict import Tries, target_result
from nano_sre.runtime.visit import VisitWish
from support.drive import journey, store_at
from support.pages import Site, site

CART = {"items": [{"price": 100, "title": "Board"}, {"price": 0, "title": "Wax"}], "note": None}


@pytest.fixture
def shop() -> Iterator[Site]:
    with site() as made:
        made.put("/cart.js", json.dumps(CART), headers={"content-type": "application/json"})
        yield made


def asked(shop: Site, *requests: Request) -> Attempt:
    facts = store_at(shop.url)
    parts = ApiProbe(requests=requests, spans=(None,) * len(requests))
    program = replace(journey(facts, []), parts=parts, kind="api")

    async def work() -> Attempt:
        async with HttpClient() as http:
            wish = VisitWish(targets=("t",))
            return await probes.attempt(program, wish, http=http, environment=Environment(store=facts))

    return asyncio.run(work())


def found(made: Attempt) -> list[Finding]:
    return [report.finding for report in made.steps if report.finding]


def expecting(**expected: Any) -> Request:
    return Request(get="/cart.js", expect=Expected(**expected))


def test_every_broken_promise_is_kept(shop: Site) -> None:
    request = expecting(
        status=Expectation(equals="204"),
        header={"content-type": Expectation(equals="text/html"), "x-gone": Expectation(exists=True)},
        text=Expectation(contains="snow"),
        json={"$.items": Expectation(type_="object"), "$.note": Expectation(type_="null")},
        took=Limit(warn="0ms"),
        size=Limit(fail="1 B"),
    )
    made = asked(shop, request)
    said = [finding.summary.partition(" of GET /cart.js")[0] for finding in found(made)]
    assert said == [
        "The status",
        "The header content-type",
        "The header x-gone",
        "The text",
        "The size",
        "$.items",
        "The time",
    ]
    assert made.status == "FAIL"
    assert [report.state for report in made.steps] == ["failed"] * 6 + ["warned"]
    program = replace(journey(store_at(shop.url), []), kind="api")
    result = target_result(program, Tries(attempts=(made,)), shared=None, options=RunOptions(run_id="r"))
    assert "(and 5 more)" in result.result.summary
    assert len(result.findings) == 7


def test_a_status_is_no_amount(shop: Site) -> None:
    (finding,) = found(asked(shop, expecting(status=Expectation(equals="404"))))
    assert (finding.expected, finding.actual, finding.difference) == ("404", "200", None)


def test_an_answer_that_is_no_json_is_said_once(shop: Site) -> None:
    shop.put("/cart.js", "<h1>Sorry</h1>", status=500)
    request = replace(
        expecting(json={"$.items": Expectation(type_="list"), "$.note": Expectation(exists=True)}),
        save=(Keep(json="$.token", as_="token"),),
    )
    assert [finding.summary for finding in found(asked(shop, request))] == [
        "GET /cart.js answers with status 500.",
        "GET /cart.js does not answer with JSON.",
    ]


def test_all_matches_of_a_path_must_hold(shop: Site) -> None:
    (finding,) = found(
        asked(shop, expecting(json={"$.items[*].price": Expectation(more_than=Limit(fail="0"))}))
    )
    assert finding.summary == "$.items[1].price of GET /cart.js is 0, expected more than 0."
    assert found(asked(shop, expecting(json={"$.items[*].price": Expectation(type_="number")}))) == []


def test_a_path_without_a_match_is_missing(shop: Site) -> None:
    (finding,) = found(asked(shop, expecting(json={"$.items[*].sku": Expectation(exists=True)})))
    assert (finding.actual, "$.items[*].sku" in finding.summary) == ("nothing", True)
    assert found(asked(shop, expecting(json={"$.items[*].sku": Expectation(exists=False)}))) == []


def test_values_are_kept_although_something_is_wrong(shop: Site) -> None:
    first = replace(
        expecting(status=Expectation(equals="204")), save=(Keep(json="$.items[1].title", as_="title"),)
    )
    made = asked(shop, first, expecting(text=Expectation(not_=Assertion(contains="Nothing"))))
    assert [report.state for report in made.steps] == ["failed", "passed"]


def test_what_is_to_be_kept_must_be_there(shop: Site) -> None:
    (finding,) = found(asked(shop, Request(get="/cart.js", save=(Keep(json="$.token", as_="token"),))))
    assert finding.summary == "GET /cart.js: the answer has nothing at $.token to keep."
