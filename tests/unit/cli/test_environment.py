"""`--env` on every verb: one folder, two places."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.cli import STORE, Desk, api_check
from support.pages import Site, site


@pytest.fixture
def staging() -> Iterator[Site]:
    with site(index="<h1>Staging</h1>") as made:
        made.put("/cart.js", "{}", headers={"content-type": "application/json"})
        yield made


@pytest.fixture
def both(desk: Desk, staging: Site) -> Desk:
    desk.write("store.yaml", STORE + f'environments: {{staging: {{url: "{staging.url}"}}}}\n')
    desk.write("rehearsal.yaml", api_check("rehearsal", more="only_in: staging\n"))
    return desk


@pytest.mark.parametrize("words", [("validate",), ("plan",), ("apply",), ("test",), ("explain", "cart")])
def test_an_unknown_environment_stops_every_verb(both: Desk, words: tuple[str, ...]) -> None:
    done = both.nano(*words, "--env", "stagin")
    assert done.code == 9
    assert "no store has an environment “stagin”" in done.err
    assert "did you mean “staging”?" in done.err
    assert not both.database.exists()


def test_a_test_goes_where_it_is_sent(both: Desk, shop: Site, staging: Site) -> None:
    done = both.nano("test", "--env", "staging", "--json", "--artifacts", str(both.folder / "out"))
    assert [r["target"] for r in done.json()["results"]] == [
        "shop/cart@us:staging",
        "shop/rehearsal@us:staging",
    ]
    assert (shop.asked, len(staging.asked)) == ([], 2)


def test_a_check_of_another_environment_says_where_it_runs(both: Desk) -> None:
    done = both.nano("test", "checks", "rehearsal")
    assert done.code == 9
    assert "rehearsal runs in staging only (checks/rehearsal.yaml:5:10)" in done.err
    assert "--env staging" in done.err


def test_what_is_applied_for_staging_runs_there(both: Desk, shop: Site, staging: Site) -> None:
    assert both.nano("apply", "--env", "staging", "--yes").code == 0
    assert both.nano("run").code == 0
    assert (shop.asked, len(staging.asked)) == ([], 2)
    assert "0 changes" in both.nano("plan", "--env", "staging").out
    changed = both.nano("plan").out
    assert "environment: staging" in changed, changed


def test_what_is_applied_may_be_run_in_an_environment(both: Desk, shop: Site, staging: Site) -> None:
    assert both.nano("apply", "--yes").code == 0
    assert both.nano("run", "--env", "staging").code == 0
    assert (shop.asked, len(staging.asked)) == ([], 2)
    assert both.nano("run").code == 0
    assert len(shop.asked) == 1, "rehearsal is for staging only"
    assert both.nano("run", "--env", "qa").code == 9


def test_explain_shows_the_targets_of_the_environment(both: Desk) -> None:
    assert "shop/cart@us\n" in both.nano("explain", "cart").out
    assert "shop/cart@us:staging\n" in both.nano("explain", "cart", "--env", "staging").out
    nowhere = both.nano("explain", "rehearsal").out
    assert "it runs in staging only" in nowhere


def test_validate_looks_at_the_environment(both: Desk) -> None:
    both.write(
        "store.yaml", STORE + "environments: {staging: {markets: {de: {currency: EUR, locale: de-DE}}}}\n"
    )
    both.write("cart.yaml", api_check("cart", more="markets: us\n"))
    assert both.nano("validate").code == 0
    done = both.nano("validate", "--env", "staging")
    assert done.code == 3
    assert "has no market “us”" in done.err


SECRET = STORE + 'password: "${secret.SHOP_PASSWORD}"\n'


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "the environment variable SHOP_PASSWORD is not set"),
        ({"SHOP_PASSWORD_FILE": "/nowhere"}, "SHOP_PASSWORD_FILE names /nowhere, and there is no such file"),
        ({"SHOP_PASSWORD_COMMAND": "'"}, "SHOP_PASSWORD_COMMAND is not a command"),
    ],
)
def test_a_secret_that_cannot_be_had_stops_before_anything_runs(
    desk: Desk, shop: Site, given: dict[str, str], said: str
) -> None:
    desk.write("store.yaml", SECRET)
    desk.environ |= given
    done = desk.nano("test")
    assert (done.code, shop.asked) == (3, [])
    assert said in done.err


def test_a_command_that_fails_is_the_monitors_trouble(desk: Desk, shop: Site) -> None:
    desk.write("store.yaml", SECRET)
    desk.environ["SHOP_PASSWORD_COMMAND"] = "false"
    done = desk.nano("test", "--json")
    (result,) = done.json()["results"]
    assert (done.code, result["status"], shop.asked) == (7, "WARN", [])
    assert "The command of SHOP_PASSWORD_COMMAND ended with exit code 1" in result["inconclusive"]


def test_validate_knows_files_and_commands(desk: Desk) -> None:
    desk.write("store.yaml", SECRET)
    assert "SHOP_PASSWORD is not set" in desk.nano("validate").err
    desk.environ["SHOP_PASSWORD_FILE"] = "/nowhere"
    assert "is not set" not in desk.nano("validate").err
