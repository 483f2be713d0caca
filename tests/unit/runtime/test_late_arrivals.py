"""What comes over a page after it has loaded, and blocks nothing yet: known overlays and cookie banners."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from nano_sre.core.fields import Duration, Element
from nano_sre.core.program import Overlay
from nano_sre.runtime.clearing import watch
from nano_sre.runtime.page import VisitState
from nano_sre.runtime.values import Environment
from support.drive import store_at
from support.pages import Site
from support.steps import Do, go, note, press, see

Drive = Callable[..., Any]
NEWS = Overlay(name="newsletter", see="Join our list", press="No thanks")
SPIN = Overlay(name="wheel", see="Spin & win", press="Close")
LATER = "<script>setTimeout(() => document.body.insertAdjacentHTML('beforeend', `{html}`), {after})</script>"
CORNER = (
    "<div class=box style='position:fixed;{side}:0;bottom:0'><p>{text}</p>"
    "<button onclick='log(this)'>{close}</button></div>"
)
LOG = "<title>-</title><script>const log = (el) => { document.title += el.textContent + '|'; el.closest('.box').remove() }</script>"


def title(io: Any) -> Any:
    return io.js("() => document.title")


def until_title(wanted: str) -> Do:
    async def wait(io: Any) -> None:
        async def so() -> bool:
            return bool(await title(io) == wanted)

        assert await io.until(so), await title(io)

    return Do(wait, patience=Duration(8_000))


def corner(text: str, close: str, *, side: str = "left") -> str:
    return CORNER.format(text=text, close=close, side=side)


def later(html: str, *, after: int = 300) -> str:
    return LATER.format(html=html, after=after)


def closes(drive: Drive, shop: Site, page: str, wanted: str, *overlays: Overlay, **more: Any) -> None:
    shop.put("/", LOG + page)
    made = drive([go(), until_title(wanted)], store=store_at(shop.url, overlays=overlays), **more)
    assert made.status == "PASS", made.steps[-1]


def test_a_late_overlay_that_blocks_nothing_is_closed(drive: Drive, shop: Site) -> None:
    closes(drive, shop, later(corner("Join <b>our</b> list", "No thanks")), "-No thanks|", NEWS)


def test_two_at_once(drive: Drive, shop: Site) -> None:
    both = later(corner("Join our list", "No thanks") + corner("Spin &amp; win", "Close", side="right"))
    shop.put("/", LOG + both)
    made = drive([go(), see_neither()], store=store_at(shop.url, overlays=(NEWS, SPIN)))
    assert made.status == "PASS", made.steps[-1]


def see_neither() -> Do:
    async def wait(io: Any) -> None:
        async def so() -> bool:
            return sorted((await title(io))[1:].split("|")) == ["", "Close", "No thanks"]

        assert await io.until(so), await title(io)

    return Do(wait, patience=Duration(8_000))


def test_one_that_is_there_from_the_beginning(drive: Drive, shop: Site) -> None:
    closes(drive, shop, corner("Join our list", "No thanks"), "-No thanks|", NEWS)


def test_one_that_was_hidden_and_is_shown(drive: Drive, shop: Site) -> None:
    hidden = corner("Join our list", "No thanks").replace("class=box", "class=box id=box hidden")
    closes(
        drive,
        shop,
        hidden + "<script>setTimeout(() => { box.hidden = false }, 500)</script>",
        "-No thanks|",
        NEWS,
    )


def test_one_that_comes_back_is_closed_again(drive: Drive, shop: Site) -> None:
    again = later(corner("Join our list", "No thanks")) + later(
        corner("Join our list", "No thanks"), after=2_200
    )
    closes(drive, shop, again, "-No thanks|No thanks|", NEWS)


def test_the_button_of_the_overlay_is_pressed_and_no_other(drive: Drive, shop: Site) -> None:
    other = "<div class=box>Help <button onclick='log({textContent: `wrong`, closest: () => this})'>Close</button></div>"
    closes(drive, shop, other + later(corner("Spin &amp; win", "Close")), "-Close|", SPIN)


def test_a_button_that_listens_late_is_pressed_again(drive: Drive, shop: Site) -> None:
    deaf = corner("Join our list", "No thanks").replace("onclick='log(this)'", "id=deaf")
    wake = "<script>setTimeout(() => { deaf.onclick = () => log(deaf) }, 900)</script>"
    closes(drive, shop, deaf + wake, "-No thanks|", NEWS)


def test_overlays_off_leaves_a_late_one_alone(drive: Drive, shop: Site) -> None:
    shop.put("/", LOG + later(corner("Join our list", "No thanks"), after=100))
    wait = note(lambda io: io.js("() => new Promise((done) => setTimeout(() => done(document.title), 1200))"))
    made = drive(
        [go(), see("Join our list"), wait], store=store_at(shop.url, overlays=(NEWS,)), overlays=False
    )
    assert made.steps[-1].note == "-"


def test_on_the_next_page_and_in_a_new_tab(drive: Drive, shop: Site) -> None:
    shop.put("/", "<a href=/two>Two</a>")
    shop.put("/two", LOG + later(corner("Join our list", "No thanks")))
    made = drive([go(), press("Two"), until_title("-No thanks|")], store=store_at(shop.url, overlays=(NEWS,)))
    assert made.status == "PASS", made.steps[-1]

    async def tab(io: Any) -> None:
        await io.open_in_new_tab("/two")

    made = drive([go(), Do(tab), until_title("-No thanks|")], store=store_at(shop.url, overlays=(NEWS,)))
    assert made.status == "PASS", made.steps[-1]


BANNERS = {
    "words": corner("We use cookies. <i>More</i>", "{}").replace(
        "<div class=box", "<div role=dialog class=box"
    ),
    "known": corner("?", "{}").replace("<button", "<button id={id}"),
}
KNOWN = {"accept": "onetrust-accept-btn-handler", "refuse": "onetrust-reject-all-handler"}


@pytest.mark.parametrize("kind", BANNERS)
@pytest.mark.parametrize(("consent", "word"), [("accept", "Accept all"), ("refuse", "Reject all")])
def test_a_late_banner_is_answered_though_nothing_is_blocked(
    drive: Drive, shop: Site, kind: str, consent: str, word: str
) -> None:
    banner = BANNERS[kind].replace("{}", word).replace("{id}", KNOWN[consent])
    closes(drive, shop, later(banner, after=900), f"-{word}|", consent=consent)


def test_a_late_banner_is_left_alone_when_the_check_says_so(drive: Drive, shop: Site) -> None:
    shop.put("/", LOG + later(BANNERS["words"].replace("{}", "Accept all"), after=100))
    wait = note(lambda io: io.js("() => new Promise((done) => setTimeout(() => done(document.title), 1200))"))
    assert drive([go(), see("We use cookies"), wait], consent="leave").steps[-1].note == "-"


def test_a_dialog_that_a_shopper_opens_is_no_banner(drive: Drive, shop: Site) -> None:
    dialog = "<dialog id=d class=box>Our privacy policy <button onclick=log(this)>I agree</button></dialog>"
    shop.put("/", f"{LOG}<button onclick=d.showModal()>Terms</button>{dialog}")
    wait = note(lambda io: io.js("() => new Promise((done) => setTimeout(() => done(document.title), 1200))"))
    made = drive([go(), press("Terms"), wait, press("I agree"), until_title("-I agree|")], consent="accept")
    assert (made.status, made.steps[2].note) == ("PASS", "-")


class Context:
    def __init__(self) -> None:
        self.scripts: list[str] = []

    async def add_init_script(self, *, script: str) -> None:
        self.scripts.append(script)


@pytest.mark.parametrize(
    ("consent", "overlays", "scripts"), [("leave", (), 0), ("leave", (NEWS,), 1), ("accept", (), 1)]
)
def test_nothing_watches_when_there_is_nothing_to_do(consent: Any, overlays: Any, scripts: int) -> None:
    context: Any = Context()
    environment = Environment(store=store_at("https://shop.example.com"))
    state = VisitState(
        environment=environment, context=context, page=context, device="d", consent=consent, overlays=overlays
    )
    asyncio.run(watch(state))
    assert len(context.scripts) == scripts


def test_text_that_is_only_in_the_page_is_not_pressed(drive: Drive, shop: Site) -> None:
    async def there(io: Any) -> None:
        await io.js("() => new Promise((done) => setTimeout(done, 1500))")
        assert await io.seen(Element(any_name="Join our list"))

    shop.put("/", f"{LOG}<p>Join our list</p><button>Yes please</button>")
    made = drive([go(), Do(there, patience=Duration(6_000))], store=store_at(shop.url, overlays=(NEWS,)))
    assert made.status == "PASS", made.steps[-1]
