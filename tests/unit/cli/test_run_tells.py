"""`run` judges and tells like the agent; `test` never does."""

from __future__ import annotations

import json

import pytest

from support.cli import Desk, api_check
from support.pages import Site

TEAM = """\
version: 1
alerters:
  - {name: team, webhook: {url: "${env.SHOP_URL}/team"}}
routes:
  - {send_to: [team]}
"""
CONSOLE = "version: 1\nalerters:\n  - {name: console, stdout: {}}\nroutes:\n  - {send_to: [console]}\n"
TRIGGERS = """\
version: 1
triggers:
  - {name: smoke, manual: {}, run: {tags: [critical]}}
  - {name: nightly, cron: "0 3 * * *", run: {checks: ["other*"]}}
"""


def told(shop: Site) -> int:
    return shop.asked.count("POST /team")


@pytest.fixture
def team(desk: Desk, shop: Site) -> Desk:
    desk.write("alerters.yaml", TEAM)
    shop.put("/team", "{}")
    shop.put("/cart.js", "oops", status=500)
    desk.nano("apply")
    return desk


def test_whoever_is_named_is_told_before_run_ends(team: Desk, shop: Site) -> None:
    assert team.nano("run").code == 1
    assert told(shop) == 1
    team.nano("run")
    assert told(shop) == 1, "it is the same incident"
    shop.put("/cart.js", "{}")
    assert team.nano("run").code == 0
    assert told(shop) == 2
    assert team.rows("SELECT status FROM incidents") == [("resolved",)]


def test_test_tells_nobody(team: Desk, shop: Site) -> None:
    assert team.nano("test", "checks").code == 1
    assert told(shop) == 0
    assert team.rows("SELECT COUNT(*) FROM incidents") == [(0,)]


def test_without_alerters_the_results_are_what_is_read(applied: Desk, shop: Site) -> None:
    shop.put("/cart.js", "oops", status=500)
    done = applied.nano("run")
    assert "Likely cause" not in done.said
    assert applied.rows("SELECT status FROM incidents") == [("open",)]
    assert applied.rows("SELECT kind, state FROM outbox") == [("fired", "waiting")]


def test_messages_for_the_terminal_keep_out_of_documents(desk: Desk, shop: Site) -> None:
    desk.write("alerters.yaml", CONSOLE)
    desk.nano("apply")
    shop.put("/cart.js", "oops", status=500)
    done = desk.nano("run", "--json")
    assert json.loads(done.out)["format"] == "nano-sre/run"
    assert "P1 shop: Cart answers fails" in done.err


def test_a_run_that_cannot_tell_ends_all_the_same(team: Desk, shop: Site) -> None:
    shop.put("/team", "no", status=503)
    assert team.nano("run").code == 1
    assert team.rows("SELECT state FROM deliveries") == [("waiting",)]


def test_a_trigger_says_what_runs(desk: Desk) -> None:
    desk.write("triggers.yaml", TRIGGERS)
    desk.write("other.yaml", api_check("other"))
    desk.nano("apply")
    assert desk.nano("run", "--trigger", "smoke").code == 0
    assert desk.nano("run", "--trigger", "nightly").code == 0
    assert desk.rows("SELECT check_id FROM check_runs ORDER BY id") == [("cart",), ("other",)]


def test_a_trigger_and_words_are_both_meant(desk: Desk) -> None:
    desk.write("triggers.yaml", TRIGGERS)
    desk.write("other.yaml", api_check("other"))
    desk.nano("apply")
    done = desk.nano("run", "other", "--trigger", "smoke")
    assert done.code == 9
    assert "the trigger runs none of these checks" in done.err


def test_a_trigger_that_is_not_there(desk: Desk) -> None:
    desk.nano("apply")
    done = desk.nano("run", "--trigger", "smoke")
    assert done.code == 9
    assert "nano-sre apply registers triggers.yaml with the checks" in done.err
    desk.write("triggers.yaml", TRIGGERS)
    desk.write("other.yaml", api_check("other"))
    desk.nano("apply")
    assert "did you mean “smoke”?" in desk.nano("run", "--trigger", "smok").err
