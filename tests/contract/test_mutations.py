"""Misspelt, of the wrong type, at the wrong indent: no such file may run. A sample; `make bench` takes every edit."""

from __future__ import annotations

import pytest

from support.mutations import Tallies, guessed, judged_alone, prove_all, slipped, slips, summary
from support.samples import examples, referring, starters

pytestmark = pytest.mark.slow
SAMPLE = 2


@pytest.mark.parametrize("files", [starters(), referring()], ids=["starter checks", "referring"])
def test_a_mistake_is_told_before_anything_runs_and_where_it_is(files: dict[str, str]) -> None:
    tallies = prove_all(files, {}, every=SAMPLE)
    print(f"\n{summary(tallies, 'Every second edit')}")
    _must_hold(tallies, least=300)


def test_so_is_every_mistake_in_an_example_of_the_reference() -> None:
    tallies: Tallies = {}
    for files in judged_alone(examples()):
        prove_all(files, tallies, every=SAMPLE, of=["example.yaml"])
    print(f"\n{summary(tallies, 'Every second edit of the examples')}")
    _must_hold(tallies, least=300)


def _must_hold(tallies: Tallies, *, least: int) -> None:
    assert sum(tally.tried for tally in tallies.values()) >= least
    assert [line for tally in tallies.values() for line in tally.accepted] == []
    assert [line for tally in tallies.values() for line in tally.elsewhere] == []
    tried, right = guessed(tallies)
    assert right >= 0.95 * tried


def test_slips_are_as_they_are_written_down() -> None:
    assert len(slips()) == 400
    assert slipped("every", "drop 0.3") == "eery"
    assert slipped("every", "swap 0.0; insert 0.99 s") == "veersy"
    assert slipped("a", "drop 0.5; replace 0.5 x") == "x"
