"""Elements in frames, nested and of other origins, and in shadow trees, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from nano_sre.core import registry
from nano_sre.core.fields import Duration, Element
from nano_sre.core.program import Modifiers, StepCall, Within
from support.drive import finding
from support.pages import Site, site
from support.steps import Do, go, note

Drive = Callable[..., Any]


@pytest.fixture
def elsewhere() -> Iterator[Site]:
    """Another origin: a payment provider with a frame in its frame."""
    with site() as made:
        made.put("/card", "<label>Card number <input id=n></label><iframe title=Inner src=/code></iframe>")
        made.put(
            "/code", "<label>Security code <input id=c></label><section aria-label=Help>CVC help</section>"
        )
        yield made


def step(kind: str, *, within: Within | None = None, timeout: int = 6_000, **keys: Any) -> StepCall:
    modifiers = Modifiers(within=within, timeout=Duration(timeout))
    return StepCall(verb=kind, step=registry.kind("step", kind).cls(**keys), modifiers=modifiers)


def fill(field: str, value: str, **more: Any) -> StepCall:
    return step("fill", element=Element(field=field), value=value, **more)


def see(text: str, **more: Any) -> StepCall:
    return step("see", element=Element(any_name=text), **more)


def typed(selector: str) -> Do:
    async def read(io: Any) -> str:
        values = [
            await f.js(f"() => document.querySelector('{selector}')?.value ?? null")
            for f in await io.frames()
        ]
        return str([value for value in values if value is not None])

    return note(read)


def fine(made: Any) -> Any:
    assert made.status == "PASS", [report.finding for report in made.steps if report.finding]
    return made


@pytest.fixture
def page(shop: Site, elsewhere: Site) -> Site:
    shop.put(
        "/",
        f"<section aria-label=Payment><iframe title='Card details' src={elsewhere.url}/card></iframe></section>"
        "<section aria-label=Footer><label>E-mail <input></label></section>",
    )
    return shop


def test_a_field_in_a_frame_of_another_origin_and_in_a_frame_in_it(drive: Drive, page: Site) -> None:
    assert fine(drive([go(), fill("Card number", "1"), typed("#n")])).steps[-1].note == "['1']"
    assert fine(drive([go(), fill("Security code", "2"), typed("#c")])).steps[-1].note == "['2']"


@pytest.mark.parametrize(
    "within",
    [Within(frame="card details"), Within(frame="Inner"), Within(frame="details"), Within(region="Payment")],
)
def test_within_a_frame_or_a_region_with_frames(drive: Drive, page: Site, within: Within) -> None:
    fine(drive([go(), fill("Security code", "2", within=within)]))


def test_a_region_inside_a_frame(drive: Drive, page: Site) -> None:
    fine(drive([go(), see("CVC help", within=Within(region="Help"))]))


def test_a_region_without_the_frame_does_not_reach_into_it(drive: Drive, page: Site) -> None:
    problem = finding(drive([go(), fill("Card number", "1", within=Within(region="Footer"), timeout=1_200)]))
    assert problem is not None
    assert problem.code == "R501"


def test_frames_that_are_not_there_or_meant_twice(drive: Drive, shop: Site) -> None:
    shop.put("/", "<iframe title='Card number' src=/a></iframe><iframe title='Card name' src=/a></iframe>")
    shop.put("/a", "a")
    missing = finding(drive([go(), see("a", within=Within(frame="PayPal"), timeout=800)]))
    assert missing is not None
    assert (missing.code, missing.hint) == ("R501", "The frames on the page: “Card number”, “Card name”.")
    several = finding(drive([go(), see("a", within=Within(frame="card"), timeout=800)]))
    assert several is not None
    assert (several.code, several.hint) == ("R503", "Write one whole name: “Card number”, “Card name”.")


@pytest.mark.parametrize(
    "style",
    ["width=1 height=1", "style='visibility:hidden'", "style='opacity:0'", "style='display:none'", "hidden"],
)
def test_what_stands_in_a_frame_that_nobody_sees_is_not_seen(drive: Drive, shop: Site, style: str) -> None:
    shop.put("/", f"<h1>Shop</h1><iframe src=/pixel {style}></iframe>")
    shop.put("/pixel", "<p>Sold out</p>")
    gone = step("not_see", element=Element(any_name="Sold out"), timeout=1_500)
    fine(drive([go(), see("Shop"), gone]))
    assert drive([go(), see("Sold out", timeout=800)]).status == "FAIL"


SHADOW = """<my-cart></my-cart><script>
customElements.define('my-cart', class extends HTMLElement {
  connectedCallback() {
    const outer = this.attachShadow({mode: 'open'});
    outer.innerHTML = '<section aria-label=Basket><my-line></my-line></section>';
  }
});
customElements.define('my-line', class extends HTMLElement {
  connectedCallback() {
    this.attachShadow({mode: 'open'}).innerHTML =
      '<label>Amount <input></label><input type=checkbox aria-label=Gift checked><button>Remove</button><p>One board</p>';
  }
});
</script>"""


def test_acting_and_seeing_in_open_shadow_trees(drive: Drive, shop: Site) -> None:
    shop.put("/", SHADOW)
    steps = [
        see("One board", within=Within(region="Basket")),
        fill("Amount", "3"),
        step("untick", element=Element(any_name="Gift")),
        step("hover", element=Element(button="Remove")),
        step("press", element=Element(css="button")),
        step("scroll_to", element=Element(any_name="One board")),
    ]
    fine(drive([go(), *steps]))
