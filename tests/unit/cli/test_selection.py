"""What is said before anything runs: paused checks, words that match nothing, variables that hold nothing of use."""

from __future__ import annotations

import pytest

from support.cli import Desk, api_check

BAG = api_check("bag", more="enabled: false\n")


def test_a_paused_check_says_so(applied: Desk) -> None:
    applied.write("bag.yaml", BAG)
    applied.nano("apply")
    for verb in (["test", "checks/", "bag"], ["run", "bag"]):
        done = applied.nano(*verb)
        assert done.code == 9
        assert "bag is paused (enabled: false, checks/bag.yaml:5:1)" in done.err


def test_a_paused_check_beside_others_is_a_note(desk: Desk) -> None:
    desk.write("bag.yaml", BAG)
    done = desk.nano("test", "checks/", "bag", "cart")
    assert done.code == 0, done.said
    assert "bag is paused (enabled: false, checks/bag.yaml:5:1): it does not run" in done.err
    assert "paused" not in desk.nano("test", "checks/").said


def test_half_a_selection_is_a_typo(desk: Desk) -> None:
    done = desk.nano("test", "checks/", "cart", "crat")
    assert done.code == 9
    assert "no check matches crat" in done.err
    assert "did you mean “cart”?" in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--tag", "critcal"], ["no check has the tag “critcal”", "did you mean “critical”?"]),
        (["--tag", "x"], ["the tags are critical"]),
        (["--kind", "journey"], ["no check is of kind “journey”", "the kinds are api"]),
        (["--store", "shopp"], ["no check runs on a store “shopp”", "did you mean “shop”?"]),
        (["--device", "iphone"], ["there are no devices here"]),
        (["nothing-like-it"], ["no check matches nothing-like-it", "the checks are cart"]),
    ],
)
def test_what_matches_nothing_names_what_there_is(desk: Desk, words: list[str], said: list[str]) -> None:
    done = desk.nano("test", "checks/", *words)
    assert done.code == 9
    for each in said:
        assert each in done.err


def test_an_address_from_the_environment_is_looked_at_before_a_run(applied: Desk) -> None:
    applied.environ["SHOP_URL"] = "localhost:1234"
    for verb in (["test", "checks/"], ["run"]):
        done = applied.nano(*verb)
        assert done.code == 3
        assert (
            "SHOP_URL is “localhost:1234”, which is not an address: write http://localhost:1234" in done.err
        )
    assert applied.nano("validate").code == 0


def test_apply_and_run_asks_for_its_variables_too(desk: Desk) -> None:
    del desk.environ["SHOP_URL"]
    done = desk.nano("apply", "--run")
    assert (done.code, "the environment variable SHOP_URL is not set" in done.err) == (3, True), done.said


def test_an_empty_variable_counts_as_unset(desk: Desk) -> None:
    desk.environ["SHOP_URL"] = ""
    done = desk.nano("test", "checks/")
    assert done.code == 3
    assert "the environment variable SHOP_URL is not set" in done.err
    assert "E311" in desk.nano("validate").err
    (desk.folder / ".env").write_text("SHOP_URL=\n")
    assert "E311" in desk.nano("validate").err
