"""Secrets are planted where they could leak, then looked for in everything that a run leaves behind."""

from __future__ import annotations

import base64
import gzip
import io
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from nano_sre.demo.server import DemoServer
from support.cli import Desk, Done
from support.leaks import leaks, leaks_below, pixel, spellings
from support.pages import Site, site

PASSWORD = 'Gipfel "Sturm" & Eis/+= ö'
CODE = "Grüße 'an' <alle> \\ 42 % & mehr?"
MASK = (255, 0, 255)
PLAIN = (255, 255, 0)

# A page that does its best to spread what is typed into it.
MIRROR = """<!doctype html><meta charset="utf-8"><title>Mirror</title>
<body style="margin:0"><label style="position:absolute;left:40px;top:20px" for="code">Gift code</label>
<input id="code" style="position:absolute;left:40px;top:60px;width:300px;height:40px;background:#ff0;border:0;color:#ff0">
<p id="echo" style="position:absolute;top:200px;font-size:1px;color:#fff"></p><a id="on" href="#">Nowhere</a>
<script>
const bytes = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
document.getElementById("code").addEventListener("input", (event) => {
  const typed = event.target.value;
  document.title = typed;
  document.getElementById("echo").textContent = typed;
  document.getElementById("echo").setAttribute("data-json", JSON.stringify({typed}));
  document.getElementById("on").href = "/search?q=" + encodeURIComponent(typed);
  console.error("typed " + typed);
  console.error(JSON.stringify({typed}), encodeURIComponent(typed));
  for (const before of ["", "a", "ab"]) console.error(bytes(before + typed));
  fetch("/missing?q=" + encodeURIComponent(typed));
  fetch("/missing?" + new URLSearchParams({q: typed}));
  for (const query of ["q=" + encodeURIComponent(typed), new URLSearchParams({q: typed})])
    new Image().src = "/pixel?page=" + encodeURIComponent(location.origin + "/search?" + query);
  fetch("/missing.js", {method: "POST", body: JSON.stringify({typed}), headers: {"x-code": bytes(typed)}});
  localStorage.setItem("typed", typed);
  setTimeout(() => { throw new Error("cannot read " + typed); });
});
</script>"""
STORES = """\
version: 1
kind: store
id: {id}
name: {id}
url: "${{env.{variable}}}"
{more}markets:
  us: {{currency: USD, locale: en-US}}
"""
LOCKED = """\
version: 1
kind: journey
id: behind
name: Behind the password page
retries: 1
devices: [desktop]
steps:
  - open: /
  - open: "/search?q=${secret.STORE_PASSWORD}"
  - see: {text: Nobody ever wrote this, timeout: 500ms}
"""
TYPED = """\
version: 1
kind: journey
id: typed
name: A gift code is typed
retries: 1
devices: [desktop]
steps:
  - open: /
  - fill: {field: Gift code, value: "${secret.GIFT_CODE}"}
  - screenshot: after-typing
  - see: {text: Nobody ever wrote this, timeout: 500ms}
"""


PLAINLY = {"STORE_PASSWORD": PASSWORD, "GIFT_CODE": CODE}


def sources(tmp_path: Path) -> dict[str, str]:
    """The same secrets from a file and from a command, both outside the folder that is searched."""
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    (outside / "password").write_text(f"{PASSWORD}\n", encoding="utf-8")
    (outside / "code.py").write_text(
        f"import sys; sys.stdout.buffer.write({CODE!r}.encode())", encoding="utf-8"
    )
    return {
        "STORE_PASSWORD_FILE": str(outside / "password"),
        "GIFT_CODE_COMMAND": f"'{sys.executable}' '{outside / 'code.py'}'",
    }


@pytest.fixture
def mirror() -> Iterator[Site]:
    with site(index=MIRROR) as made:
        yield made


@pytest.fixture
def desk(tmp_path: Path, mirror: Site, request: pytest.FixtureRequest) -> Iterator[Desk]:
    given = sources(tmp_path) if getattr(request, "param", "plain") == "sources" else PLAINLY
    with DemoServer(password=PASSWORD) as locked:
        made = Desk(
            tmp_path,
            {
                "LOCKED_URL": locked.url,
                "MIRROR_URL": mirror.url,
                **given,
            },
        )
        password = 'password: "${secret.STORE_PASSWORD}"\n'
        made.write("locked/store.yaml", STORES.format(id="locked", variable="LOCKED_URL", more=password))
        made.write("locked/journey.yaml", LOCKED)
        made.write("mirror/store.yaml", STORES.format(id="mirror", variable="MIRROR_URL", more=""))
        made.write("mirror/journey.yaml", TYPED)
        yield made


def run_everything(desk: Desk) -> list[Done]:
    """Every command whose output or files people look at; the reports lie in `out/`."""
    reports = [f"--reporter={name}=out/report.{name}" for name in ("html", "junit", "json")]
    commands = [
        ["validate"],
        ["plan"],
        ["apply"],
        ["explain", "typed"],
        ["run", "--verbose", *reports, "--reporter=github"],
        ["test", "checks", "--artifacts", "tested", "--json"],
        ["history"],
        ["history", "typed", "--json"],
        ["history", "typed", "--revisions", "--json"],
        ["plan", "--json"],
    ]
    return [desk.process(*command) for command in commands]


@pytest.mark.parametrize("desk", ["plain", "sources"], indirect=True)
def test_a_secret_leaks_nowhere(desk: Desk, mirror: Site) -> None:
    done = run_everything(desk)
    assert [each.code for each in done] == [0, 0, 0, 0, 1, 1, 0, 0, 0, 0], [each.said for each in done]
    _the_runs_were_what_they_should_be(desk, mirror)
    for value in (PASSWORD, CODE):
        said = [leak for each in done for leak in leaks(value, each.said.encode(), "what was said")]
        assert said == []
        assert leaks_below(value, desk.folder) == []
        for (sql,) in ((line,) for line in desk.dump()):
            assert list(leaks(value, sql.encode(), "a row")) == []


def _the_runs_were_what_they_should_be(desk: Desk, mirror: Site) -> None:
    """The secrets were really used, and all evidence was really kept: else nothing would be proven."""
    rows = desk.rows("SELECT check_id, status, inconclusive, attempt FROM check_runs ORDER BY id")
    assert {row[0] for row in rows} == {"behind", "typed"}
    assert {row[1:] for row in rows} == {("FAIL", None, 2)}
    files = [p.name for p in desk.data.rglob("*") if p.is_file()]
    for kind in ("failure.png", "trace.zip", "page.aria.txt", "console.txt", "failed-requests.txt"):
        assert any(name.endswith(kind) for name in files), f"no {kind} among {files}"
    assert any("q=" in asked for asked in mirror.asked), "the page never sent what was typed"
    assert any(asked.startswith("GET /pixel?page=") and "%25" in asked for asked in mirror.asked)
    assert any(CODE.encode() in body or b"typed" in body for body in mirror.bodies)
    summary = desk.rows("SELECT summary FROM check_runs WHERE check_id = 'behind'")[0][0]
    assert "Nobody ever wrote this" in summary, "the password did not open the store"


@pytest.mark.parametrize(("value", "colour"), [('"${secret.GIFT_CODE}"', MASK), ("open and plain", PLAIN)])
def test_the_field_is_masked_in_screenshots(desk: Desk, value: str, colour: tuple[int, ...]) -> None:
    desk.write("mirror/journey.yaml", TYPED.replace('"${secret.GIFT_CODE}"', value))
    done = desk.process("test", "checks/mirror", "--artifacts", "tested", "--retries", "0")
    assert done.code == 1, done.said
    pictures = [p.read_bytes() for p in (desk.folder / "tested").rglob("*.png")]
    assert len(pictures) >= 2
    for picture in pictures:
        assert pixel(picture, 190, 80) == colour
        assert pixel(picture, 600, 400) == (255, 255, 255)


def test_the_search_finds_every_spelling() -> None:
    """The test of the test: a leak in any form is seen, also in an archive in an archive."""
    raw = CODE.encode()
    for spelling in spellings(CODE).values():
        assert list(leaks(CODE, b"before " + spelling + b" after", "x"))
    for before in (b"", b"a", b"ab"):
        for after in (b"", b"a", b"ab"):
            assert list(leaks(CODE, base64.b64encode(before + raw + after), "x"))
    assert list(leaks(CODE, json.dumps({"a": CODE}).encode(), "x"))
    assert list(leaks(CODE, gzip.compress(raw), "x"))
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("deep.txt", raw)
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())
    assert list(leaks(CODE, outer.getvalue(), "x"))
    assert not list(leaks(CODE, b"nothing of the kind", "x"))
