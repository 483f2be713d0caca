"""A button was renamed: the step is healed, and the result says what to write into which file, from folder and database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.cli import STORE, Desk
from support.pages import Site, site

CHECKS = """\
version: 1
kind: journey
id: other
name: Something else
steps:
  - open: /
  - see: Welcome
---
version: 1
kind: journey
id: buy
name: Buy
retries: 0
steps:
  - open: /
  - see: [{any_of: [Hello, Welcome]}, Shop]
  - press: {any_of: [Add to cart, "${vars.buy}"], timeout: 5s}
  - for_each:
      value: size
      in: [S]
      steps:
        - press: {any_of: ["Size ${size}", "${size}"]}
  - use: greeting
  - expect: {text: {any_of: [Old title, Shop]}, equals: Shop}
  - wait_for: {see: {any_of: [Gone, Welcome]}}
"""
FRAGMENT = """\
version: 1
kind: fragment
id: greeting
name: Greeting
steps:
  - hover: {any_of: [Hi, Welcome]}
"""
EXPECTED = [
    ("checks/buy.yaml", "buy", ["steps", 1, "see", 0, "any_of"], ["Hello", "Welcome"]),
    ("checks/buy.yaml", "buy", ["steps", 2, "press", "any_of"], ["Add to cart", "${vars.buy}"]),
    (
        "checks/buy.yaml",
        "buy",
        ["steps", 3, "for_each", "steps", 0, "press", "any_of"],
        ["Size ${size}", "${size}"],
    ),
    ("checks/greeting.yaml", "greeting", ["steps", 0, "hover", "any_of"], ["Hi", "Welcome"]),
    ("checks/buy.yaml", "buy", ["steps", 5, "expect", "text", "any_of"], ["Old title", "Shop"]),
    ("checks/buy.yaml", "buy", ["steps", 6, "wait_for", "see", "any_of"], ["Gone", "Welcome"]),
]


@pytest.fixture
def shop() -> Iterator[Site]:
    page = "<h1>Shop</h1><p>Welcome</p><button>Buy now</button><button>S</button>"
    with site(index=page) as made:
        yield made


@pytest.fixture
def desk(tmp_path: Path, shop: Site) -> Desk:
    made = Desk(tmp_path, {"SHOP_URL": shop.url})
    made.write("store.yaml", f"{STORE}vars: {{buy: Buy now}}\n")
    made.write("buy.yaml", CHECKS)
    made.write("greeting.yaml", FRAGMENT)
    return made


def proposed(document: Any) -> list[tuple[str, str, list[Any], list[str]]]:
    (result,) = (each for each in document["results"] if each["check_id"] == "buy")
    assert result["verdict"] == "WARN", result["summary"]
    patches = [finding["patch"] for finding in result["findings"]]
    assert all(patch["new"] == list(reversed(patch["old"])) for patch in patches)
    assert all("no longer on the page" in patch["why"] for patch in patches)
    return [(p["file"], p["document"], p["path"], p["old"]) for p in patches]


def test_the_patch_leads_to_the_yaml_from_the_folder(desk: Desk) -> None:
    done = desk.nano("test", "buy", "--json")
    assert done.code == 0, done.said
    assert proposed(done.json()) == EXPECTED


def test_and_from_what_is_registered_and_stays_in_the_database(desk: Desk) -> None:
    assert desk.nano("apply", "--yes").code == 0
    done = desk.nano("run", "buy", "--json")
    assert proposed(done.json()) == EXPECTED
    details = desk.rows("SELECT details FROM check_runs WHERE check_id = 'buy'")[0][0]
    assert '"path":["steps",3,"for_each","steps",0,"press","any_of"]' in details


def test_people_read_the_change_as_a_diff(desk: Desk) -> None:
    said = desk.nano("test", "buy", "--reporter", f"html={desk.folder / 'report.html'}").said
    assert "change    - any_of: [Hello, Welcome]" in said
    assert "          + any_of: [Welcome, Hello]" in said
    assert '+ any_of: ["${vars.buy}", Add to cart]' in said
    html = (desk.folder / "report.html").read_text(encoding="utf-8")
    assert "Proposed change of the check" in html
    assert '<span class="added">+ any_of: [Welcome, Hello]' in html
