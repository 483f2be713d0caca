"""The agent as people start it: a process, a folder, signals."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.agents import PATIENCE, agent
from support.cli import STORE, Desk, api_check
from support.pages import Site, site
from support.processes import wait_for

pytestmark = pytest.mark.slow

TRIGGERS = """\
version: 1
triggers:
  - {name: called, http: {token: "${secret.TRIGGER_TOKEN}"}, run: {checks: [by-hand]}}
"""
ALERTERS = """\
version: 1
alerters:
  - {name: team, webhook: {url: "${env.SHOP_URL}/PLACE"}}
routes:
  - {send_to: [team]}
policy: {group_wait: 0s}
"""


@pytest.fixture
def shop() -> Iterator[Site]:
    with site(index="<title>Shop</title>") as made:
        for path in ("/cart.js", "/other.js", "/team", "/others"):
            made.put(path, "{}")
        yield made


@pytest.fixture
def desk(tmp_path: Path, shop: Site) -> Desk:
    """A check that runs all the time, and one that only a trigger runs; nothing is applied yet."""
    made = Desk(tmp_path, {"SHOP_URL": shop.url, "TRIGGER_TOKEN": "a-token-of-the-tests"})
    made.write("store.yaml", STORE)
    made.write("cart.yaml", api_check("cart", more="every: 1s\n"))
    made.write("by-hand.yaml", api_check("by-hand", "/other.js"))
    made.write("triggers.yaml", TRIGGERS)
    made.write("alerters.yaml", ALERTERS.replace("PLACE", "team"))
    return made


def runs(desk: Desk, check: str = "cart") -> int:
    return int(desk.rows(f"SELECT COUNT(*) FROM check_runs WHERE check_id = '{check}'")[0][0])


def told(shop: Site, path: str = "/team") -> int:
    return shop.asked.count(f"POST {path}")


def test_it_applies_a_folder_runs_it_and_ends_when_asked(desk: Desk) -> None:
    with agent(desk, "checks") as running:
        running.until_said("Applied 5 changes; the registry is at 1.")
        wait_for(lambda: runs(desk) >= 3, seconds=PATIENCE, what="a third run")
        status, text = running.ask("/healthz")
        assert (status, json.loads(text)["well"]) == (200, True)
        assert "Cart" in running.ask("/")[1]
        assert "nano_sre_results_total" in running.ask("/metrics")[1]
        assert running.end() == 0
        assert "The agent has stopped." in running.said
        assert "✓ shop/cart@us" in running.said
        assert "Traceback" not in running.said


def test_a_call_of_a_trigger_runs_its_checks(desk: Desk) -> None:
    with agent(desk, "checks") as running:
        running.until_said("✓ shop/cart@us")  # until it has looked around, calls are put off with a 503
        refused = running.ask("/triggers/called", body=b"{}", authorization="Bearer wrong")
        assert refused[0] == 401
        taken = running.ask("/triggers/called", body=b"{}", authorization="Bearer a-token-of-the-tests")
        assert taken == (202, "Accepted: the checks will run.\n")
        wait_for(lambda: runs(desk, "by-hand"), seconds=PATIENCE, what="the run")
        wait_for(
            lambda: desk.rows("SELECT state FROM trigger_events") == [("done",)],
            seconds=PATIENCE,
            what="the end of the event",
        )
        assert running.end() == 0
    assert runs(desk, "by-hand") == 1


def test_an_invalid_edit_changes_nothing_and_a_valid_one_everything(desk: Desk, shop: Site) -> None:
    with agent(desk, "checks") as running:
        wait_for(lambda: shop.asked.count("GET /cart.js") >= 1, seconds=PATIENCE, what="a run")
        desk.write("cart.yaml", api_check("cart", more="every: 1s\nseverty: P0\n"))
        running.until_said("did you mean “severity”?")
        status, text = running.ask("/healthz")
        assert status == 503
        assert "The folder is invalid, what was applied before runs on" in json.loads(text)["troubles"][0]
        before = runs(desk)
        wait_for(lambda: runs(desk) > before, seconds=PATIENCE, what="another run")
        desk.write("cart.yaml", api_check("cart", "/other.js", more="every: 1s\nseverity: P0\n"))
        running.until_said("Over: The folder is invalid")
        wait_for(lambda: shop.asked.count("GET /other.js") >= 1, seconds=PATIENCE, what="the new request")
        assert running.ask("/healthz")[0] == 200
        assert running.end() == 0


def test_it_follows_who_is_to_be_told(desk: Desk, shop: Site) -> None:
    with agent(desk, "checks") as running:
        shop.put("/cart.js", "broken", status=500)
        wait_for(lambda: told(shop) == 1, seconds=PATIENCE, what="the message to the team")
        desk.write("alerters.yaml", ALERTERS.replace("PLACE", "others"))
        running.until_said("the registry is at 2.")
        shop.put("/cart.js", "{}")
        wait_for(lambda: told(shop, "/others") == 1, seconds=PATIENCE, what="the end, told elsewhere")
        assert running.end() == 0
    assert told(shop) == 1


def test_there_is_one_agent_to_a_database(desk: Desk) -> None:
    with agent(desk, "checks") as first:
        address = first.address
        second = desk.process("agent", "--port", address.rpartition(":")[2])
        assert second.code == 6
        assert str(first.process.pid) in second.said
        assert first.end() == 0
        with agent(desk) as third:
            assert third.ask("/healthz")[0] == 200


def test_a_kill_loses_nothing_and_says_nothing_twice(desk: Desk, shop: Site) -> None:
    shop.put("/cart.js", "broken", status=500)
    with agent(desk, "checks") as running:
        wait_for(lambda: told(shop) == 1, seconds=PATIENCE, what="the message")
        wait_for(
            lambda: desk.rows("SELECT state FROM deliveries") == [("sent",)],
            seconds=PATIENCE,
            what="its mark",
        )
        running.end(signal.SIGKILL)
    before = runs(desk)
    with agent(desk, "checks") as again:
        again.until_said("ended without saying goodbye")
        wait_for(lambda: runs(desk) >= before + 3, seconds=PATIENCE, what="three more runs")
        assert told(shop) == 1
        shop.put("/cart.js", "{}")
        wait_for(lambda: told(shop) == 2, seconds=PATIENCE, what="the end of it")
        assert again.end() == 0
    keys = desk.rows("SELECT run_key, COUNT(*) FROM check_runs GROUP BY run_key, target HAVING COUNT(*) > 1")
    assert keys == []


def test_a_folder_that_was_never_valid_is_no_agent(desk: Desk) -> None:
    desk.write("cart.yaml", "version: 1\nkind: nothing\n")
    done = desk.process("agent", "checks", "--port", "0")
    assert done.code == 3
    assert "the folder is invalid, and nothing was applied before that could run" in done.err
