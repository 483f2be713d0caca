from __future__ import annotations

import io as streams
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nano_sre.core.diagnostics import Span
from nano_sre.core.fields import Duration, Element
from nano_sre.core.ports import Outcome, failed
from nano_sre.core.program import Modifiers, StepCall, When
from nano_sre.core.redact import Redactor
from nano_sre.core.result import Attempt, Finding
from nano_sre.core.template import parse
from nano_sre.runtime.evidence import masked_trace
from nano_sre.runtime.values import Environment
from support.drive import finding, store_at
from support.pages import Site
from support.steps import Do, fill, go, note, press, see

Drive = Callable[..., Any]
HERE = Span("checks/buy.yaml", 14, 5)


def call(step: Do, **modifiers: Any) -> StepCall:
    return StepCall(verb="do", step=step, modifiers=Modifiers(**modifiers), span=HERE)


def states(made: Attempt) -> list[str]:
    return [report.state for report in made.steps]


async def _nothing(_io: Any) -> None:
    return None


async def _break(_io: Any) -> None:
    raise failed("R505", "It is 3", expected="4", actual="3")


def test_a_failure_ends_the_journey_and_keeps_its_place(drive: Drive) -> None:
    made = drive([go(), call(Do(_break)), Do(_nothing)])
    assert (made.status, states(made)) == ("FAIL", ["passed", "failed", "not_reached"])
    assert made.steps[1].finding.span == HERE


def test_optional_steps_may_fail(drive: Drive) -> None:
    made = drive([call(Do(_break), optional=True), go()])
    assert (made.status, states(made)) == ("PASS", ["skipped", "passed"])
    assert made.steps[0].note == "optional, and left out: It is 3"


@pytest.mark.parametrize(
    ("when", "state"),
    [
        (When(device="iphone"), "skipped"), (When(device="desktop"), "passed"), (When(market="de"), "skipped"),
        (When(market="us"), "passed"), (When(see=Element(any_name="Welcome")), "passed"),
        (When(see=Element(any_name="Goodbye")), "skipped"),
    ],
)  # fmt: skip
def test_when(drive: Drive, when: When, state: str) -> None:
    assert states(drive([go(), call(Do(_nothing), when=when)]))[1] == state


def test_clean_up_runs_whatever_happened(drive: Drive, shop: Site) -> None:
    made = drive([Do(_break)], always=[go(), Do(_nothing)])
    assert (made.status, states(made)) == ("FAIL", ["failed", "passed", "passed"])
    assert shop.asked[0] == "GET /"


def test_a_broken_clean_up_fails(drive: Drive) -> None:
    assert drive([go()], always=[Do(_break)]).status == "FAIL"


def test_a_warning_warns(drive: Drive) -> None:
    async def warn(_io: Any) -> Outcome:
        return Outcome(note="slow", warning=Finding(code="R522", summary="Slow", warn=True))

    made = drive([Do(warn)])
    assert (made.status, made.steps[0].state, made.inconclusive) == ("WARN", "warned", None)


def test_a_bug_in_a_step_is_ours(drive: Drive) -> None:
    async def broken(_io: Any) -> None:
        raise ZeroDivisionError("oh")

    made = drive([Do(broken), Do(_nothing)])
    assert (made.status, states(made)) == ("WARN", ["not_reached", "not_reached"])
    assert made.inconclusive == "X901: a bug in the step do: ZeroDivisionError: oh"


def test_an_unset_secret_is_our_trouble(drive: Drive, shop: Site) -> None:
    shop.put("/", "<label>Code <input></label>")
    made = drive([go(), fill("Code", parse("${secret.NOT_SET_HERE}"))])
    assert made.status == "WARN"
    assert "NOT_SET_HERE is not set" in made.inconclusive


def test_a_step_that_takes_too_long(drive: Drive) -> None:
    async def slow(io: Any) -> None:
        await io.js("() => new Promise(() => {})")

    made = drive([go(), Do(slow, name="Wait", patience=Duration(300))])
    problem = finding(made)
    assert problem is not None
    assert (problem.code, problem.summary) == ("R506", "Wait did not finish within 300ms")
    assert made.steps[1].duration_ms < 4_000


def test_the_whole_check_has_a_limit_too(drive: Drive) -> None:
    made = drive([go(), see("Nothing like it", patience=Duration(30_000))], timeout=Duration(1_500))
    assert made.status == "FAIL"
    assert made.duration_ms < 6_000


def test_what_the_page_complains_about_is_kept(drive: Drive, shop: Site, tmp_path: Path) -> None:
    shop.put("/", "<script>console.log('quiet'); console.error('no stock'); fetch('/missing.js'); "
                  "fetch('http://bat.bing.com/x').catch(() => {}); setTimeout(() => { throw new Error('boom') })</script><p>Ok</p>")  # fmt: skip

    async def settled(io: Any) -> None:
        await io.js("() => new Promise((done) => setTimeout(done, 300))")
        raise failed("R505", "no")

    made = drive([go(), Do(settled)], artifacts=tmp_path)
    console = "\n".join(made.console)
    assert "no stock" in console
    assert "boom" in console
    assert "quiet" not in console
    assert "bing" not in console + "\n".join(made.failed_requests)
    assert made.failed_requests == (f"404 {shop.url}/missing.js",)
    assert [a.kind for a in made.artifacts] == ["screenshot", "snapshot", "console", "requests"]
    assert all((tmp_path / a.path).stat().st_size for a in made.artifacts)
    assert "Ok" in (tmp_path / made.artifacts[1].path).read_text()


@pytest.mark.parametrize(
    ("script", "said"),
    [("", "the console shows no error"),
     ("console.error('no stock'); throw new Error('boom')", "console: uncaught: boom"),
     ("console.error('no stock')", "console: no stock")],
)  # fmt: skip
def test_a_failure_says_what_the_console_shows(drive: Drive, shop: Site, script: str, said: str) -> None:
    shop.put("/", f"<link rel=icon href=data:,><h1>Hello</h1><script>{script}</script>")
    problem = finding(drive([go(), call(Do(_break))]))
    assert problem is not None
    (line,) = problem.evidence
    assert line.startswith(said)


def test_an_exception_names_the_script_it_came_from(drive: Drive, shop: Site) -> None:
    shop.put("/", "<link rel=icon href=data:,><script src=/theme.js></script><h1>Hello</h1>")
    shop.put(
        "/theme.js", "(function () { missing.start(); })();", headers={"content-type": "text/javascript"}
    )
    problem = finding(drive([go(), call(Do(_break))]))
    assert problem is not None
    (line,) = problem.evidence
    assert line == f"console: uncaught: missing is not defined ({shop.url}/theme.js)"


@pytest.mark.parametrize(
    ("script", "theme"),
    [
        ("window.Shopify = {theme: {id: 139000000001}}", "139000000001"),
        ("", None),
        ("window.Shopify = {theme: {id: '<b>1</b>'}}", None),
        ("window.Shopify = {get theme() { throw new Error('none of your business') }}", None),
    ],
)
def test_an_attempt_knows_the_theme_that_shoppers_see(
    drive: Drive, shop: Site, script: str, theme: str | None
) -> None:
    shop.put("/", f"<script>{script}</script><h1>Welcome</h1>")
    made = drive([go()])
    assert (made.status, made.theme) == ("PASS", theme)


def test_a_film_has_a_frame_for_each_step(drive: Drive, tmp_path: Path) -> None:
    made = drive([go(), Do(_nothing)], artifacts=tmp_path, film=True)
    assert [(tmp_path / step.frame.path).read_bytes()[:2] for step in made.steps] == [b"\xff\xd8"] * 2
    assert drive([go()]).steps[0].frame is None


def test_fields_filled_from_a_secret_are_masked_in_pictures(drive: Drive, shop: Site, tmp_path: Path) -> None:
    shop.put("/", "<label>Code <input></label>")
    secret = parse("${secret.WORD}")

    def shot(value: Any, word: str) -> bytes:
        environment = Environment(store=store_at(shop.url), outside={"WORD": word})

        async def shoot(io: Any) -> None:
            await io.screenshot("filled")

        made = drive(
            [go(), fill("Code", value), Do(shoot)], environment=environment, artifacts=tmp_path / word
        )
        return (tmp_path / word / made.artifacts[0].path).read_bytes()

    assert shot(secret, "first-one") == shot(secret, "other-two")
    assert shot("first-one", "plain-a") != shot("other-two", "plain-b")


NOISE = """<canvas width=1200 height=700></canvas><script>
const canvas = document.querySelector('canvas').getContext('2d'), made = canvas.createImageData(1200, 700);
let x = 1;
made.data.forEach((_, n) => { x ^= x << 13; x ^= x >>> 17; x ^= x << 5; made.data[n] = n % 4 == 3 ? 255 : x & 255; });
canvas.putImageData(made, 0, 0);</script>"""


def test_a_picture_full_of_photographs_is_light_enough_to_be_sent(
    drive: Drive, shop: Site, tmp_path: Path
) -> None:
    shop.put("/", NOISE)
    heavy = shots(drive([go(), Do(_break)], artifacts=tmp_path / "heavy"), tmp_path / "heavy")
    shop.put("/", "<h1>Shop</h1>")
    plain = shots(drive([go(), Do(_break)], artifacts=tmp_path / "plain"), tmp_path / "plain")
    assert [(each.name, each.media_type, data[:3]) for each, data in heavy] == [
        ("1-failure.jpg", "image/jpeg", b"\xff\xd8\xff")
    ]
    assert [(each.name, each.media_type, data[1:4]) for each, data in plain] == [
        ("1-failure.png", "image/png", b"PNG")
    ]


def shots(made: Any, folder: Path) -> list[tuple[Any, bytes]]:
    """The screenshots of an attempt, each with its bytes."""
    return [(a, (folder / a.path).read_bytes()) for a in made.artifacts if a.kind == "screenshot"]


def test_secrets_stay_out_of_every_file(drive: Drive, shop: Site, tmp_path: Path) -> None:
    shop.put("/", "<label>Code <input oninput=\"console.error('typed ' + this.value); document.title = this.value;"
                  "document.querySelector('p').textContent = this.value; fetch('/x?c=' + this.value)\"></label><p></p>")  # fmt: skip
    word = "hunter2-öß=/"
    environment = Environment(store=store_at(shop.url), outside={"WORD": word})
    made = drive([go(), fill("Code", parse("${secret.WORD}")), Do(_break)],
                 environment=environment, artifacts=tmp_path, trace=True)  # fmt: skip
    kinds = {a.kind for a in made.artifacts}
    assert {"trace", "console", "snapshot", "requests"} <= kinds
    for file in tmp_path.rglob("*"):
        if file.suffix == ".zip":
            with zipfile.ZipFile(file) as archive:
                members = archive.namelist()
                assert not any(name.endswith((".jpeg", ".jpg", ".png")) for name in members)
                texts = [archive.read(name) for name in members]
        else:
            texts = [file.read_bytes()] if file.is_file() else []
        for text in texts:
            assert environment.redactor.data(text) == text
            assert b"hunter2" not in text


def test_a_trace_without_secrets_is_left_as_it_is() -> None:
    data = streams.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("resources/page@1.jpeg", b"picture")
        archive.writestr("trace.trace", b"typed hunter2-long")
    assert masked_trace(data.getvalue(), Redactor()) == data.getvalue()
    with zipfile.ZipFile(
        streams.BytesIO(masked_trace(data.getvalue(), Redactor(["hunter2-long"])))
    ) as masked:
        assert masked.namelist() == ["trace.trace"]
        assert masked.read("trace.trace") == b"typed ****"


def test_a_step_knows_its_surroundings(drive: Drive) -> None:
    async def ask(io: Any) -> str:
        io.memory["chosen"] = 1
        io.keep("price", 3)
        return f"{io.store.id} {io.device} {io.value(parse('${price}'))} {io.shopper().email} {io.memory}"

    assert drive([note(ask)]).steps[0].note == "demo desktop 3 qa@example.com {'chosen': 1}"


def test_pressing_reports_a_press(drive: Drive, shop: Site) -> None:
    shop.put("/", "<button>Buy</button>")
    made = drive([go(), press("Buy")])
    assert made.steps[1].started_ms >= made.steps[0].duration_ms
    assert made.duration_ms >= made.steps[1].started_ms
