"""`plan` and `apply`: what they say, what they write, and how they end."""

from __future__ import annotations

import multiprocessing
import os
import pty
from contextlib import suppress
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from nano_sre.store.store import Store
from support.cli import CART, STORE, Desk, Done, api_check


def registered(desk: Desk) -> list[tuple[str, str]]:
    return desk.rows("SELECT check_id, state FROM checks ORDER BY check_id")


def test_the_first_apply_creates_everything(desk: Desk) -> None:
    done = desk.nano("apply")
    assert done.code == 0
    assert "+ create store shop  “The shop”  checks/store.yaml:" in done.out
    assert "+ create api cart  “Cart answers”  checks/cart.yaml:" in done.out
    assert "2 changes: 2 to create" in done.out
    assert registered(desk) == [("cart", "active"), ("shop", "active")]


def test_a_second_apply_is_no_change_and_writes_nothing(applied: Desk) -> None:
    files, content = applied.files(), applied.dump()
    done = applied.nano("apply")
    assert (done.code, done.out) == (0, "0 changes: 2 unchanged\n")
    assert "nothing was written" in done.err
    assert applied.files() == files
    assert applied.dump() == content


def test_other_spelling_and_comments_are_no_change(applied: Desk) -> None:
    applied.write("cart.yaml", "# as before\n" + CART.replace("{status: 200}", "\n      status: 200"))
    assert applied.nano("apply").out.startswith("0 changes")


@pytest.mark.parametrize("words", [("plan",), ("apply", "--dry-run")])
def test_looking_creates_no_database(desk: Desk, words: tuple[str, ...]) -> None:
    done = desk.nano(*words)
    assert done.code == 0
    assert "2 changes: 2 to create" in done.out
    assert not desk.data.exists()


@pytest.mark.parametrize("words", [("plan",), ("apply", "--dry-run"), ("plan", "--json")])
def test_looking_leaves_every_byte_of_the_database(applied: Desk, words: tuple[str, ...]) -> None:
    applied.write("more.yaml", api_check("more"))
    files, content = applied.files(), applied.dump()
    done = applied.nano(*words)
    assert done.code == 0
    assert "more" in done.out
    assert applied.files() == files
    assert applied.dump() == content


def test_a_plan_tells_each_field_with_its_place(applied: Desk) -> None:
    applied.write(
        "cart.yaml",
        CART.replace("name: Cart answers", "name: Cart works")
        .replace("200", "201")
        .replace("tags:", "severity: P0\ntags:"),
    )
    done = applied.nano("plan", "--detailed-exitcode")
    assert done.code == 5
    assert "~ update api cart  “Cart works”  checks/cart.yaml:1:1" in done.out
    assert "    name: Cart answers → Cart works   checks/cart.yaml:4:" in done.out
    assert "    severity: P1 → P0   checks/cart.yaml:5:" in done.out
    assert "    requests[0].expect.status.equals: 200 → 201   checks/cart.yaml:9:" in done.out
    assert "1 change: 1 to update, 1 unchanged" in done.out
    assert applied.nano("apply").code == 0
    assert applied.nano("plan", "--detailed-exitcode").code == 0


def test_a_plan_tells_keys_that_come_and_go(applied: Desk) -> None:
    text = CART.replace("tags: [critical]\n", "").replace("name:", "owner: web-team\nname:")
    applied.write("cart.yaml", text)
    out = applied.nano("plan").out
    assert "owner: web-team   checks/cart.yaml:4:" in out.replace("+ ", "")
    assert "critical" in out


def test_secrets_are_told_by_name_only(desk: Desk) -> None:
    desk.environ["SHOP_PASSWORD"] = "hunter2-hunter2"
    desk.write("store.yaml", STORE.replace("markets:", 'password: "${secret.SHOP_PASSWORD}"\nmarkets:'))
    desk.nano("apply")
    desk.write("store.yaml", STORE.replace("markets:", 'password: "${secret.OTHER}"\nmarkets:'))
    done = desk.nano("plan")
    assert "${secret.SHOP_PASSWORD} → ${secret.OTHER}" in done.out
    assert "hunter2" not in done.said
    assert "hunter2" not in "\n".join(desk.dump())


def test_the_json_plan(applied: Desk) -> None:
    applied.write("cart.yaml", CART.replace("200", "201"))
    plan = applied.nano("plan", "--json").json()
    assert (plan["format"], plan["version"]) == ("nano-sre/plan", 1)
    assert plan["counts"]["update"] == 1
    (change,) = [c for c in plan["changes"] if c["action"] == "update"]
    assert change["fields"] == [
        {
            "path": "requests[0].expect.status.equals",
            "old": "200",
            "new": "201",
            "position": change["fields"][0]["position"],
        }
    ]
    assert change["fields"][0]["position"].startswith("checks/cart.yaml:8:")


def test_a_file_that_went_away_needs_a_yes(applied: Desk) -> None:
    for name in ("b", "c", "d"):
        applied.write(f"{name}.yaml", api_check(name))
    applied.nano("apply")
    applied.nano("run")
    applied.remove("d.yaml")
    before = applied.dump()
    for words in (("apply",), ("apply", "--yes"), ("apply", "--prune")):
        done = applied.nano(*words)
        assert done.code == 8, done.said
        assert "nano-sre apply checks --prune --yes" in done.err
    assert applied.dump() == before
    command = next(line for line in applied.nano("apply").err.splitlines() if "to archive:" in line)
    done = applied.nano(*command.partition("nano-sre ")[2].split())
    assert done.code == 0, done.said
    assert ("d", "archived") in registered(applied)
    assert "d" not in {r["check_id"] for r in applied.nano("history", "--json").json()["runs"]}
    assert len(applied.nano("history", "d", "--json").json()["runs"]) == 1
    assert applied.nano("run", "d").code == 9


def test_an_archived_check_that_comes_back_keeps_its_history(applied: Desk) -> None:
    applied.write("b.yaml", api_check("b"))
    for words in (("apply",), ("run",)):
        assert applied.nano(*words).code == 0
    applied.remove("b.yaml")
    assert applied.nano("apply", "--prune", "--yes", "--allow-mass-prune").code == 0
    applied.write("b.yaml", api_check("b"))
    assert "+ create api b" in applied.nano("apply").out
    applied.nano("run")
    assert len(applied.nano("history", "b", "--json").json()["runs"]) == 2


def test_losing_many_checks_or_the_last_one_needs_to_be_meant(applied: Desk) -> None:
    applied.write("b.yaml", api_check("b"))
    applied.nano("apply")
    applied.remove("b.yaml")
    done = applied.nano("apply", "--prune", "--yes")
    assert done.code == 8
    assert "would archive 1 check" in done.err
    assert "over 30 %" in done.err
    assert "--prune --yes --allow-mass-prune" in done.err
    assert applied.nano("apply", "--prune", "--yes", "--allow-mass-prune").code == 0
    applied.remove("cart.yaml")
    assert applied.nano("apply", "--prune", "--yes").code != 0
    assert ("cart", "active") in registered(applied)


def test_a_rename_keeps_the_history(applied: Desk) -> None:
    applied.nano("run")
    applied.write("cart.yaml", CART.replace("id: cart", "id: cart-works\nmoved_from: cart"))
    done = applied.nano("apply")
    assert done.code == 0, done.said
    assert "→ move api cart-works (was cart)" in done.out
    assert len(applied.nano("history", "cart-works", "--json").json()["runs"]) == 1
    assert applied.nano("apply").out.startswith("0 changes")


def test_a_check_is_paused_and_resumed(applied: Desk) -> None:
    applied.write("b.yaml", api_check("b"))
    applied.write("cart.yaml", CART.replace("tags:", "enabled: false\ntags:"))
    done = applied.nano("apply")
    assert "‖ pause api cart" in done.out
    assert "enabled: true → false" in done.out
    assert applied.nano("run", "cart").code == 9
    assert [r["target"] for r in applied.nano("run", "--json").json()["results"]] == ["shop/b@us"]
    applied.write("cart.yaml", CART)
    assert "▸ resume api cart" in applied.nano("apply").out
    assert applied.nano("run", "cart").code == 0


def test_invalid_files_disturb_nothing(applied: Desk) -> None:
    before = applied.files(), applied.dump()
    applied.write("broken.yaml", api_check("broken").replace("expect", "expct"))
    applied.write("cart.yaml", CART.replace("200", "201"))
    done = applied.nano("apply")
    assert done.code == 3
    assert "checks/broken.yaml:7:5" in done.err
    assert "expect" in done.err
    assert (applied.files(), applied.dump()) == before
    assert applied.nano("run").code == 0


def test_an_invalid_file_creates_no_database(desk: Desk) -> None:
    desk.write("broken.yaml", "version: 1\nkind: api\nid: b\n\trequests: []\n")
    assert desk.nano("apply").code == 3
    assert not desk.database.exists()


def test_a_check_that_asserts_nothing_is_invalid(desk: Desk) -> None:
    desk.write(
        "idle.yaml",
        "version: 1\nkind: journey\nid: idle\nname: Idle\nsteps:\n  - press: Buy\n  - screenshot: after\n",
    )
    done = desk.nano("apply")
    assert done.code == 3
    assert "checks/idle.yaml:" in done.err
    assert desk.nano("validate").code == 3
    assert desk.nano("test").code == 3


def test_an_empty_folder_is_an_error(applied: Desk) -> None:
    applied.remove("cart.yaml")
    applied.remove("store.yaml")
    before = applied.dump()
    for verb in ("apply", "plan", "validate", "test"):
        assert applied.nano(verb, "checks").code == 9, verb
    assert applied.dump() == before


def test_a_folder_that_is_not_there_and_none_at_all(desk: Desk, tmp_path: Path) -> None:
    assert desk.nano("apply", "chekcs/").code in (2, 3, 9)
    away = Desk(tmp_path / "data-only")
    away.folder.mkdir()
    done = away.nano("apply")
    assert (done.code, "say which folder" in done.err) == (2, True)


def hold(url: str, data: str, holds: Event, over: Event) -> None:
    with Store.open(url, data_dir=Path(data)) as store, store.apply_lock("somebody else"):
        holds.set()
        over.wait(60)


def test_an_apply_of_somebody_else_stops_ours(applied: Desk) -> None:
    made = multiprocessing.get_context("spawn")
    holds, over = made.Event(), made.Event()
    url = applied.environ["NANO_SRE_DATABASE_URL"]
    other = made.Process(target=hold, args=(url, str(applied.data), holds, over))
    other.start()
    try:
        assert holds.wait(60)
        applied.write("b.yaml", api_check("b"))
        before = applied.dump()
        done = applied.nano("apply")
        assert (done.code, "somebody else" in done.err) == (6, True), done.said
        assert applied.dump() == before
        assert applied.nano("plan").code == 0, "looking needs no lock"
        assert applied.nano("run").code == 0, "nor does running"
    finally:
        over.set()
        other.join(30)
    assert applied.nano("apply").code == 0


def test_apply_and_run_what_changed(applied: Desk) -> None:
    applied.write("b.yaml", api_check("b", "/missing"))
    done = applied.nano("apply", "--run")
    assert done.code == 1
    assert applied.rows("SELECT target, status FROM check_runs") == [("shop/b@us", "FAIL")]


def test_with_json_stdout_is_one_document(desk: Desk) -> None:
    done = desk.nano("apply", "--run", "--json")
    document = done.json()
    assert (done.code, document["format"], document["version"]) == (0, "nano-sre/apply", 1)
    assert (document["applied"], document["serial"], document["counts"]["create"]) == (True, 1, 2)
    assert [result["target"] for result in document["run"]["results"]] == ["shop/cart@us"]
    assert "shop/cart@us" in done.err


def test_revisions_tell_who_and_what(applied: Desk) -> None:
    applied.write("cart.yaml", CART.replace("200", "201"))
    applied.nano("apply")
    shown = applied.nano("history", "cart", "--revisions").out.splitlines()
    assert [line.split()[0] for line in shown] == ["r2", "changed:", "r1", "the"]
    assert "← registered" in shown[0]
    assert "requests[0].expect.status.equals" in shown[1]
    document = applied.nano("history", "cart", "--revisions", "--json").json()
    assert (document["format"], document["version"]) == ("nano-sre/revisions", 1)
    newest, oldest = document["revisions"]
    assert newest["canonical"]["requests"][0]["expect"]["status"] == {"equals": "201"}
    assert oldest["canonical"]["requests"][0]["expect"]["status"] == {"equals": "200"}
    assert newest["source_file"] == "checks/cart.yaml"


def on_a_terminal(desk: Desk, answer: str, *words: str) -> Done:
    """Run a verb whose stdin is a terminal, and type an answer there."""
    ours, theirs = pty.openpty()
    try:
        with desk.start(*words, stdin=theirs) as started:
            os.write(ours, f"{answer}\n".encode())
            out, err = started.communicate(timeout=60)
    finally:
        for descriptor in (ours, theirs):
            with suppress(OSError):
                os.close(descriptor)
    return Done(started.returncode, out, err)


@pytest.mark.parametrize(("answer", "code", "state"), [("n", 0, "active"), ("y", 0, "archived")])
def test_a_person_is_asked(applied: Desk, answer: str, code: int, state: str) -> None:
    for name in ("b", "c", "d"):
        applied.write(f"{name}.yaml", api_check(name))
    applied.nano("apply")
    applied.remove("d.yaml")
    done = on_a_terminal(applied, answer, "apply")
    assert "Archive" in done.err
    assert done.code == code, done.said
    assert ("d", state) in registered(applied)


def test_a_person_who_says_no_applies_nothing(desk: Desk) -> None:
    done = on_a_terminal(desk, "n", "apply")
    assert done.code == 8
    assert desk.rows("SELECT * FROM checks") == []


def test_a_plan_counts_steps_as_people_do(desk: Desk) -> None:
    text = "version: 1\nkind: journey\nid: buy\nname: Buy\nsteps:\n  - open: /\n  - press: {any_name: Buy, timeout: 5s}\n"
    desk.write("buy.yaml", text)
    desk.nano("apply")
    desk.write("buy.yaml", text.replace("5s", "9s").replace("Buy, ", "Add, ") + "  - see: Cart\n")
    done = desk.nano("plan")
    for line in (
        "step 2 (press): Buy → Add   checks/buy.yaml:7:",
        "step 2 (press) timeout: 5s → 9s",
        "+ step 3 (see): {",
    ):
        assert line in done.out, done.out
    changed = [f["path"] for c in desk.nano("plan", "--json").json()["changes"] for f in c["fields"]]
    assert "steps[1].press.any_name" in changed


def test_a_folder_that_is_not_there_is_9(desk: Desk) -> None:
    for verb in ("validate", "plan", "apply", "test"):
        done = desk.nano(verb, "cheks/")
        assert (done.code, "there is no file or folder “cheks”" in done.err) == (9, True), done.said


def test_a_vendor_is_applied_like_a_store_and_known_to_what_runs(desk: Desk) -> None:
    from nano_sre.core import registry

    desk.write("own.yaml", registry.kind("check", "vendor").cls.example)
    done = desk.nano("apply")
    assert "+ create vendor own_pixel  “Our own pixel”  checks/own.yaml:" in done.out
    assert ("own_pixel", "active") in registered(desk)
    assert desk.nano("apply").out == "0 changes: 3 unchanged\n"
    assert desk.nano("run").code == 0
    told = desk.nano("explain", "own_pixel").out
    assert "Its hits go to pixel.example.com." in told
    assert "  added: add_to_cart" in told
    assert "  purchase has to hold value, currency and order_id" in told
    desk.remove("own.yaml")
    assert "archive vendor own_pixel" in desk.nano("plan").out
