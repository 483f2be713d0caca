"""`nano-sre init URL`: from an address to a folder of checks that fit the store."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from nano_sre.demo.server import DemoServer
from support.cli import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def plain_site(tmp_path: Path) -> Iterator[str]:
    """A web site that is no shop."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("<h1>Hello</h1>")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(tmp_path / "site"))  # type: ignore[arg-type]

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Tests say enough."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize(("theme", "cart"), [("ridge", "a drawer"), ("gipfel", "the page /cart")])
def test_a_store_gets_checks_that_pass(desk: Desk, theme: str, cart: str) -> None:
    with DemoServer(theme=theme, faults=[], port=0) as store:
        done = desk.nano("init", store.url, "--folder", str(desk.folder))
        assert done.code == 0, done.said
        checks = desk.folder / "checks"
        written = sorted(file.name for file in checks.iterdir())
        assert written == [
            "buy.yaml",
            "cart-api.yaml",
            "page-quality.yaml",
            "search.yaml",
            "sold-out.yaml",
            "store.yaml",
        ]
        assert f"# - the cart is {cart}" in (checks / "store.yaml").read_text("utf-8")
        assert not any("enabled: false" in file.read_text("utf-8") for file in checks.iterdir())
        assert (desk.folder / ".nano-sre" / "schema.json").exists()
        assert "! " not in desk.nano("plan", str(checks)).err  # everything is run, and somebody is told
        assert desk.nano("fmt", "--check", str(checks)).code == 0
        ran = desk.nano("test", str(checks), "--artifacts", str(desk.folder / "reports"))
        assert (ran.code, "7 passed" in ran.out) == (0, True), ran.said
        again = desk.nano("init", store.url, "--folder", str(desk.folder))
        assert (again.code, "none of them is overwritten" in again.err) == (2, True), again.said


def test_what_does_not_pass_is_written_asleep_with_the_reason(desk: Desk) -> None:
    with DemoServer(theme="ridge", faults=["checkout-500"], port=0) as store:
        done = desk.nano("init", store.url, "--folder", str(desk.folder))
    assert done.code == 0, done.said
    assert "buy-complete-snowboard is written, but paused" in done.said
    buy = (desk.folder / "checks" / "buy.yaml").read_text("utf-8")
    assert "# When this was written: Checkout answers 500: shoppers who want to pay see an error page." in buy
    assert "enabled: false" in buy
    assert desk.nano("validate", str(desk.folder / "checks")).code == 0


def test_what_cannot_be_found_is_said(desk: Desk) -> None:
    with DemoServer(theme="ridge", faults=["dead-add-to-cart"], port=0) as store:
        done = desk.nano("init", store.url, "--folder", str(desk.folder))
    assert done.code == 0, done.said
    assert "could not be put into the cart" in done.said
    assert not (desk.folder / "checks" / "buy.yaml").exists()


def test_a_locked_store_asks_for_its_password(desk: Desk) -> None:
    with DemoServer(theme="ridge", faults=["password-page"], port=0) as store:
        done = desk.nano("init", store.url, "--folder", str(desk.folder))
    assert (done.code, "set STORE_PASSWORD" in done.err) == (7, True), done.said


def test_a_site_that_is_no_store_is_told_so(desk: Desk, plain_site: str) -> None:
    done = desk.nano("init", plain_site, "--folder", str(desk.folder))
    assert (done.code, "does not look like a Shopify store" in done.err) == (7, True), done.said
    assert not (desk.folder / "checks").exists()


@pytest.mark.parametrize(
    ("said", "remedy"), [("my shop", "https://my-store.example"), ("shop.example", "https://shop.example")]
)
def test_what_is_no_address_is_refused_with_a_remedy(desk: Desk, said: str, remedy: str) -> None:
    done = desk.nano("init", said, "--folder", str(desk.folder))
    assert (done.code, remedy in done.err) == (2, True), done.said
