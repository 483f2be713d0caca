"""`nano-sre demo`: the first five minutes of somebody who has just installed it."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest

from nano_sre.demo.faults import fault_docs
from support.cli import Desk, Done
from support.demo import ROOT

SECONDS = 140
BUY = ROOT / "checks" / "buy-a-snowboard.yaml"


@pytest.fixture
def newcomer(tmp_path: Path) -> Desk:
    """Somebody whose temporary files nobody else's are among."""
    (tmp_path / "scratch").mkdir()
    return Desk(tmp_path, {"TMPDIR": str(tmp_path / "scratch")})


def demo(desk: Desk, *words: str) -> Done:
    """The demo from the checkout's folder; its report goes to the desk."""
    with desk.start("demo", "--report", str(desk.folder / "report.html"), *words, cwd=ROOT) as started:
        try:
            out, err = started.communicate(timeout=SECONDS)
        finally:
            started.kill()
    return Done(started.returncode, out, err)


def line_of(verb: str) -> str:
    """Where the starter journey has this step."""
    lines = BUY.read_text().splitlines()
    return f"checks/buy-a-snowboard.yaml:{1 + lines.index(f'  - {verb}')}:5"


def test_a_healthy_shop_passes_and_says_what_to_do_next(newcomer: Desk) -> None:
    done = demo(newcomer)
    assert done.code == 0, done.said
    assert "32 passed" in done.out
    assert "nano-sre demo --fault dead-add-to-cart" in done.err
    assert "report.html: open it in a browser" in done.err
    page = (newcomer.folder / "report.html").read_text()
    assert page.startswith("<!doctype html>")
    assert "Buy a snowboard" in page
    left = [each.name for each in (newcomer.folder / "scratch").iterdir()]
    assert [name for name in left if not name.startswith(".org.chromium.")] == [], "left behind"
    assert not newcomer.data.exists(), "the demo keeps its own data apart"
    again = demo(newcomer, "--theme", "gipfel")
    assert again.code == 0, again.said
    assert len(list((newcomer.folder / "report-files" / "runs").glob("*/*"))) == 1, "made anew each time"


def test_a_broken_shop_fails_in_words_a_merchant_understands(newcomer: Desk) -> None:
    done = demo(newcomer, "--fault", "dead-add-to-cart", "--theme", "ridge")
    assert done.code == 1, done.said
    assert "Pressing “Add to cart” on “The Complete Snowboard” did nothing" in done.out
    assert line_of("add_to_cart") in done.out
    assert re.search(r"expected:? +a request to /cart/add, and the product in the cart", done.out)
    assert re.search(r"actual:? +no request, cart still empty", done.out)
    assert "Heal the shop" in done.err
    assert "Traceback" not in done.said
    page = (newcomer.folder / "report.html").read_text()
    assert line_of("add_to_cart") in page
    assert "did nothing" in page
    links = set(re.findall(r'<a href="(?!#|http)([^"]+)"', page))
    assert any(link.endswith("trace.zip") for link in links)
    for link in links:
        assert (newcomer.folder / unquote(link)).is_file(), link


def test_the_demo_empties_no_folder_of_somebody_else(newcomer: Desk) -> None:
    mine = newcomer.folder / "report-files" / "holiday.jpg"
    mine.parent.mkdir()
    mine.write_text("me")
    done = demo(newcomer, "--theme", "ridge")
    assert (done.code, "are not a demo's" in done.err, mine.exists()) == (2, True, True), done.said


def test_a_port_that_is_taken_is_said(newcomer: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = newcomer.nano("demo", "--serve", "--theme", "ridge", "--port", str(taken.getsockname()[1]))
    assert (done.code, "cannot open on port" in done.err, "X901" in done.said) == (7, True, False), done.said


def test_every_fault_is_listed_with_what_a_merchant_sees(newcomer: Desk) -> None:
    done = newcomer.nano("demo", "--faults")
    assert done.code == 0
    for name, doc in fault_docs().items():
        assert re.search(rf"^  {name} +{re.escape(doc)}$", done.out, re.MULTILINE)


def test_what_does_not_exist_is_a_mistake_with_a_hint(newcomer: Desk) -> None:
    done = newcomer.nano("demo", "--fault", "dead-add-to-card")
    assert (done.code, "did you mean “dead-add-to-cart”" in done.err) == (2, True), done.err
    done = newcomer.nano("demo", "--theme", "rigde")
    assert (done.code, "ridge" in done.err) == (2, True)


@pytest.fixture
def served(newcomer: Desk) -> Iterator[str]:
    """The address of a shop that is only served."""
    environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with newcomer.start(
        "demo", "--serve", "--theme", "ridge", "--fault", "price-differs", env=environ
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[-1]
        finally:
            process.kill()


def test_the_shop_can_be_looked_at(served: str) -> None:
    with httpx.Client(base_url=served) as client:
        assert client.get("/").status_code == 200
        assert [f["name"] for f in client.get("/__fault").json() if f["on"]] == ["price-differs"]


def test_the_readme_says_what_the_demo_does() -> None:
    text = (ROOT / "README.md").read_text()
    make = (ROOT / "Makefile").read_text()
    assert re.search(r"^demo:.*\n\t@?\$\(BIN\)/nano-sre demo", make, re.MULTILINE)
    assert "make demo" in text
    assert "nano-sre demo --fault dead-add-to-cart" in text
    for name in re.findall(r"--fault ([a-z0-9-]+)", text):
        assert name in fault_docs(), f"the README names a fault that does not exist: {name}"
