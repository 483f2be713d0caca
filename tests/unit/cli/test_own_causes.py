"""Rules of diagnosis that a merchant brings along: tried, applied, concluded from, taken away."""

from __future__ import annotations

import pytest

from support.cli import Desk
from support.pages import Site

RULES = """\
version: 1
kind: rules
id: our-causes
rules:
  - cause: erp-down
    title: The ERP is down
    shoppers: Shoppers see stock and prices of yesterday.
    remedy: Call the ERP hotline; the number is in the handbook.
    links: https://status.erp.example.com
    for:
      - {weight: 6, code: R520, says: "503"}
      - {weight: 2, console: erp-widget}
    against:
      - {weight: 1, changed: theme}
"""


@pytest.fixture
def broken(desk: Desk, shop: Site) -> Desk:
    """A shop whose cart answers 503, and a check that has seen it fail with nothing but our rules."""
    desk.nano("apply")
    shop.put("/cart.js", "maintenance", status=503)
    assert desk.nano("run").code == 1
    return desk


def causes(desk: Desk, number: int) -> list[str]:
    details = desk.nano("incidents", "show", str(number), "--json").json()["details"]
    return [each["id"] for each in details.get("diagnosis", {}).get("causes", [])]


def test_rules_are_tried_on_what_was_recorded_before_they_are_applied(broken: Desk) -> None:
    broken.write("rules.yaml", RULES)
    assert "erp-down" not in causes(broken, 1)
    lines = broken.nano("incidents", "diagnose", "1", "checks/").out.splitlines()
    assert "The ERP is down" in lines[3]
    assert "  try first      Call the ERP hotline; the number is in the handbook." in lines
    assert "Your rule “erp-down”: 6 found, more than 3 is needed" in lines
    assert "  yes +6    code: R520, says: 503" in lines
    assert "  no  +2    console: erp-widget" in lines
    assert "  no  -1    changed: theme" in lines
    assert "erp-down" not in causes(broken, 1), "nothing was written"


def test_applied_rules_are_what_the_next_failure_is_concluded_from(broken: Desk, shop: Site) -> None:
    broken.write("rules.yaml", RULES)
    done = broken.nano("apply")
    assert "+ create rules our-causes  checks/rules.yaml:1:1" in done.out
    assert broken.nano("apply").out == "0 changes: 3 unchanged\n"
    shop.put("/cart.js", "{}")
    assert broken.nano("run").code == 0
    shop.put("/cart.js", "maintenance", status=503)
    assert broken.nano("run").code == 1
    assert causes(broken, 2)[0] == "erp-down"
    shown = broken.nano("incidents", "show", "2").out
    assert "    https://status.erp.example.com" in shown
    document = broken.nano("incidents", "diagnose", "2", "--json").json()
    assert document["diagnosis"]["causes"][0]["id"] == "erp-down", "without a path, what is applied"
    assert [clue["holds"] for clue in document["rules"][0]["clues"]] == [True, False, False]


def test_rules_that_left_the_folder_are_not_concluded_from(broken: Desk) -> None:
    broken.write("rules.yaml", RULES)
    broken.nano("apply")
    broken.remove("rules.yaml")
    assert "archive rules our-causes" in broken.nano("apply", "--prune", "--yes").out
    assert broken.nano("incidents", "diagnose", "1", "--json").json()["rules"] == []


def test_to_a_cause_of_ours_the_merchants_words_are_said(broken: Desk) -> None:
    broken.write("rules.yaml", RULES)
    added = "  - {cause: checkout-server-error, remedy: Ask the payment team first.}\n"
    broken.write("more.yaml", "version: 1\nkind: rules\nid: more\nrules:\n" + added)
    assert "Try first: Ask the payment team first." in broken.nano("explain", "checkout-server-error").out
    assert "Try first: Call the ERP hotline" in broken.nano("explain", "erp-down").out
    told = broken.nano("explain", "our-causes").out
    assert "  erp-down: The ERP is down" in told
    assert "  checkout-server-error: adds to “" in broken.nano("explain", "more").out


def test_what_cannot_be_tried_is_said(broken: Desk) -> None:
    none = broken.nano("incidents", "diagnose", "1", "checks/")
    assert (none.code, "there are no rules in checks" in none.err) == (9, True), none.said
    assert broken.nano("incidents", "diagnose", "7").code == 9
    broken.write("rules.yaml", RULES.replace("weight: 6", "weight: 60"))
    wrong = broken.nano("incidents", "diagnose", "1", "checks/")
    assert (wrong.code, "E446" in wrong.err) == (3, True), wrong.said
    assert broken.nano("validate").code == 3


def test_what_is_wrong_with_a_check_keeps_nobody_from_trying_rules(broken: Desk) -> None:
    broken.write("rules.yaml", RULES)
    broken.write("cart.yaml", "version: 1\nkind: api\n")
    assert "erp-down" in broken.nano("incidents", "diagnose", "1", "checks/").out
    assert broken.nano("incidents", "diagnose", "1", "checks/rules.yaml").code == 0
