"""`apply --canary`: what changed is run once before it counts."""

from __future__ import annotations

from support.cli import CART, STORE, Desk, api_check
from support.pages import Site

BUSY = 429


def registered(desk: Desk) -> dict[str, int]:
    return dict(
        desk.rows(
            "SELECT checks.check_id, revisions.number FROM checks JOIN revisions ON revisions.id = checks.revision_id"
        )
    )


def test_what_passes_is_applied_and_recorded_with_its_revision(desk: Desk) -> None:
    done = desk.nano("apply", "--canary")
    assert done.code == 0, done.said
    assert "Canary: 1 target of what changed run once before it counts." in done.err
    assert desk.rows("SELECT target, status, revision FROM check_runs") == [("shop/cart@us", "PASS", 1)]
    assert registered(desk) == {"cart": 1, "shop": 1}


def test_nothing_new_is_not_run(applied: Desk) -> None:
    done = applied.nano("apply", "--canary")
    assert done.code == 0
    assert "Canary" not in done.said
    assert applied.rows("SELECT * FROM check_runs") == []


def test_a_failure_is_shown_and_applied(applied: Desk) -> None:
    applied.write("b.yaml", api_check("b", "/missing"))
    done = applied.nano("apply", "--canary")
    assert done.code == 1
    assert "✗ b fails; it is applied all the same" in done.err
    assert registered(applied)["b"] == 1
    assert applied.rows("SELECT check_id, status, revision FROM check_runs") == [("b", "FAIL", 1)]


def test_what_cannot_be_judged_keeps_its_last_good_revision(applied: Desk, shop: Site) -> None:
    shop.put("/busy", "", status=BUSY)
    applied.write("cart.yaml", CART.replace("/cart.js", "/busy"))
    applied.write("b.yaml", api_check("b", "/busy"))
    applied.write("c.yaml", api_check("c"))
    done = applied.nano("apply", "--canary", "--json")
    assert done.code == 7, done.said
    document = done.json()
    assert {each["id"] for each in document["held_back"]} == {"cart", "b"}
    assert document["revisions"] == {"c": 1}
    assert "? cart could not be judged, revision r1 stays active: shop/cart@us" in done.err
    assert "? b could not be judged, it is not registered yet" in done.err
    assert registered(applied) == {"cart": 1, "c": 1, "shop": 1}
    assert applied.rows("SELECT check_id FROM check_runs") == [("c",)]
    plan = applied.nano("plan").out
    assert "~ update api cart" in plan
    assert "+ create api b" in plan
    shop.put("/busy", "{}")
    assert applied.nano("apply", "--canary").code == 0
    assert registered(applied) == {"cart": 2, "b": 1, "c": 1, "shop": 1}


def test_when_everything_is_held_back_nothing_is_written(applied: Desk, shop: Site) -> None:
    shop.put("/cart.js", "", status=BUSY)
    applied.write("cart.yaml", CART.replace("Cart answers", "Cart"))
    before = applied.dump()
    done = applied.nano("apply", "--canary")
    assert done.code == 7
    assert "Nothing changed; nothing was written." in done.err
    assert applied.dump() == before


def test_a_new_store_that_cannot_be_judged_holds_its_checks(desk: Desk, shop: Site) -> None:
    shop.put("/cart.js", "", status=BUSY)
    desk.write("b.yaml", api_check("b", more="enabled: false\n"))
    done = desk.nano("apply", "--canary")
    assert done.code == 7
    assert "its store shop is held back" in done.err
    assert desk.rows("SELECT * FROM checks") == []


def test_a_changed_store_has_its_checks_run(applied: Desk, shop: Site) -> None:
    shop.put("/cart.js", "", status=BUSY)
    applied.write("store.yaml", STORE.replace("The shop", "Our shop"))
    done = applied.nano("apply", "--canary")
    assert done.code == 7
    assert "shop could not be judged, revision r1 stays active: nothing on it could be judged" in done.err
    assert registered(applied) == {"cart": 1, "shop": 1}
    shop.put("/cart.js", "{}")
    assert applied.nano("apply", "--canary").code == 0
    assert registered(applied) == {"cart": 1, "shop": 2}
    assert applied.rows("SELECT check_id, status, revision FROM check_runs") == [("cart", "PASS", 1)]


def test_a_failure_and_a_doubt_end_with_1(applied: Desk, shop: Site) -> None:
    shop.put("/busy", "", status=BUSY)
    applied.write("b.yaml", api_check("b", "/busy"))
    applied.write("c.yaml", api_check("c", "/missing"))
    assert applied.nano("apply", "--canary").code == 1
    assert registered(applied) == {"c": 1, "cart": 1, "shop": 1}


def test_canary_and_run_are_one_too_many(desk: Desk) -> None:
    assert desk.nano("apply", "--canary", "--run").code == 2


def test_a_variable_that_is_not_set_stops_before_anything(desk: Desk) -> None:
    del desk.environ["SHOP_URL"]
    done = desk.nano("apply", "--canary")
    assert done.code == 3
    assert "SHOP_URL" in done.err
    assert desk.rows("SELECT * FROM checks") == []
