"""`nano-sre fmt` as people call it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from nano_sre.cli import mended
from nano_sre.cli.mended import NotWritten, replace_file
from nano_sre.spec.fmt import formatted, slug
from support.cli import CART, Desk

UNTIDY = """\
# the cart
kind: api
name: "Cart answers"   # for people
severity:  P1

# what is asked
requests:
- get: /cart.js
  expect: { status: 200 }   # fine
"""
TIDY = """\
# the cart
version: 1
kind: api
id: cart-answers
name: Cart answers     # for people
severity: P1

# what is asked
requests:
  - get: /cart.js
    expect: {status: 200}   # fine
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_file_is_put_in_the_one_form_and_stays_in_it(desk: Desk) -> None:
    file = desk.write("cart.yaml", UNTIDY)
    file.chmod(0o640)
    done = desk.nano("fmt")
    assert (done.code, done.err) == (0, "checks/cart.yaml: written anew\n1 file changed.\n")
    assert file.read_text() == TIDY
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert desk.nano("fmt").err == "1 file fine as it is.\n"
    assert [p.name for p in file.parent.iterdir()] == ["cart.yaml"]


def test_check_shows_the_difference_and_changes_nothing(desk: Desk) -> None:
    file = desk.write("cart.yaml", UNTIDY)
    done = desk.nano("fmt", "--check")
    assert done.code == 5
    assert "+version: 1" in done.out.splitlines()
    assert '-name: "Cart answers"   # for people' in done.out.splitlines()
    assert file.read_text() == UNTIDY
    file.write_text(TIDY)
    assert desk.nano("fmt", "--check").code == 0


def test_a_file_with_mistakes_is_left_alone_and_the_others_are_not(desk: Desk) -> None:
    broken = desk.write("broken.yaml", UNTIDY.replace("status", "sttus"))
    fine = desk.write("fine.yaml", UNTIDY)
    done = desk.nano("fmt")
    assert done.code == 3
    assert "broken.yaml:9:13" in done.err
    assert "E204" not in done.err  # what fmt would have written is no mistake
    assert "1 file changed, 1 file left alone." in done.err
    assert "sttus" in broken.read_text()
    assert "version: 1" in fine.read_text()


def test_editors_pipe_text_through(desk: Desk) -> None:
    done = desk.start("fmt", "-", stdin=-1)
    out, err = done.communicate(UNTIDY, timeout=60)
    assert (done.returncode, out, err) == (0, TIDY, "")
    done = desk.start("fmt", "-", stdin=-1)
    out, err = done.communicate("a: [", timeout=60)
    assert (done.returncode, out) == (3, "")
    assert "E101" in err


def test_line_ends_and_links_stay(desk: Desk) -> None:
    real = desk.folder / "real.yaml"
    real.write_bytes(UNTIDY.replace("\n", "\r\n").encode())
    (desk.folder / "checks").mkdir()
    link = desk.folder / "checks" / "cart.yaml"
    link.symlink_to(real)
    assert desk.nano("fmt").code == 0
    assert link.is_symlink()
    assert real.read_bytes() == TIDY.replace("\n", "\r\n").encode()


def test_a_read_only_file_is_told_of(desk: Desk) -> None:
    file = desk.write("cart.yaml", UNTIDY)
    file.chmod(0o444)
    done = desk.nano("fmt")
    assert done.code == 3
    assert "checks/cart.yaml is read-only: make it writable" in done.err
    assert file.read_text() == UNTIDY


def test_what_somebody_else_saves_meanwhile_is_never_lost(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("theirs")
    with pytest.raises(NotWritten, match="changed by somebody else"):
        replace_file(file, before=b"what we read", after=b"ours")
    assert file.read_text() == "theirs"
    assert [p.name for p in tmp_path.iterdir()] == ["a.yaml"]


def test_a_dangling_link_and_a_missing_folder(desk: Desk) -> None:
    desk.write("cart.yaml", TIDY)
    (desk.folder / "checks" / "gone.yaml").symlink_to(desk.folder / "nowhere")
    assert "cannot read checks/gone.yaml" in desk.nano("fmt").err
    assert desk.nano("fmt", "nothing-here").code == 9


def test_the_schema_beside_the_checks_gets_its_line(desk: Desk) -> None:
    file = desk.write("deep/cart.yaml", CART)
    (desk.folder / ".nano-sre").mkdir()
    (desk.folder / ".nano-sre" / "schema.json").write_text("{}")
    desk.nano("fmt")
    assert file.read_text().splitlines()[0] == "# yaml-language-server: $schema=../../.nano-sre/schema.json"
    before = file.read_text()
    assert desk.nano("fmt").code == 0
    assert file.read_text() == before


@pytest.mark.parametrize(
    ("name", "made"),
    [("Größe wählen!", "grosse-wahlen"), ("Buy 2, get 1", "buy-2-get-1"), ("買う", ""), ("École", "ecole")],
)
def test_ids_are_made_from_names(name: str, made: str) -> None:
    assert slug(name) == made


def test_an_id_is_never_made_twice() -> None:
    one = "kind: api\nname: Cart\nrequests: [{get: /a, expect: {status: 200}}]\n"
    text = formatted(f"{one}---\n{one}", "a.yaml", taken=["cart"]).text
    assert [line for line in text.splitlines() if line.startswith("id")] == ["id: cart-2", "id: cart-3"]


def test_a_name_that_gives_no_id_is_told() -> None:
    done = formatted(
        "version: 1\nkind: api\nname: 買う\nrequests: [{get: /a, expect: {status: 200}}]\n", "a.yaml"
    )
    assert [d.code for d in done.errors] == ["E204"]


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        ('"Add to cart"', "Add to cart"),
        ("'Add to cart'", "Add to cart"),
        ('"yes"', '"yes"'),
        ('"12"', '"12"'),
        ("'12'", '"12"'),
        ("01234", "01234"),
        ("1.50", "1.50"),
        ("18:00", "18:00"),
        ('"a # b"', '"a # b"'),
        ("'say \"x\"'", "'say \"x\"'"),
        ("a ${vars.b}", '"a ${vars.b}"'),
        ("'^#\\d+$'", "'^#\\d+$'"),
        ('"null"', '"null"'),
        ('""', '""'),
    ],
)
def test_quotes_stand_where_they_are_needed(written: str, becomes: str) -> None:
    head = "version: 1\nkind: journey\nid: a\nname: A\nsteps:\n  - see: "
    if written == '""':
        head = head.replace("see: ", "see: {text: x}\n  - fill: {field: a, value: b}\ndescription: ")
        assert f"description: {becomes}" in formatted(head + written + "\n", "a.yaml").text
        return
    done = formatted(head + written + "\n", "a.yaml")
    assert done.text == head + becomes + "\n"


def test_nothing_is_written_when_the_disk_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    file = tmp_path / "a.yaml"
    file.write_text("before")
    monkeypatch.setattr(mended.tempfile, "mkstemp", full)
    with pytest.raises(NotWritten, match=r"cannot write .*a\.yaml: No space left on device"):
        replace_file(file, before=b"before", after=b"after")
    assert file.read_text() == "before"
