from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from nano_sre.core.fields import Element
from nano_sre.core.program import Modifiers, StepCall, Within
from nano_sre.kinds._shared.compare import Expectation
from nano_sre.kinds.steps.choose import Choose
from nano_sre.kinds.steps.expect import Expect
from nano_sre.kinds.steps.save import Save
from nano_sre.runtime.finding import nearest
from support.drive import finding
from support.pages import Site
from support.steps import Do, fill, go, note, press, see

Drive = Callable[..., Any]

IN_A_SHADOW = (
    "<x-shop></x-shop><script>document.querySelector('x-shop').attachShadow({mode:'open'}).innerHTML="
    "'<button id=a>Buy</button>'</script>"
)


def found(drive: Drive, shop: Site, html: str, *elements: Element, acting: bool = True) -> list[str]:
    """What each element names on a page: role and name, or the code of the finding."""
    shop.put("/", html)
    answers: list[str] = []

    async def look(io: Any) -> None:
        for element in elements:
            if acting:
                handle = await io.one_now(element)
                answers.append(await handle.js("(el) => el.id || el.localName"))
            else:
                answers.append(
                    " ".join([await h.js("(el) => el.id || el.localName") for h in await io.seen(element)])
                )

    result = drive([go(), Do(look)])
    problem = finding(result)
    return [*answers, problem.code] if problem else answers


@pytest.mark.parametrize(
    "pattern", ["^read th..$", "(?i)^READ", "(?im)^READ", r"^read\ this$", r"^(?:read\-)?read this$"]
)
def test_a_pattern_may_be_written_as_elsewhere(drive: Drive, shop: Site, pattern: str) -> None:
    assert found(drive, shop, "<button id=a>Read this</button>", Element(matches=pattern)) == ["a"]


@pytest.mark.parametrize(
    ("html", "name", "wanted"),
    [
        ("<button id=a>Add</button><button id=b>Add to cart</button>", "add", "a"),
        ("<button id=a>Add to cart now</button>", "to cart", "a"),
        ("<button id=a>  Add \n to  <b>cart</b></button>", "ADD TO CART", "a"),
        ("<button id=a>Add<br>to cart</button>", "Add to cart", "a"),
        ("<button id=a aria-label='Close cart'>x</button>", "close cart", "a"),
        ("<button id=a><img alt='Search'></button>", "search", "a"),
        ("<button id=a><svg><title>Menu</title></svg></button>", "menu", "a"),
        ("<input id=a type=submit value='Weiter zur Kasse'>", "weiter zur kasse", "a"),
        ("<label for=a>Größe</label><input id=a>", "größe", "a"),
        ("<label>Straße und Nr. <input id=a></label>", "Straße und Nr.", "a"),
        ("<input id=a placeholder='E-Mail-Adresse'>", "e-mail-adresse", "a"),
        ("<span id=l>Menge</span><input id=a aria-labelledby=l>", "Menge", "a"),
        ("<a id=a href=/x>Warenkorb</a><p>Warenkorb</p>", "Warenkorb", "a"),
        ("<p>Size</p><button id=a>Size</button>", "size", "a"),
        ("<div id=a>Only text</div>", "only text", "a"),
        ("<button id=a>Don\u2019t ask again</button>", "Don't ask again", "a"),
        ("<button id=a>Jetzt&shy;kaufen&nbsp;bitte</button>", "Jetztkaufen bitte", "a"),
        ("<button id=h style='display:none'>Buy</button><button id=a>Buy</button>", "Buy", "a"),
        ("<div hidden><button>Buy</button></div><div id=a role=button>Buy</div>", "Buy", "a"),
        ("<button id=a>Buy <span style='display:none'>sold out</span></button>", "Buy", "a"),
        (IN_A_SHADOW, "Buy", "a"),
        ("<input type=radio id=r name=s style='position:absolute;opacity:0'><label id=a for=r>154cm</label>", "154cm", "a"),
        ("<input type=radio id=r name=s style='display:none'><label id=a for=r>154cm</label>", "154cm", "a"),
        ("<script>var x = 'Buy now'</script><p id=a>Buy now</p>", "buy now", "a"),
        ("<p>Buy</p><p>Buy</p>", "Buy", "R503"),
        ("<button>Buy</button>", "Sell", "R501"),
        ("<button>Buy a</button><button>Buy b</button>", "Buy", "R503"),
    ],
)  # fmt: skip
def test_a_name_finds_what_a_person_means(
    drive: Drive, shop: Site, html: str, name: str, wanted: str
) -> None:
    assert found(drive, shop, html, Element(any_name=name)) == [wanted]


def test_each_way_of_naming(drive: Drive, shop: Site) -> None:
    html = (
        "<h2 id=h>Buy</h2><a id=l href=/x>Buy</a><button id=b>Buy</button><img id=i alt=Buy width=9 height=9>"
        "<label>Buy <input id=f></label><p id=t data-testid=one>Read this</p>"
    )
    elements = (
        Element(heading="buy"), Element(link="buy"), Element(button="buy"), Element(image="buy"), Element(field="buy"),
        Element(text="read THIS"), Element(css="#t"), Element(test_id="one"), Element(matches="^read th..$"),
        Element(any_of=("Nope", "Read this")),
    )  # fmt: skip
    assert found(drive, shop, html, *elements) == ["h", "l", "b", "i", "f", "t", "t", "t", "t", "t"]


def test_plain_text_is_never_a_pattern(drive: Drive, shop: Site) -> None:
    html = '<button id=a>Buy (1+1) "free" >> now\'s</button>'
    assert found(drive, shop, html, Element(any_name="(1+1)"), Element(any_name='"free" >> now\'s')) == [
        "a",
        "a",
    ]


def test_seeing_takes_any_visible_match(drive: Drive, shop: Site) -> None:
    html = "<p id=a>Free shipping</p><p id=b>Free shipping over $50</p><p hidden>Free shipping</p>"
    seen = found(drive, shop, html, Element(any_name="free shipping"), Element(any_name="over"), acting=False)
    assert seen == ["a", "b"]


def test_text_over_several_elements_is_one_text(drive: Drive, shop: Site) -> None:
    html = "<div id=a><span>Subtotal</span> <b>$10.00</b></div>"
    assert found(drive, shop, html, Element(any_name="subtotal $10.00")) == ["a"]


def test_nothing_names_the_nearest(drive: Drive, shop: Site) -> None:
    shop.put("/", "<button>Add to cart</button><a href=/>Home</a>")
    problem = finding(drive([go(), press("Ad to cart")]))
    assert problem is not None
    assert (problem.code, problem.hint) == ("R501", "The nearest on the page: button “Add to cart”.")


def test_several_are_listed(drive: Drive, shop: Site) -> None:
    shop.put("/", "<button>Remove</button><a href=/>Remove</a>")
    problem = finding(drive([go(), press("Remove")]))
    assert problem is not None
    assert problem.code == "R503"
    assert problem.evidence[:2] == ("button “Remove”", "link “Remove”")
    assert problem.hint.startswith("Say which one, with `within`, or by a name that only one has.")


def test_several_are_told_apart_by_where_they_are(drive: Drive, shop: Site) -> None:
    shop.put(
        "/",
        "<header><a href=/>Search</a></header><main><section aria-label='Best sellers'><a href=/>Search</a></section>"
        "<article><header><a href=/>Search</a></header></article></main><h2>More</h2><a href=/>Search</a>",
    )
    problem = finding(drive([go(), press("Search")]))
    assert problem is not None
    assert problem.evidence[:4] == (
        "link “Search” in the header", "link “Search” in “Best sellers”", "link “Search” in the main part",
        "link “Search” under “More”",
    )  # fmt: skip
    assert problem.hint.startswith(
        "Say which one, for example `within: header`. They are: link “Search” in the"
    )


@pytest.mark.parametrize(
    ("word", "wanted"),
    [("header", "top"), ("Footer", "end"), ("main", "mid"), ("nav", "menu"), ("navigation", "menu")],
)
def test_landmarks_are_regions(drive: Drive, shop: Site, word: str, wanted: str) -> None:
    go_to = "<a href=# onclick='document.title = this.id' id={}>Go</a>".format
    shop.put(
        "/",
        f"<header>{go_to('top')}</header><nav>{go_to('menu')}</nav>"
        f"<main>{go_to('mid')}<article><header>x</header><footer>y</footer></article></main>"
        f"<footer>{go_to('end')}</footer>",
    )
    call = StepCall(verb="press", step=press("Go"), modifiers=Modifiers(within=Within(region=word)))
    made = drive([go(), call, note(lambda io: io.js("() => document.title"))])
    assert (made.status, made.steps[-1].note) == ("PASS", wanted)


def test_nothing_alike_names_what_can_be_pressed(drive: Drive, shop: Site) -> None:
    shop.put("/", "<button>Sign in</button><a href=/>Home</a><label>Zip <input></label>")
    problem = finding(drive([go(), press("Add to cart")]))
    assert problem is not None
    assert problem.hint == "Nothing has a name like it. On the page there are: button “Sign in”, link “Home”."
    problem = finding(drive([go(), fill("Gift message", "x")]))
    assert problem is not None
    assert problem.hint == "Nothing has a name like it. On the page there are: textbox “Zip”."


def test_a_group_of_radio_buttons_is_no_list(drive: Drive, shop: Site) -> None:
    shop.put("/", "<fieldset><legend>Size</legend><label><input type=radio name=s>M</label></fieldset>")
    for element in (Element(any_name="Size"), Element(field="Size")):
        step = StepCall(verb="choose", step=Choose(element=element, option="M"), modifiers=Modifiers())
        problem = finding(drive([go(), step]))
        assert problem is not None
        assert "it is a group of radio buttons" in problem.summary
        assert problem.hint == "Write `choose_variant` for an option of a product, else `tick: M`."


@pytest.mark.parametrize("field", ["<label>Quantity <input value=2></label>", "<input aria-label=Quantity value=2>",
                                   "<label for=q>Quantity</label><p>x</p><input id=q type=number value=2>"])  # fmt: skip
def test_the_number_in_a_field(drive: Drive, shop: Site, field: str) -> None:
    shop.put("/", field)
    quantity = Element(any_name="Quantity")
    expect = Expect(number=quantity, expectation=Expectation(equals="2"))
    save = Save(number=quantity, as_="n")
    calls = [StepCall(verb="x", step=each, modifiers=Modifiers()) for each in (expect, save)]
    made = drive([go(), *calls])
    assert (made.status, made.steps[-1].note) == ("PASS", "n = 2"), finding(made)


def test_what_appears_late_is_waited_for(drive: Drive, shop: Site) -> None:
    shop.put("/", "<script>setTimeout(() => document.body.innerHTML = '<button>Late</button>', 400)</script>")
    assert drive([go(), press("Late")]).status == "PASS"


def test_frames_are_searched_when_the_page_has_nothing(drive: Drive, shop: Site) -> None:
    shop.put("/", "<iframe title='Card number' src=/card></iframe>")
    shop.put("/card", "<label>Card number <input id=n></label>")
    value = note(_value_in_frame)
    result = drive([go(), fill("Card number", "1"), value])
    assert (result.status, result.steps[-1].note) == ("PASS", "1")


async def _value_in_frame(io: Any) -> str:
    (frame,) = await io.frames()
    return str(await frame.js("() => document.getElementById('n').value"))


@pytest.mark.parametrize(
    "within",
    [Within(region="Footer"), Within(css="footer"), Within(frame="Promo")],
    ids=["region", "css", "frame"],
)
def test_within_narrows_the_search(drive: Drive, shop: Site, within: Within) -> None:
    shop.put(
        "/",
        "<button>Go</button><footer aria-label=Footer><button>Go</button></footer><iframe title=Promo src=/p></iframe>",
    )
    shop.put("/p", "<button>Go</button>")
    call = StepCall(verb="press", step=press("Go"), modifiers=Modifiers(within=within))
    assert drive([go(), call]).status == "PASS"


def test_a_row_is_a_region_named_by_its_text(drive: Drive, shop: Site) -> None:
    shop.put(
        "/",
        "<section><h2>Blue</h2><button>Remove</button></section><section><h2>Red</h2><button id=r>Remove</button></section>",
    )
    call = StepCall(verb="press", step=press("Remove"), modifiers=Modifiers(within=Within(region="Red")))
    assert drive([go(), call]).status == "PASS"


def test_the_words_of_a_missing_region(drive: Drive) -> None:
    call = StepCall(verb="press", step=press("Go"), modifiers=Modifiers(within=Within(region="Cart")))
    problem = finding(drive([go(), call]))
    assert problem is not None
    assert problem.summary == "There is no region “Cart” on the page"
    assert problem.hint == "No part of the page has a name or a heading of its own."


def test_the_regions_there_are(drive: Drive, shop: Site) -> None:
    shop.put(
        "/",
        "<header>x</header><nav aria-label=Shop>y</nav><section><h2>Best sellers</h2>z</section><form>f</form>",
    )
    call = StepCall(verb="press", step=press("Go"), modifiers=Modifiers(within=Within(region="Cart")))
    problem = finding(drive([go(), call]))
    assert problem is not None
    assert problem.hint == "The regions on the page: “header”, “Shop”, “Best sellers”."


def test_healing_says_which_name_was_used(drive: Drive, shop: Site) -> None:
    shop.put("/", "<button>Buy now</button>")
    via = note(_via)
    assert drive([go(), via]).steps[-1].note == "Buy now"


async def _via(io: Any) -> str | None:
    handle = await io.one(Element(any_of=("Add to cart", "Buy now")))
    return handle.via  # type: ignore[no-any-return]


def test_a_page_that_replaces_builtins_is_still_read(drive: Drive, shop: Site) -> None:
    shop.put(
        "/",
        "<script>Array.prototype.toJSON = () => 'x'; Array.prototype.junk = 1</script><button>Buy</button>",
    )
    assert drive([go(), see("Buy"), press("Buy")]).status == "PASS"


def test_nearest_is_best_first_and_each_once() -> None:
    page = [
        {"role": "button", "name": name} for name in ("Add to basket", "Add to cart", "Add to cart", "Search")
    ]
    assert nearest("add too cart", page)[0] == "button “Add to cart”"
    assert len(nearest("add too cart", page)) == 2
