"""Every example of the reference, run as it is written against the demo store: what people copy has to work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from nano_sre.core import registry
from nano_sre.core.result import RunReport, TargetResult
from nano_sre.demo.server import DemoServer
from nano_sre.runtime.evidence import FolderArtifacts
from nano_sre.service import RunRequest, Selection, read_folder, run, select
from support.demo import working_in

STORE = """\
version: 1
kind: store
id: ridge
name: Ridge
url: {url}
markets: {{us: {{currency: USD, locale: en-US, country: US}}}}
allow_orders: true
shoppers: {{wholesale: {{email: b2b@example.com, password: "${{secret.WHOLESALE_PASSWORD}}"}}}}
---
version: 1
kind: fragment
id: look-at-product
name: Look at a product
inputs: {{handle: {{}}}}
steps:
  - open_product: "${{inputs.handle}}"
"""
BOARD = "open_product: complete-snowboard"
CART = (BOARD, "add_to_cart", "open_cart")
CHECKOUT = (*CART, "start_checkout")
SHIPPED = (*CHECKOUT, "fill_contact", "fill_shipping", "choose_shipping: cheapest")


def shows(html: str) -> tuple[str, str]:
    """A page of the store with something on it that the demo store itself does not have."""
    code = f"document.body.innerHTML = {json.dumps(f'<main>{html}</main>')}"
    return "open: /", f"javascript: {{code: {json.dumps(code)}}}"


# What has to be there before each example; a step that is not listed needs nothing.
BEFORE: dict[str, tuple[str, ...]] = {
    "add_to_cart": (BOARD,),
    "apply_discount": CART,
    "back": ("open: /", "open: /collections/all"),
    "choose": shows("<label>Sort by <select><option>Name</option><option>Price</option></select></label>"),
    "choose_shipping": (*CHECKOUT, "fill_contact", "fill_shipping"),
    "choose_variant": (BOARD,),
    "close_tab": ("open: /", "new_tab: {path: /collections/all}"),
    "dismiss": shows("<button onclick='this.remove()'>No thanks</button>"),
    "expect": CART,
    "expect_request": (BOARD, "add_to_cart"),
    "fill": shows("<label>Email <input type=email></label>"),
    "fill_contact": CHECKOUT,
    "fill_shipping": (*CHECKOUT, "fill_contact"),
    "hover": shows("<a href='/collections/all'>Snowboards</a>"),
    "javascript": (BOARD,),
    "new_tab": shows("<a href='/collections/all' target=_blank>Size guide</a>"),
    "not_see": (BOARD,),
    "open_cart": (BOARD, "add_to_cart"),
    "pay": SHIPPED,
    "place_order": (*SHIPPED, "pay: bogus"),
    "press": (BOARD,),
    "press_key": shows("<form action='/search'><label>Search <input name=q value=board></label></form>"),
    "reload": ("open: /",),
    "remove_from_cart": CART,
    "request": CART,
    "save": (BOARD,),
    "screenshot": (BOARD,),
    "scroll_to": shows("<div style='height: 3000px'></div><h2>Reviews</h2>"),
    "see": shows("<p>Free shipping</p><button>Add to cart</button>"),
    "see_payment": SHIPPED,
    "set_quantity": CART,
    "start_checkout": CART,
    "tick": shows("<label><input type=checkbox>I agree to the terms</label>"),
    "untick": shows("<label><input type=checkbox checked>Send me offers</label>"),
    "upload": shows("<label>Your photo <input type=file></label>"),
    "wait_for": shows("<p>Loading</p>"),
}
LEAVES = "setTimeout(() => [...document.querySelectorAll('p')].find((p) => p.textContent === 'Loading').remove(), 300)"


def check_of(step: str) -> str:
    """A journey with the example as it stands in the reference; it checks something whatever the step does."""
    before = list(BEFORE.get(step, ()))
    if step == "wait_for":
        before.append(f"javascript: {{code: {json.dumps(LEAVES)}}}")
    lines = [*(f"- {each}" for each in before), registry.kind("step", step).cls.example]
    steps = "".join(f"  {line}\n" for line in "\n".join(lines).splitlines())
    return (
        f"version: 1\nkind: journey\nid: {step.replace('_', '-')}\nname: The example of {step}\nretries: 0\n"
        f"steps:\n{steps}  - expect: {{url: {{contains: /}}}}\n"
    )


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunReport]:
    folder = tmp_path_factory.mktemp("examples")
    checks = folder / "checks"
    checks.mkdir()
    (checks / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    for step in registry.names("step"):
        (checks / f"{step}.yaml").write_text(check_of(step), encoding="utf-8")
    with DemoServer(theme="ridge") as store, working_in(folder):
        (checks / "store.yaml").write_text(STORE.format(url=store.url), encoding="utf-8")
        yield _run(folder, environ={"WHOLESALE_PASSWORD": "bulk-order"})


def _run(folder: Path, *, environ: dict[str, str]) -> RunReport:
    from nano_sre.config.settings import Settings

    settings = Settings(
        database_url="sqlite://", data_dir=folder / "data", project_dir=folder, environ=environ
    )
    _, linkage = read_folder([Path("checks")], environ=environ)
    wrong = [d for d in linkage.diagnostics if d.severity == "error"]
    assert wrong == []
    return run(
        RunRequest(
            programs=select(linkage, Selection()),
            settings=settings,
            artifacts=FolderArtifacts(folder / "artifacts"),
            evidence_rerun=False,
            concurrency=2,
        )
    )


@pytest.mark.parametrize("step", registry.names("step"))
def test_the_example_of_a_step_works(report: RunReport, step: str) -> None:
    found: TargetResult = next(r for r in report.results if r.check_id == step.replace("_", "-"))
    assert (found.status, found.inconclusive) == ("PASS", None), (found.result.summary, found.findings)
