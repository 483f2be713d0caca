"""Rules that a merchant writes: beside ours, added to ours."""

from __future__ import annotations

import pytest

from nano_sre.core.fields import Unfit
from nano_sre.core.own_rules import OwnRule, fits_everything, joined
from nano_sre.core.rules import Clue, Rule

OURS = Rule(
    cause="checkout-down",
    title="The checkout is down",
    shoppers="Nobody can pay.",
    remedy="Look at the status page.",
    links=("https://status.example.com",),
    for_=(Clue(weight=5, says=("checkout",)),),
    against=(Clue(weight=1, changed="theme"),),
)
MINE = Clue(weight=2, says=("tuesday",))


def test_to_a_cause_of_ours_clues_are_added_and_words_replaced() -> None:
    own = OwnRule(cause="checkout-down", remedy="Ask the payment team.", for_=(MINE,), against=(MINE,))
    (rule,) = joined([OURS], [own])
    assert rule.for_ == (*OURS.for_, MINE)
    assert rule.against == (*OURS.against, MINE)
    assert (rule.title, rule.remedy) == (OURS.title, "Ask the payment team.")
    assert (rule.links, rule.rarity) == (OURS.links, OURS.rarity)


def test_links_and_rarity_can_be_taken_away() -> None:
    (rule,) = joined([OURS], [OwnRule(cause="checkout-down", links=(), rarity=1.0, remedy="x")])
    assert (rule.links, rule.rarity) == ((), 1.0)


def test_a_cause_of_ones_own_stands_beside_ours() -> None:
    own = OwnRule(
        cause="erp-down", title="The ERP is down", shoppers="Stock is old.", remedy="Call.", for_=(MINE, MINE)
    )
    rules = joined([OURS], [own])
    assert [rule.cause for rule in rules] == ["checkout-down", "erp-down"]
    assert rules[1].rarity == 3.0
    assert own.missing == ()


def test_half_a_cause_is_left_out_when_nobody_else_describes_it() -> None:
    half = OwnRule(cause="erp-down", for_=(MINE,))
    assert half.missing == ("title", "shoppers", "remedy")
    assert joined([OURS], [half]) == (OURS,)
    with pytest.raises(ValueError, match="title"):
        half.beside(None)


def test_a_cause_that_became_too_rare_is_refused() -> None:
    with pytest.raises(Unfit, match="never be concluded"):
        OwnRule(cause="checkout-down", rarity=9.0).beside(OURS)


@pytest.mark.parametrize("pattern", ["", ".*", "erp|", "(erp)?", "^", "$"])
def test_a_pattern_that_fits_the_empty_line_says_nothing(pattern: str) -> None:
    assert list(fits_everything(Clue(weight=1, console=("erp", pattern)))) == [(("console", 1), pattern)]


def test_that_there_is_any_line_is_worth_saying_but_not_of_a_finding() -> None:
    there_is_one = Clue(weight=1, console=(".",), thrown=(".",), request=(".+",), neighbour=(".",))
    assert list(fits_everything(there_is_one)) == []
    found = fits_everything(Clue(weight=1, says=(".",), page=(r"\S",), unjudged=("[a-z]",)))
    assert [path for path, _ in found] == [("says", 0), ("page", 0)]
