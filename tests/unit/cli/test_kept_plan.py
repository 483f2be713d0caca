"""`plan --out` and `apply --plan`: exactly that plan, or a sentence about what moved."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import nano_sre.applying
from support.cli import CART, STORE, Desk, api_check


def keep(desk: Desk, *words: str) -> Path:
    done = desk.nano("plan", "--out", "p.json", *words)
    assert done.code == 0, done.said
    assert "nano-sre apply --plan p.json" in done.err
    return desk.folder / "p.json"


def test_a_kept_plan_is_carried_out_without_a_question(desk: Desk) -> None:
    keep(desk)
    done = desk.nano("apply", "--plan", "p.json")
    assert done.code == 0, done.said
    assert "Applied 2 changes; the registry is at 1." in done.err
    assert desk.nano("plan").out == "0 changes: 2 unchanged\n"


def test_planning_leaves_the_database_as_it_is(applied: Desk) -> None:
    applied.write("cart.yaml", CART.replace("200", "201"))
    files, content = applied.files(), applied.dump()
    keep(applied)
    assert applied.nano("apply", "--plan", "p.json", "--dry-run").code == 0
    assert (applied.files(), applied.dump()) == (files, content)


def test_a_plan_is_carried_out_once(applied: Desk) -> None:
    applied.write("b.yaml", api_check("b"))
    keep(applied)
    assert applied.nano("apply", "--plan", "p.json").code == 0
    done = applied.nano("apply", "--plan", "p.json")
    assert done.code == 6
    assert "the registry was at 1 and is at 2" in done.err
    assert "create b" in done.err


@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_a_stale_plan_says_every_file_that_moved(applied: Desk, dry: list[str]) -> None:
    applied.write("b.yaml", api_check("b"))
    applied.write("c.yaml", api_check("c"))
    keep(applied)
    applied.write("b.yaml", api_check("b", "/other"))
    applied.remove("c.yaml")
    applied.write("d.yaml", api_check("d"))
    before = applied.dump()
    done = applied.nano("apply", "--plan", "p.json", *dry)
    assert done.code == 6
    for words in ("checks/b.yaml was changed", "checks/c.yaml is gone", "checks/d.yaml is new", "plan again"):
        assert words in done.err
    assert applied.dump() == before


def test_somebody_elses_apply_is_named(applied: Desk) -> None:
    applied.write("b.yaml", api_check("b"))
    keep(applied)
    applied.remove("b.yaml")
    applied.write("cart.yaml", CART.replace("200", "201"))
    applied.environ["GIT_AUTHOR_NAME"] = "Grace"
    assert applied.nano("apply").code == 0
    done = applied.nano("apply", "--plan", "p.json", "--json")
    assert done.code == 6
    document = done.json()
    assert (document["format"], document["applied"], document["problem"]["code"]) == (
        "nano-sre/apply",
        False,
        6,
    )
    assert any("Grace applied at" in each and "update cart" in each for each in document["moved"])


def test_another_database_and_another_version_are_refused(
    applied: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied.write("b.yaml", api_check("b"))
    keep(applied)
    with monkeypatch.context() as patched:
        patched.setattr(nano_sre.applying, "__version__", "99.0")
        done = applied.nano("apply", "--plan", "p.json")
    assert (done.code, "this is 99.0" in done.err) == (6, True)
    other = f"sqlite:///{applied.folder}/other.db"
    applied.environ["NANO_SRE_DATABASE_URL"] = other
    done = applied.nano("apply", "--plan", "p.json")
    assert (done.code, "made against another database" in done.err) == (6, True)


def test_a_copy_of_the_database_is_the_same_database(applied: Desk) -> None:
    applied.write("b.yaml", api_check("b"))
    keep(applied)
    for file in applied.data.glob("nano_sre.db*"):
        shutil.copy(file, applied.folder / file.name.replace("nano_sre", "copy"))
    applied.environ["NANO_SRE_DATABASE_URL"] = f"sqlite:///{applied.folder}/copy.db"
    assert applied.nano("apply", "--plan", "p.json").code == 0


def test_an_edit_in_the_database_makes_a_plan_stale(applied: Desk) -> None:
    import sqlite3

    keep(applied)
    with sqlite3.connect(applied.database) as connection:
        connection.execute("UPDATE checks SET state = 'paused' WHERE check_id = 'cart'")
    connection.close()
    done = applied.nano("apply", "--plan", "p.json")
    assert (done.code, "somebody edited the database" in done.err) == (6, True)


def test_a_damaged_plan_is_refused(applied: Desk) -> None:
    file = keep(applied)
    for text in (file.read_text()[:-30], file.read_text().replace('"prune": false', '"prune": true'), "{}"):
        file.write_text(text)
        done = applied.nano("apply", "--plan", "p.json")
        assert done.code == 3
        assert "p.json" in done.err
        assert "nano-sre plan --out FILE" in done.err
    file.write_bytes(b"\xff\xfe")
    assert applied.nano("apply", "--plan", "p.json").code == 3
    assert applied.nano("apply", "--plan", "none.json").code == 2


def test_a_plan_says_for_which_folder_it_is(applied: Desk) -> None:
    keep(applied)
    assert applied.nano("apply", "checks", "--plan", "p.json").code == 2
    assert applied.nano("apply", "--plan", "p.json", "--prune").code == 2
    assert applied.nano("plan", "--refresh-only", "--out", "q.json").code == 2
    shutil.move(applied.folder / "checks", applied.folder / "away")
    done = applied.nano("apply", "--plan", "p.json")
    assert (done.code, "there is no checks here" in done.err) == (6, True)


def test_what_was_confirmed_for_the_archive_is_in_the_plan(applied: Desk) -> None:
    for name in ("b", "c", "d"):
        applied.write(f"{name}.yaml", api_check(name))
    applied.nano("apply")
    applied.remove("d.yaml")
    assert "nobody confirmed that d may be archived" in applied.nano("plan", "--out", "p.json").err
    done = applied.nano("apply", "--plan", "p.json", "--yes")
    assert (done.code, "nobody confirmed" in done.err) == (8, True)
    keep(applied, "--prune")
    assert applied.nano("apply", "--plan", "p.json").code == 0
    assert ("d", "archived") in applied.rows("SELECT check_id, state FROM checks")
    applied.remove("b.yaml")
    applied.remove("c.yaml")
    done = applied.nano("plan", "--prune", "--out", "p.json")
    assert (done.code, "--prune --allow-mass-prune" in done.err) == (8, True)
    keep(applied, "--prune", "--allow-mass-prune")
    assert applied.nano("apply", "--plan", "p.json").code == 0
    assert applied.nano("plan").out == "0 changes: 2 unchanged\n"


def test_no_secret_is_in_a_plan(desk: Desk) -> None:
    desk.environ["SHOP_PASSWORD"] = "hunter2-hunter2"
    desk.write("store.yaml", STORE.replace("markets:", 'password: "${secret.SHOP_PASSWORD}"\nmarkets:'))
    desk.nano("apply")
    desk.write("store.yaml", STORE.replace("markets:", 'password: "open-sesame"\nmarkets:'))
    text = keep(desk).read_text()
    assert "${secret.SHOP_PASSWORD}" in text
    assert "hunter2" not in text
    assert "open-sesame" not in text
    for words in (["plan"], ["plan", "--json"], ["apply"], ["history", "shop", "--revisions", "--json"]):
        assert "open-sesame" not in desk.nano(*words).said


def test_the_json_of_a_plan_in_a_file_is_one_document(desk: Desk) -> None:
    done = desk.nano("plan", "--out", "p.json", "--json", "--detailed-exitcode")
    assert done.code == 5
    assert done.json()["counts"]["create"] == 2
    assert json.loads((desk.folder / "p.json").read_text())["format"] == "nano-sre/plan-file"
    assert desk.nano("apply", "--plan", "p.json", "--detailed-exitcode").code == 5
    assert desk.nano("apply", "--detailed-exitcode").code == 0


def test_a_plan_that_cannot_be_written_is_the_monitors_trouble(desk: Desk) -> None:
    done = desk.nano("plan", "--out", "none/p.json")
    assert (done.code, "cannot write none/p.json" in done.err) == (7, True)
