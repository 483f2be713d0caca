"""`always` runs whatever happened, also when somebody presses Ctrl-C, and says so wherever it is told of."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.cli import STORE, Desk
from support.pages import Site, site
from support.processes import below, wait_for

CHECK = """\
version: 1
kind: journey
id: buy
name: Buy
retries: 0
steps:
  - open: /
  - {step}
always:
  - open: /cart/clear
  - see: Empty
"""


@pytest.fixture
def shop() -> Iterator[Site]:
    with site(index="<h1>Welcome</h1>") as made:
        made.put("/cart/clear", "<h1>Empty</h1>")
        yield made


@pytest.fixture
def desk(tmp_path: Path, shop: Site) -> Desk:
    made = Desk(tmp_path, {"SHOP_URL": shop.url})
    made.write("store.yaml", STORE)
    return made


@pytest.mark.parametrize(
    ("step", "verdict"),
    [
        ("see: Welcome", "PASS"),
        ("see: {text: Nobody, timeout: 500ms}", "FAIL"),
        ("javascript: no..script", "INCONCLUSIVE"),
    ],
)
def test_after_a_pass_a_failure_and_trouble_of_our_own(
    desk: Desk, shop: Site, step: str, verdict: str
) -> None:
    desk.write("buy.yaml", CHECK.format(step=step))
    (result,) = desk.nano("test", "--json").json()["results"]
    assert result["verdict"] == verdict, result["summary"]
    assert "GET /cart/clear" in shop.asked
    steps = result["attempts"][0]["steps"]
    assert [(each["title"], each["state"]) for each in steps[-2:]] == [
        ("Clean-up: Open /cart/clear", "passed"),
        ("Clean-up: See “Empty”", "passed"),
    ]


def test_explain_tells_of_it(desk: Desk) -> None:
    desk.write("buy.yaml", CHECK.format(step="see: Welcome"))
    said = desk.nano("explain", "buy").out
    assert "Clean-up: Open /cart/clear (whatever happened)" in said


def test_after_ctrl_c_in_a_terminal(desk: Desk, shop: Site) -> None:
    desk.write("buy.yaml", CHECK.format(step="see: {text: Nobody, timeout: 60s}"))
    with desk.start("test", start_new_session=True) as started:
        wait_for(lambda: shop.asked, seconds=30, what="the visit")
        family = below(started.pid)
        os.killpg(started.pid, signal.SIGINT)  # as a terminal does: every process of the group hears it
        out, err = started.communicate(timeout=40)
    assert started.returncode == 130, out + err
    assert "Traceback" not in err
    assert "GET /cart/clear" in shop.asked
    wait_for(lambda: not any(each.alive for each in family), seconds=15, what="the end of every process")
