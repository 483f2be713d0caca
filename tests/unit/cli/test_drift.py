"""What was changed outside the files: shown, and put back where it is the files' to say."""

from __future__ import annotations

import contextlib
import json
import sqlite3

from nano_sre.store import Store
from support.arrangements import ALERTERS, TRIGGERS
from support.cli import CART, Desk, api_check


def edit(desk: Desk, sql: str, *values: object) -> None:
    with contextlib.closing(sqlite3.connect(desk.database)) as connection, connection:
        connection.execute(sql, values)


def edit_content(desk: Desk, **words: object) -> None:
    ((text,),) = desk.rows("SELECT canonical FROM revisions WHERE check_id = 'cart'")
    edit(
        desk,
        "UPDATE revisions SET canonical = ? WHERE check_id = 'cart'",
        json.dumps({**json.loads(text), **words}),
    )


def test_an_edited_row_is_its_own_class_and_is_put_back(applied: Desk) -> None:
    edit_content(applied, severity="P3", retries=0)
    done = applied.nano("plan", "--detailed-exitcode")
    assert done.code == 5
    assert "≠ drift api cart" in done.out
    assert "severity: P3 → P1" in done.out
    assert "1 change: 1 edited in the database, to put back, 1 unchanged" in done.out
    assert applied.nano("plan", "--json").json()["counts"]["drift"] == 1
    assert applied.nano("apply").code == 0
    assert applied.nano("plan").out == "0 changes: 2 unchanged\n"
    assert applied.rows("SELECT state FROM checks WHERE check_id = 'cart'") == [("active",)]


def test_a_check_paused_in_the_database_runs_again(applied: Desk) -> None:
    edit(applied, "UPDATE checks SET state = 'paused' WHERE check_id = 'cart'")
    assert "state (in the database): paused → active" in applied.nano("plan").out
    applied.nano("apply")
    assert applied.rows("SELECT state FROM checks WHERE check_id = 'cart'") == [("active",)]


def test_a_damaged_row_is_put_back(applied: Desk) -> None:
    applied.write("b.yaml", api_check("b"))
    applied.nano("apply")
    edit(applied, "UPDATE revisions SET canonical = ? WHERE check_id = 'cart'", "{broken")
    assert "≠ drift api cart" in applied.nano("plan").out
    done = applied.nano("run")
    assert (done.code, "“b” does not run" in done.err) == (7, False)
    assert "“cart” does not run: what is registered of it cannot be read" in done.err
    assert applied.rows("SELECT check_id FROM check_runs") == [("b",)], "the others do"
    assert applied.nano("apply").code == 0
    assert applied.nano("plan").out == "0 changes: 3 unchanged\n"
    assert applied.nano("run").code == 0


def test_only_what_was_changed_elsewhere(applied: Desk) -> None:
    applied.write("cart.yaml", CART.replace("200", "201"))
    done = applied.nano("plan", "--refresh-only", "--detailed-exitcode")
    assert (done.code, done.out) == (0, "0 changes\nNothing else was changed outside the files.\n")
    edit(applied, "UPDATE checks SET state = 'paused' WHERE check_id = 'cart'")
    done = applied.nano("plan", "--refresh-only", "--detailed-exitcode")
    assert done.code == 5
    assert "~ update api cart" in done.out
    assert "[edited in the database since it was applied]" in done.out


def test_baselines_are_shown_and_left_alone(applied: Desk) -> None:
    with Store.open(applied.environ["NANO_SRE_DATABASE_URL"], data_dir=applied.data) as store:
        store.update_baseline("cart", "https://x", {"lcp_ms": 1200}, target="shop/cart@us", metric="lcp")
    shown = applied.nano("plan", "--refresh-only")
    assert "left alone by every apply" in shown.out
    assert "baseline cart of shop/cart@us: lcp" in shown.out
    document = applied.nano("plan", "--refresh-only", "--json").json()
    assert [(s["what"], s["check"], s["about"]) for s in document["state"]] == [("baseline", "cart", "lcp")]
    before = applied.rows("SELECT * FROM baselines")
    applied.write("cart.yaml", CART.replace("200", "201"))
    applied.nano("apply")
    assert applied.rows("SELECT * FROM baselines") == before


def test_what_nothing_runs_and_nobody_hears_of_is_a_warning(desk: Desk) -> None:
    done = desk.nano("plan")
    assert "! nothing runs cart by itself: no “every” or “cron” in it and no triggers.yaml beside" in done.err
    assert (
        "! nobody is told when a check fails, but the terminal of the agent: there is no alerters" in done.err
    )
    assert len(desk.nano("plan", "--json").json()["warnings"]) == 2
    (desk.folder / "triggers.yaml").write_text(TRIGGERS)
    assert len(desk.nano("plan", "--json").json()["warnings"]) == 1
    desk.write("alerters.yaml", ALERTERS)
    assert desk.nano("plan", "--json").json()["warnings"] == []
    (desk.folder / "triggers.yaml").unlink()
    desk.write("cart.yaml", CART.replace("tags:", "every: 15m\ntags:"))
    assert desk.nano("plan", "--json").json()["warnings"] == []
    desk.write("cart.yaml", CART.replace("tags:", "enabled: false\ntags:"))
    assert desk.nano("plan", "--json").json()["warnings"] == []
