"""The way back: `rollback`, `diff` and what `history` tells of revisions."""

from __future__ import annotations

import pytest

from support.cli import CART, STORE, Desk, api_check

CODE = "from nano_sre.agent.core import Skill, SkillResult\n\nclass Probe(Skill):\n    pass  # {}\n"


def status(text: str, number: int) -> str:
    return text.replace("{status: 200}", f"{{status: {number}}}")


@pytest.fixture
def thrice(applied: Desk) -> Desk:
    """Applied with three revisions of cart: 200, 201, 202."""
    for number in (201, 202):
        applied.write("cart.yaml", status(CART, number))
        assert applied.nano("apply").code == 0
    return applied


def current(desk: Desk) -> list[tuple[str, str, int]]:
    return desk.rows(
        "SELECT checks.check_id, checks.state, revisions.number FROM checks"
        " JOIN revisions ON revisions.id = checks.revision_id ORDER BY checks.check_id"
    )


def test_an_old_revision_is_registered_as_a_new_one(thrice: Desk) -> None:
    done = thrice.nano("rollback", "cart", "r1")
    assert done.code == 0, done.said
    assert "requests[0].expect.status.equals: 202 → 200" in done.out
    assert "Rolled back: cart is at r4; the registry is at 4." in done.err
    assert "checks/cart.yaml still has the newer text, and the next apply would undo this" in done.err
    assert CART in done.out
    assert current(thrice) == [("cart", "active", 4), ("shop", "active", 1)]
    assert thrice.nano("run").code == 0, "the old check passes"
    assert thrice.rows("SELECT revision FROM check_runs") == [(4,)]
    positions = thrice.rows("SELECT positions FROM revisions WHERE check_id = 'cart' AND number IN (1, 4)")
    assert positions[0] == positions[1]


def test_the_next_apply_shows_what_it_would_undo(thrice: Desk) -> None:
    thrice.nano("rollback", "cart", "1")
    assert "[undoes: rolled back to r1]" in thrice.nano("plan").out
    assert thrice.nano("plan", "--json").json()["changes"][1]["undoes"] == "rolled back to r1"
    thrice.nano("apply")
    assert "undoes" not in thrice.nano("plan").out
    shown = thrice.nano("history", "cart", "--revisions").out
    assert "rolled back to r1; changed: requests[0].expect.status.equals" in shown


def test_the_text_is_put_back_into_its_file(thrice: Desk) -> None:
    other = "# keep me\n" + api_check("other")
    thrice.write("cart.yaml", status(CART, 203) + "---\n" + other)
    done = thrice.nano("rollback", "cart", "r1", "--write")
    assert done.code == 0, done.said
    assert "has the text of then again" in done.err
    assert (thrice.folder / "checks/cart.yaml").read_text() == CART + "---\n" + other
    assert "~ update" not in thrice.nano("plan").out


def test_writing_after_the_rollback_is_fine_too(thrice: Desk) -> None:
    thrice.nano("rollback", "cart", "r2")
    done = thrice.nano("rollback", "cart", "r2", "--write")
    assert "It is that already; nothing was written." in done.err
    assert (thrice.folder / "checks/cart.yaml").read_text() == status(CART, 201)
    assert thrice.nano("plan").out == "0 changes: 2 unchanged\n"


def test_a_file_that_is_gone_is_said(thrice: Desk) -> None:
    thrice.remove("cart.yaml")
    done = thrice.nano("rollback", "cart", "r1", "--write")
    assert done.code == 0
    assert "checks/cart.yaml does not hold “cart” here, so nothing was written" in done.err
    assert not (thrice.folder / "checks/cart.yaml").exists()


def test_looking_writes_nothing(thrice: Desk) -> None:
    before = thrice.files(), thrice.dump()
    done = thrice.nano("rollback", "cart", "r1", "--dry-run", "--write")
    assert (done.code, "202 → 200" in done.out) == (0, True)
    assert (thrice.files(), thrice.dump()) == before


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["crat", "r1"], 9, "did you mean “cart”?"),
        (["cart", "r9"], 9, "cart has no revision r9; it has r1 to r3"),
        (["cart", "first"], 2, "“first” is not a revision"),
        (["cart"], 2, "say which revision of which check"),
        ([], 2, "say which revision of which check"),
        (["cart", "r1", "--to", "1"], 2, "say which revision of which check"),
        (["--to", "99"], 9, "the registry was never at 99; it is at 3"),
    ],
)
def test_what_is_not_there_is_said(thrice: Desk, words: list[str], code: int, said: str) -> None:
    before = thrice.dump()
    done = thrice.nano("rollback", *words)
    assert (done.code, said in done.err) == (code, True), done.said
    assert thrice.dump() == before


def test_an_archived_check_comes_back_as_it_was(thrice: Desk) -> None:
    thrice.remove("cart.yaml")
    thrice.write("b.yaml", api_check("b"))
    assert thrice.nano("apply", "--prune", "--yes", "--allow-mass-prune").code == 0
    assert "It is archived" in thrice.nano("history", "cart", "--revisions").out
    done = thrice.nano("rollback", "cart", "r3")
    assert done.code == 0, done.said
    assert "+ create api cart" in done.out
    assert ("cart", "active", 4) in current(thrice)


def test_everything_goes_back_to_a_serial(thrice: Desk) -> None:
    thrice.write("b.yaml", api_check("b"))
    thrice.write("cart.yaml", status(CART, 203).replace("id: cart", "id: basket\nmoved_from: cart"))
    assert thrice.nano("apply").code == 0
    thrice.nano("run")
    done = thrice.nano("rollback", "--to", "2")
    assert done.code == 8
    assert "this would archive over 30 %" in done.err
    done = thrice.nano("rollback", "--to", "2", "--yes", "--allow-mass-prune")
    assert done.code == 0, done.said
    assert "→ move api cart (was basket)" in done.out
    assert "- archive api b" in done.out
    assert ("b", "archived", 1) in current(thrice)
    assert ("cart", "active", 5) in current(thrice)
    assert len(thrice.nano("history", "cart", "--json").json()["runs"]) == 1, "the history came along"
    assert "expect.status.equals" not in thrice.nano("diff", "cart", "r2").out
    assert "rolled back to serial 2: " in thrice.nano("history", "--revisions").out.splitlines()[0]
    assert "0 changes" in thrice.nano("rollback", "--to", "2").out


def test_archiving_needs_a_yes(thrice: Desk) -> None:
    for name in ("a", "b", "c"):
        thrice.write(f"{name}.yaml", api_check(name))
    thrice.nano("apply")
    thrice.write("d.yaml", api_check("d"))
    thrice.nano("apply")
    done = thrice.nano("rollback", "--to", "4")
    assert (done.code, "to confirm: nano-sre rollback --to 4 --yes" in done.err.replace("\n ", "")) == (
        8,
        True,
    ), done.err
    assert thrice.nano("rollback", "--to", "4", "--yes").code == 0
    assert ("d", "archived", 1) in current(thrice)


def test_a_past_that_no_longer_fits_is_refused(thrice: Desk) -> None:
    thrice.write("store.yaml", STORE.replace("id: shop", "id: store"))
    thrice.write("cart.yaml", CART.replace("name:", "stores: [store]\nname:"))
    thrice.nano("apply", "--prune", "--yes")
    thrice.write("cart.yaml", CART.replace("name:", "stores: [store]\nmarkets: [us]\nname:"))
    thrice.nano("apply", "--prune", "--yes")
    thrice.write("other.yaml", STORE.replace("id: shop", "id: other").replace("us:", "de:"))
    thrice.write("cart.yaml", CART.replace("name:", "stores: [other]\nmarkets: [de]\nname:"))
    thrice.remove("store.yaml")
    assert thrice.nano("apply", "--prune", "--yes").code == 0
    before = thrice.dump()
    done = thrice.nano("rollback", "cart", "r5")
    assert done.code == 3
    assert "there is no store “store”" in done.err
    assert thrice.dump() == before


def test_a_store_goes_back_as_well(thrice: Desk) -> None:
    thrice.write("store.yaml", STORE.replace("The shop", "Our shop"))
    thrice.nano("apply")
    done = thrice.nano("rollback", "shop", "r1")
    assert (done.code, "name: Our shop → The shop" in done.out) == (0, True), done.said


def test_the_json_of_a_rollback(thrice: Desk) -> None:
    document = thrice.nano("rollback", "cart", "r1", "--json").json()
    assert (document["format"], document["version"], document["applied"]) == ("nano-sre/rollback", 1, True)
    assert (document["serial"], document["revisions"]) == (4, {"cart": 4})
    assert document["files"] == [
        {"id": "cart", "file": "checks/cart.yaml", "text": CART, "borrows": [], "state": "newer"}
    ]
    document = thrice.nano("rollback", "--to", "99", "--json").json()
    assert (document["applied"], document["problem"]["code"]) == (False, 9)


def test_a_fragment_that_changed_since_is_named(applied: Desk) -> None:
    look = "version: 1\nkind: fragment\nid: look\nname: Look\nsteps:\n  - see: Welcome\n"
    applied.write("look.yaml", look)
    applied.write("buy.yaml", "version: 1\nkind: journey\nid: buy\nname: Buy\nsteps:\n  - use: look\n")
    applied.nano("apply")
    applied.write("look.yaml", look.replace("Welcome", "Hello"))
    applied.nano("apply")
    done = applied.nano("rollback", "buy", "r1", "--write")
    assert "checks/buy.yaml says the same as then, but steps of it stand in checks/look.yaml" in done.err
    assert "[undoes: rolled back to r1]" in applied.nano("plan").out


# diff


def test_two_revisions_are_compared(thrice: Desk) -> None:
    done = thrice.nano("diff", "cart", "r1", "r3")
    assert done.code == 0
    assert done.out.startswith("cart: r1 (")
    assert "    requests[0].expect.status.equals: 200 → 202   checks/cart.yaml:" in done.out
    assert "200 ← " not in done.out
    assert thrice.nano("diff", "cart", "r3", "r1", "--detailed-exitcode").code == 5
    assert "no difference" in thrice.nano("diff", "cart", "r2", "r2").out
    assert "201 → 202" in thrice.nano("diff", "cart", "r2").out, "one revision: against what is registered"


def test_what_is_registered_is_compared_with_the_folder(thrice: Desk) -> None:
    assert "no difference" in thrice.nano("diff", "cart").out
    thrice.write("cart.yaml", status(CART, 203))
    done = thrice.nano("diff", "cart", "--detailed-exitcode")
    assert (done.code, "202 → 203   checks/cart.yaml:8:" in done.out) == (5, True), done.said
    document = thrice.nano("diff", "cart", "--json").json()
    assert (document["format"], document["from"], document["to"]) == ("nano-sre/diff", 3, None)
    assert [f["path"] for f in document["fields"]] == ["requests[0].expect.status.equals"]
    thrice.remove("cart.yaml")
    thrice.write("b.yaml", api_check("b"))
    assert thrice.nano("diff", "cart").code == 9
    assert thrice.nano("diff", "cart", "r1", "r2", "r3").code == 2
    assert thrice.nano("diff", "nothing").code == 9


# The Python of a skill


def test_a_changed_skill_is_a_new_revision_and_no_way_back(applied: Desk) -> None:
    applied.write("skills/mine.py", CODE.format("one"))
    applied.write("skill.yaml", "version: 1\nkind: skill\nid: probe\nname: Probe\nskill: skills.mine:Probe\n")
    assert applied.nano("apply").code == 0
    applied.write("skills/mine.py", CODE.format("two"))
    done = applied.nano("plan")
    assert "~ update skill probe" in done.out
    assert "code of skill: " in done.out
    assert applied.nano("apply").code == 0
    assert applied.nano("plan").out == "0 changes: 3 unchanged\n"
    assert "code of skill" in applied.nano("diff", "probe", "r1", "r2").out
    assert "its Python changed" in applied.nano("history", "probe", "--revisions").out
    done = applied.nano("rollback", "probe", "r1")
    assert "It is that already" in done.err
    assert "the Python of r1 was another" in done.err
