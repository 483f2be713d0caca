from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from nano_sre.core.fields import Duration, Element
from nano_sre.core.ports import ScriptError
from nano_sre.core.program import Overlay
from nano_sre.runtime import handle
from support.drive import finding, store_at
from support.pages import Site
from support.steps import Do, go, note, press

Drive = Callable[..., Any]

COVER = (
    "<div style='position:fixed;inset:0;background:#fff' role=dialog aria-label='{name}'>{text}"
    "<button onclick='this.parentNode.remove()'>{close}</button></div>"
)
BUY = "<button onclick=\"document.title='bought'\">Buy</button>"


def title(io: Any) -> Any:
    return io.js("() => document.title")


def test_a_covered_button_names_what_covers_it(drive: Drive, shop: Site) -> None:
    shop.put("/", BUY + COVER.format(name="Join our list", text="10% off", close="No thanks"))
    problem = finding(drive([go(), press("Buy", patience=Duration(2_500))]))
    assert problem is not None
    assert problem.code == "R502"
    assert (
        problem.summary == "button “Buy” is covered by dialog “Join our list”, so a shopper cannot press it"
    )
    assert "dismiss" in (problem.hint or "")
    assert "overlays" in (problem.hint or "")


def test_a_press_that_leads_to_a_slow_page_is_one_press(drive: Drive, shop: Site) -> None:
    shop.put("/", "<main><form method=post action=/slow><button>Order</button></form></main>")
    shop.put("/slow", "<h1>Thank you</h1>", wait=2.0)
    by_path = Do(lambda io: io.at("form > button").press(), patience=Duration(20_000))
    for pressing in (by_path, press("Order", patience=Duration(20_000))):
        shop.asked.clear()
        result = drive([go(), pressing, note(lambda io: io.js("() => document.body.innerText"))])
        assert (result.status, result.steps[-1].note) == ("PASS", "Thank you")
        assert shop.asked.count("POST /slow") == 1


def test_a_disabled_button_is_said_to_be_disabled(drive: Drive, shop: Site) -> None:
    shop.put("/", "<button disabled>Buy</button>")
    problem = finding(drive([go(), press("Buy", patience=Duration(1_500))]))
    assert problem is not None
    assert (problem.code, problem.summary) == ("R502", "button “Buy” is disabled, so a shopper cannot use it")


def test_a_known_overlay_is_closed_when_it_is_in_the_way(drive: Drive, shop: Site) -> None:
    shop.put("/", BUY + COVER.format(name="News", text="Join our list", close="No thanks"))
    overlays = (Overlay(name="newsletter", see="Join our list", press="No thanks"),)
    result = drive(
        [go(), press("Buy", patience=Duration(5_000)), note(title)],
        store=store_at(shop.url, overlays=overlays),
    )
    assert (result.status, result.steps[-1].note) == ("PASS", "bought")


def test_overlays_off_leaves_them(drive: Drive, shop: Site) -> None:
    shop.put("/", BUY + COVER.format(name="News", text="Join our list", close="No thanks"))
    store = store_at(shop.url, overlays=(Overlay(name="newsletter", see="Join our list", press="No thanks"),))
    assert drive([go(), press("Buy", patience=Duration(1_500))], store=store, overlays=False).status == "FAIL"


@pytest.mark.parametrize(
    ("consent", "wanted"),
    [("accept", "yes"), ("refuse", "no"), ("leave", "")],
    ids=["accept", "refuse", "leave"],
)
@pytest.mark.parametrize(
    "banner",
    [
        ("<div role=dialog aria-label=x>Diese Seite nutzt Cookies <button onclick={yes}>Alle akzeptieren</button>"
        "<button onclick={no}>Ablehnen</button></div>"),
        ("<div id=shopify-pc__banner><button id=shopify-pc__banner__btn-accept onclick={yes}>?</button>"
        "<button id=shopify-pc__banner__btn-decline onclick={no}>?</button></div>"),
        ("<aside>Nous utilisons des cookies<a role=button onclick={yes}>Tout accepter</a>"
        "<a role=button onclick={no}>Continuer sans accepter</a></aside>"),
        "<section class=cookie-bar>クッキー<button onclick={yes}>同意する</button><button onclick={no}>拒否する</button></section>",
    ],
    ids=["words-de", "shopify", "words-fr", "words-ja"],
)  # fmt: skip
def test_the_cookie_banner_is_answered(
    drive: Drive, shop: Site, banner: str, consent: str, wanted: str
) -> None:
    shop.put("/", "<title></title>" + banner.format(yes="document.title='yes'", no="document.title='no'"))
    assert drive([go(), note(title)], consent=consent).steps[-1].note == wanted


def test_ordinary_buttons_are_no_cookie_banner(drive: Drive, shop: Site) -> None:
    shop.put(
        "/",
        "<title></title><section>Our terms <button onclick=\"document.title='x'\">Accept</button></section>",
    )
    assert drive([go(), note(title)], consent="accept").steps[-1].note == ""


def test_a_late_cookie_banner_is_answered_when_it_is_in_the_way(drive: Drive, shop: Site) -> None:
    banner = COVER.format(name="cookies", text="We use cookies", close="Accept all").replace("'", '"')
    comes = f"document.body.insertAdjacentHTML('beforeend', '{banner}'); document.body.dataset.asked = 1"
    # It may be answered before anybody can look: what stays is that it was there.
    asked = Do(
        lambda io: io.until(lambda: io.js("() => !!document.body.dataset.asked")), name="Wait for the banner"
    )
    shop.put("/", f"{BUY}<script>setTimeout(() => {{ {comes} }}, 300)</script>".replace(
        'onclick="this.parentNode.remove()"', "onclick=this.parentNode.remove()"))  # fmt: skip
    result = drive([go(), asked, press("Buy", patience=Duration(5_000)), note(title)], consent="accept")
    assert (result.status, result.steps[-1].note) == ("PASS", "bought")


def test_fields_selects_and_boxes(drive: Drive, shop: Site) -> None:
    shop.put("/", "<label>Name <input></label><select aria-label=Size><option value=s>Small<option value=m>Medium</select>"
                  "<label><input type=checkbox> Agree</label>")  # fmt: skip

    async def use(io: Any) -> None:
        name = await io.one(Element(field="Name"))
        await name.fill("Ada")
        size = await io.one(Element(field="Size"))
        await size.choose("medium")
        agree = await io.one(Element(field="Agree"))
        await agree.tick()
        io.keep(
            "read",
            [
                await name.text(),
                await size.text(),
                await agree.js("(el) => el.checked"),
                await size.attribute("aria-label"),
            ],
        )

    result = drive([go(), Do(use), note(lambda io: _kept(io, "read"))])
    assert result.steps[-1].note == "['Ada', 'Medium', True, 'Size']"


async def _kept(io: Any, name: str) -> Any:
    return io.state.environment.saved[name]


def test_an_option_that_is_not_there_lists_those_that_are(drive: Drive, shop: Site) -> None:
    shop.put("/", "<select aria-label=Size><option>Small<option>Medium</select>")

    async def choose(io: Any) -> None:
        await (await io.one(Element(field="Size"))).choose("Huge")

    problem = finding(drive([go(), Do(choose)]))
    assert problem is not None
    assert problem.hint == "Its options are: “Small”, “Medium”."


def test_scripts_that_throw_are_told_apart(drive: Drive) -> None:
    async def broken(io: Any) -> str:
        with pytest.raises(ScriptError, match="no such thing"):
            await io.js("() => { throw new Error('no such thing') }")
        handles = await io.css("h1")
        with pytest.raises(ScriptError):
            await handles[0].js("(el) => el.nothing.at.all")
        return "ok"

    assert drive([go(), note(broken)]).steps[-1].note == "ok"


def test_elements_inside_an_element(drive: Drive, shop: Site) -> None:
    shop.put("/", "<ul><li>a<li>b<li hidden>c</ul><li>d")

    async def read(io: Any) -> str:
        (outer,) = await io.css("ul")
        shown = [await h.text() for h in await outer.within("li")]
        return f"{shown} {len(await outer.within('li', visible=False))}"

    assert drive([go(), note(read)]).steps[-1].note == "['a', 'b'] 3"


def test_a_press_that_leads_to_another_page(drive: Drive, shop: Site) -> None:
    shop.put("/", "<a href=/two>Next</a>")
    shop.put("/two", "<button>Buy</button>")
    assert drive([go(), press("Next"), press("Buy")]).status == "PASS"


def test_until_gives_the_last_answer(drive: Drive) -> None:
    async def ask(io: Any) -> str:
        async def never() -> int:
            return 0

        return f"{await io.until(never)} {io.left > 0}"

    assert drive([go(), note(ask, patience=Duration(700))]).steps[-1].note == "0 True"


@pytest.mark.parametrize(
    ("log", "made"),
    [
        ("waiting for element to be visible, enabled and stable", False),
        ("attempting click action\n  performing click action", True),
        ("performing click action\n <div> intercepts pointer events\n retrying click action", False),
        ("performing click action\n <div> intercepts pointer events\n performing click action", True),
    ],
)
def test_a_click_that_was_sent_is_not_sent_again(log: str, made: bool) -> None:
    assert handle._is_under_way(log) is made
