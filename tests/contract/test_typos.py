"""A slip of one letter must never turn a check green: the proof, over every word of every starter file.

The generator is exhaustive (support/typos.py), so the figures are exact; `pytest -s` prints them.
"""

from __future__ import annotations

import pytest

from support.samples import examples, referring, starters
from support.typos import Proof, Word, edited, prove, prove_references, prove_words, spellings, typos


def report(proof: Proof, title: str) -> None:
    print(f"\n{proof.summary(title)}")
    for line in proof.without_suggestion:
        print(f"  another word first: {line}")


def test_every_key_and_step_of_the_starter_files() -> None:
    proof = prove(starters())
    report(proof, "Keys and steps of the starter files")
    assert proof.tried > 1500
    assert proof.missed == []
    assert proof.rejected == proof.exact == proof.tried
    assert proof.suggested >= 0.95 * proof.tried


def test_every_key_and_step_of_every_example() -> None:
    proof = prove({name: files["example.yaml"] for name, files in examples().items()})
    report(proof, "Keys and steps of the examples of every kind")
    assert proof.tried > 1000
    assert proof.missed == []
    assert proof.suggested >= 0.95 * proof.tried


def test_what_is_left_out_is_only_what_the_author_named() -> None:
    """A key that the schema forgot would show up here as a name."""
    names = {name.split("/")[-2] for name in prove(starters()).names}
    assert names == {"markets", "shoppers", "vars", "inputs", "with", "header", "json", "vendors", "fields"}


@pytest.mark.parametrize("files", [starters(), referring()], ids=["starter files", "referring"])
def test_every_reference_and_choice(files: dict[str, str]) -> None:
    proof = prove_references(files)
    report(proof, "References and choices")
    assert proof.tried > 300
    assert proof.missed == []
    assert proof.suggested >= 0.95 * proof.tried


def test_every_word_of_the_language_is_nearest_to_its_own_typos() -> None:
    proof = prove_words()
    report(proof, "Words of the schema")
    assert proof.tried > 3000
    assert proof.suggested >= 0.95 * proof.tried


def test_the_generator_makes_each_slip_once() -> None:
    assert sorted(spellings("as")) == [
        ("doubled", "aas"),
        ("doubled", "ass"),
        ("dropped", "a"),
        ("dropped", "s"),
        ("swapped", "sa"),
    ]
    assert [wrong for _, wrong in spellings("see")] == ["ee", "ssee", "ese", "se", "seee"]


def test_a_slip_that_spells_another_word_is_left_out_and_counted() -> None:
    proof = Proof()
    word = Word("f", 1, 1, 0, "see", "step", frozenset({"see", "se"}))
    assert "se" not in [typo.wrong for typo in typos(iter([word]), proof)]
    assert sum(proof.left_out.values()) == 1


def test_an_edit_changes_that_word_and_nothing_else() -> None:
    word = Word("f", 1, 3, 2, "see", "step", frozenset())
    typo = next(iter(typos(iter([word]), Proof())))
    assert edited("- see: see", typo) == "- ee: see"
