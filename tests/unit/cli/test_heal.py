"""`nano-sre heal`: what runs proposed, in the files."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from nano_sre.core.result import Finding, Patch, RunReport, SkillResult, TargetResult, utc_now
from nano_sre.report.json_report import report_document
from nano_sre.spec.heal import healed
from nano_sre.store.store import Store
from support.cli import Desk

SOURCE = """\
# Buying.
version: 1
kind: journey
id: buy
name: Buy
steps:
  - open: /   # the start
  - press: {any_of: [Add to cart, "Buy now"], timeout: 5s}   # either
  - press:
      any_of:
        - Checkout   # since spring
        - Pay now
  - see: Thank you
"""
FLOW = ("steps", 1, "press", "any_of")
BLOCK = ("steps", 2, "press", "any_of")


def patch(path: tuple[str | int, ...], old: Any, new: Any, document: str = "buy") -> Patch:
    return Patch(
        file="checks/buy.yaml",
        path=path,
        old=old,
        new=new,
        why="“Buy now” is what matches",
        document=document,
    )


BUY_NOW = patch(FLOW, ("Add to cart", "Buy now"), ("Buy now", "Add to cart"))
PAY_NOW = patch(BLOCK, ["Checkout", "Pay now"], ["Pay now", "Checkout"])


def test_lists_change_their_order_and_nothing_else_changes() -> None:
    work = healed(SOURCE, "checks/buy.yaml", [BUY_NOW, PAY_NOW, BUY_NOW])
    assert work.text == SOURCE.replace('[Add to cart, "Buy now"]', '["Buy now", Add to cart]').replace(
        "- Checkout   # since spring\n        - Pay now", "- Pay now   # since spring\n        - Checkout"
    )
    assert work.made == [BUY_NOW, PAY_NOW]
    assert healed(work.text, "checks/buy.yaml", [BUY_NOW, PAY_NOW]).refused == []


@pytest.mark.parametrize(
    ("new", "line"),
    [
        ("Thanks", "  - see: Thanks\n"),
        ("No: never", '  - see: "No: never"\n'),
        ({"text": "Thanks", "timeout": "5s"}, "  - see: {text: Thanks, timeout: 5s}\n"),
        ("yes # no", '  - see: "yes # no"\n'),
        ("12", '  - see: "12"\n'),
    ],
)
def test_values_are_written_as_they_have_to_be(new: Any, line: str) -> None:
    work = healed(SOURCE, "checks/buy.yaml", [patch(("steps", 3, "see"), "Thank you", new)])
    assert work.text == SOURCE.replace("  - see: Thank you\n", line)


@pytest.mark.parametrize(
    ("proposed", "why"),
    [
        (patch(FLOW, ["Add to bag", "Buy now"], ["Buy now", "Add to bag"]), "was changed in this place"),
        (patch(("steps", 9, "see"), "x", "y"), "was changed in this place"),
        (patch(FLOW, ["Add to cart", "Buy now"], ["Buy now"], document="other"), "was changed in this place"),
        (patch(BLOCK, ["Checkout", "Pay now"], ["Order"]), "comments inside"),
        (patch(("steps", 3, "see"), "Thank you", {"sea": "x"}), "would be wrong afterwards"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_reason(proposed: Patch, why: str) -> None:
    work = healed(SOURCE, "checks/buy.yaml", [proposed])
    assert work.text == SOURCE
    assert [why in reason for _, reason in work.refused] == [True]


def test_two_wishes_for_one_place_are_both_refused() -> None:
    other = patch(FLOW, ["Add to cart", "Buy now"], ["Buy now"])
    work = healed(SOURCE, "checks/buy.yaml", [BUY_NOW, other])
    assert work.text == SOURCE
    assert len(work.refused) == 2


def result(*patches: Patch) -> TargetResult:
    findings = tuple(Finding(code="R501", summary="healed", warn=True, patch=each) for each in patches)
    return TargetResult(
        result=SkillResult("journey", "WARN", "A name was out of date"),
        target="shop/buy@desktop/us",
        check_id="buy",
        kind="journey",
        name="Buy",
        store_id="shop",
        store_url="https://shop.example",
        findings=findings,
    )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.write("buy.yaml", SOURCE)
    return made


def record(desk: Desk, *patches: Patch, run_id: str = "r1") -> None:
    with Store.open(f"sqlite:///{desk.database}", data_dir=desk.data) as store:
        asyncio.run(store.record(result(*patches), run_id=run_id))


def test_the_database_is_asked_and_the_file_written_only_when_wanted(desk: Desk) -> None:
    file = desk.folder / "checks" / "buy.yaml"
    record(desk, BUY_NOW)
    shown = desk.nano("heal")
    assert shown.code == 0
    assert '+  - press: {any_of: ["Buy now", Add to cart], timeout: 5s}   # either' in shown.out.splitlines()
    assert "checks/buy.yaml, buy: steps 2 press any_of: “Buy now” is what matches" in shown.err
    assert "heal --write makes the change." in shown.err
    assert file.read_text() == SOURCE
    assert desk.nano("heal", "--write").code == 0
    assert '["Buy now", Add to cart]' in file.read_text()
    again = desk.nano("heal", "--write")
    assert (again.code, again.err) == (0, "checks/buy.yaml: holds the proposed changes already\n")


def test_only_the_latest_result_of_a_target_counts_unless_a_run_is_named(desk: Desk) -> None:
    record(desk, BUY_NOW, run_id="r1")
    record(desk, run_id="r2")
    assert desk.nano("heal").err == "No changes are proposed.\n"
    assert "Buy now" in desk.nano("heal", "r1").out
    assert desk.nano("heal", "r9").code == 9


def test_a_file_changed_since_is_left_alone(desk: Desk) -> None:
    record(desk, BUY_NOW)
    changed = desk.write("buy.yaml", SOURCE.replace("Add to cart", "Add to bag"))
    done = desk.nano("heal", "--write")
    assert done.code == 6
    assert "left alone: the file was changed in this place since the run" in done.err
    assert "Add to bag" in changed.read_text()


def test_a_document_of_a_run_will_do(desk: Desk) -> None:
    now = utc_now()
    report = RunReport(run_id="r1", started=now, finished=now, results=(result(BUY_NOW),))
    file = desk.folder / "run.json"
    file.write_text(json.dumps(report_document(report)))
    assert desk.nano("heal", "--from", "run.json", "--write").code == 0
    assert '["Buy now", Add to cart]' in (desk.folder / "checks" / "buy.yaml").read_text()
    file.write_text("{}")
    assert desk.nano("heal", "--from", "run.json").code == 2
    assert "cannot read" in desk.nano("heal", "--from", "gone.json").err


def test_nothing_to_heal(desk: Desk) -> None:
    done = desk.nano("heal")
    assert (done.code, "nothing has run yet" in done.err) == (9, True)
