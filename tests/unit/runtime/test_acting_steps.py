"""What people do to a page besides pressing and typing, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from nano_sre.core import registry
from nano_sre.core.diagnostics import Span
from nano_sre.core.fields import Duration, Element
from nano_sre.core.program import Modifiers, StepCall, Within
from nano_sre.kinds._shared.keys import Key
from support.drive import finding
from support.pages import Site
from support.steps import Do, go, note, see

Drive = Callable[..., Any]


def step(kind: str, *, at: Path | None = None, **keys: Any) -> StepCall:
    span = Span(str(at), 7, 5) if at else None
    modifiers = {name: keys.pop(name) for name in ("within", "timeout", "when") if name in keys}
    return StepCall(
        verb=kind, step=registry.kind("step", kind).cls(**keys), modifiers=Modifiers(**modifiers), span=span
    )


def named(name: str) -> Element:
    return Element(any_name=name)


def title(io: Any) -> Any:
    return io.js("() => document.title")


def done(made: Any) -> str:
    assert made.status == "PASS", [(r.title, r.finding) for r in made.steps if r.state != "passed"]
    return str(made.steps[-1].note)


def test_untick_takes_the_tick_out_and_leaves_an_empty_box(drive: Drive, shop: Site) -> None:
    box = "<label><input type=checkbox checked onchange='document.title=this.checked'>Send me offers</label>"
    shop.put("/", box)
    offers = step("untick", element=named("Send me offers"))
    assert done(drive([go(), offers, offers, note(title)])) == "false"


def test_a_radio_button_cannot_be_unticked(drive: Drive, shop: Site) -> None:
    shop.put("/", "<label><input type=radio checked>Blue</label>")
    problem = finding(drive([go(), step("untick", element=named("Blue"))]))
    assert problem is not None
    assert (problem.code, problem.summary) == ("R502", "radio “Blue” cannot be used this way")


def test_hover_opens_a_menu(drive: Drive, shop: Site) -> None:
    style = "<style>ul{display:none}nav:hover ul{display:block}</style>"
    shop.put("/", f"{style}<nav><a href=/all>Boards</a><ul><li><a href=/new>New boards</a></ul></nav>")
    hover = step("hover", element=Element(link="Boards"))
    assert drive([go(), hover, see("New boards")]).status == "PASS"


def test_press_key_in_a_field_and_wherever_the_focus_is(drive: Drive, shop: Site) -> None:
    keys = "document.title += event.key + ';'"
    shop.put("/", f'<title></title><body onkeydown="{keys}"><label>Search <input></label>')
    steps = [
        step("press_key", key=Key.parse("a"), element=Element(field="Search")),
        step("press_key", key=Key.parse("esc")),
        step("press_key", key=Key.parse("shift+tab")),
    ]
    assert done(drive([go(), *steps, note(title)])) == "a;Escape;Shift;Tab;"


READ = "onchange=\"document.title=[...this.files].map((f) => f.name + ' ' + f.size).join()\""


def test_upload_into_a_field_its_label_or_a_dialog(drive: Drive, shop: Site, tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"12345")
    check = tmp_path / "check.yaml"
    shop.put(
        "/",
        f"<label for=a>Your photo</label><input type=file id=a {READ}>"
        f"<label>Your logo<input type=file hidden {READ}></label>"
        f"<input type=file id=c style='display:none' {READ}><button onclick='c.click()'>Choose a file</button>",
    )
    for name in ("Your photo", "Your logo", "Choose a file"):
        given = step("upload", at=check, element=named(name), file=("photo.png",))
        assert done(drive([go(), given, note(title)])) == "photo.png 5", name


def test_what_takes_no_file_is_told(drive: Drive, shop: Site, tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"12345")
    given = step(
        "upload",
        at=tmp_path / "check.yaml",
        element=named("Buy"),
        file=("photo.png",),
        timeout=Duration(2_000),
    )
    shop.put("/", "<button>Buy</button>")
    problem = finding(drive([go(), given]))
    assert problem is not None
    assert problem.summary == "button “Buy” is no file field, and pressing it asks for no file"


def test_a_file_that_went_away_is_the_monitors_trouble(drive: Drive, shop: Site, tmp_path: Path) -> None:
    shop.put("/", "<input type=file aria-label=Photo>")
    given = step("upload", at=tmp_path / "check.yaml", element=named("Photo"), file=("gone.png",))
    made = drive([go(), given])
    assert made.status == "WARN"
    assert "gone.png does not lie beside the check any more" in (made.inconclusive or "")


PLACES = (
    "() => [scrollY, document.scrollingElement.scrollHeight - innerHeight - scrollY].map(Math.round).join()"
)


def test_scroll_to_an_element_and_to_both_ends(drive: Drive, shop: Site) -> None:
    shop.put("/", "<h1>Top</h1><div style='height:3000px'></div><h2>Reviews</h2><div style='height:900px'>")
    inside = "() => { const b = document.querySelector('h2').getBoundingClientRect(); return b.top >= 0 && b.top < innerHeight }"
    down = [go(), step("scroll_to", element=Element(heading="Reviews")), note(lambda io: io.js(inside))]
    assert done(drive(down)) == "True"
    bottom = step("scroll_to", element=named("bottom"))
    assert done(drive([go(), bottom, note(lambda io: io.js(PLACES))])).endswith(",0")
    top = step("scroll_to", element=named("top"))
    assert done(drive([go(), bottom, top, note(lambda io: io.js("() => scrollY"))])) == "0"


def test_scrolling_to_the_bottom_loads_what_comes_there(drive: Drive, shop: Site) -> None:
    more = """<script>
      let page = 0;
      new IntersectionObserver((seen) => {
        if (!seen.some((s) => s.isIntersecting) || page > 3) return;
        setTimeout(() => { page += 1; end.insertAdjacentHTML('beforebegin', `<p style="height:900px">Page ${page}`) }, 60);
      }).observe(end);
    </script>"""
    shop.put("/", f"<p style='height:1500px'>Start<div id=end style='height:4px'></div>{more}")
    made = drive([go(), step("scroll_to", element=named("bottom")), note(lambda io: io.js("() => page"))])
    assert done(made) == "4"


def test_within_scrolls_that_part(drive: Drive, shop: Site) -> None:
    box = "<section aria-label=Log><div id=log style='height:90px;overflow:auto'><p style='height:900px'>Text</div></section>"
    shop.put("/", box)
    down = step("scroll_to", element=named("bottom"), within=Within(region="Log"))
    assert (
        done(drive([go(), down, note(lambda io: io.js("() => log.scrollTop + 90 - log.scrollHeight"))]))
        == "0"
    )


NEW = "<title>Guide</title><h1>Sizes</h1><a href=/ >Home</a>"


def test_a_link_that_opens_a_tab_is_followed_and_closed(drive: Drive, shop: Site) -> None:
    shop.put("/", "<title>Shop</title><a href=/guide target=_blank>Size guide</a>")
    shop.put("/guide", NEW)
    guide = step("new_tab", element=named("Size guide"))
    made = drive([go(), guide, see("Sizes"), note(title), step("close_tab"), see("Size guide"), note(title)])
    assert done(made) == "Shop"
    assert made.steps[3].note == "Guide"


def test_a_script_that_opens_a_window(drive: Drive, shop: Site) -> None:
    shop.put("/", "<button onclick=\"setTimeout(() => window.open('/guide'), 300)\">Guide</button>")
    shop.put("/guide", NEW)
    assert drive([go(), step("new_tab", element=named("Guide")), see("Sizes")]).status == "PASS"


def test_a_page_of_the_store_in_a_new_tab_has_the_same_cart(drive: Drive, shop: Site) -> None:
    shop.put("/", "<title>Shop</title>", headers={"set-cookie": "cart=42; path=/"})
    shop.put("/guide", NEW)
    tab = step("new_tab", path="/guide")
    made = drive([go(), tab, see("Sizes"), step("close_tab"), note(title), step("close_tab")])
    assert [report.state for report in made.steps][-1] == "skipped"
    assert made.steps[-1].note == "there is no other tab to go back to"
    assert made.steps[-2].note == "Shop"
    assert "cart=42" in shop.cookies


def test_a_link_that_stays_in_its_tab_is_told(drive: Drive, shop: Site) -> None:
    shop.put("/", "<a href=/guide>Size guide</a>")
    shop.put("/guide", NEW)
    problem = finding(drive([go(), step("new_tab", element=named("Size guide"))]))
    assert problem is not None
    assert (problem.code, problem.actual) == ("R505", "the same tab, which shows /guide now")
    assert problem.summary == "Pressing “Size guide” opened no new tab."


def test_a_broken_page_in_a_new_tab_is_a_failure(drive: Drive, shop: Site) -> None:
    shop.put("/", "<a href=/gone target=_blank>Size guide</a>")
    problem = finding(drive([go(), step("new_tab", element=named("Size guide"))]))
    assert problem is not None
    assert (problem.code, problem.summary) == ("R507", "The page /gone does not exist (404)")


def test_a_tab_that_closes_itself_leads_back(drive: Drive, shop: Site) -> None:
    shop.put("/", "<title>Shop</title><a href=/pay target=_blank rel=opener>Pay</a>")
    shop.put("/pay", "<h1>Bank</h1><button onclick='setTimeout(() => window.close(), 50)'>Confirm</button>")

    async def confirm(io: Any) -> None:
        await (await io.one(named("Confirm"))).press()

    async def back_at_the_shop(io: Any) -> None:
        assert await io.until(lambda: io.seen(named("Pay")))

    steps = [go(), step("new_tab", element=named("Pay")), Do(confirm), Do(back_at_the_shop), note(title)]
    assert done(drive(steps)) == "Shop"


def test_the_console_of_a_new_tab_is_heard(drive: Drive, shop: Site) -> None:
    shop.put("/", "<a href=/guide target=_blank>Size guide</a>")
    shop.put("/guide", f"{NEW}<script>console.error('broken guide')</script>")
    made = drive([go(), step("new_tab", element=named("Size guide")), see("Sizes")])
    assert any("broken guide" in line for line in made.console)
