"""A slip of one letter must never turn a check green: the proof, over every word of every starter file.

The generator is exhaustive (support/typos.py), so the figures are exact; `pytest -s` prints them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from nano_sre.core import registry
from support.typos import Proof, Word, edited, prove, prove_references, prove_words, spellings, typos

STARTERS = Path(__file__).resolve().parents[2] / "checks"
STORE = """\
version: 1
kind: store
id: summit
name: Summit
url: https://shop.example
markets: {us: {currency: USD, locale: en-US}, de: {currency: EUR, locale: de-DE}}
tags: [fashion]
shoppers: {wholesale: {email: b2b@example.com}}
devices: {tablet: {viewport: 800x1200}}
vars: {board: complete-snowboard}
"""
REFERRING = """\
version: 1
kind: journey
id: buy
name: Buy
stores: {tags: [fashion]}
markets: [us, de]
devices: [tablet, iphone]
depends_on: [look-first]
steps:
  - use: {fragment: look-around, with: {handle: "${vars.board}"}}
  - save: {money: product_price, as: price}
  - fill_contact: {shopper: wholesale}
  - see: {text: "${price}", when: {market: de}}
  - see: {text: "${shopper.email | lower} ${store.name} ${heading}", when: {device: tablet}}
---
version: 1
kind: journey
id: look-first
name: Look
stores: [summit]
skip: {stores: [], because: nothing}
steps:
  - use: look-around
---
version: 1
kind: fragment
id: look-around
name: Look around
inputs: {handle: somewhere}
steps:
  - open_product: "${inputs.handle}"
  - save: {text: {heading: Board}, as: heading}
"""


def starters() -> dict[str, str]:
    return {
        str(f.relative_to(STARTERS.parent)): f.read_text("utf-8") for f in sorted(STARTERS.glob("*.yaml"))
    }


def examples() -> dict[str, str]:
    """The example of every kind, as a file of its own; steps stand in a journey."""
    head = "version: 1\nkind: journey\nid: example\nname: Example\nsteps:\n"
    texts = {f"step/{n}": f"{head}  {registry.kind('step', n).cls.example}\n" for n in registry.names("step")}
    return texts | {f"check/{n}": registry.kind("check", n).cls.example for n in registry.names("check")}


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
    proof = prove(examples())
    report(proof, "Keys and steps of the examples of every kind")
    assert proof.tried > 1000
    assert proof.missed == []
    assert proof.suggested >= 0.95 * proof.tried


def test_what_is_left_out_is_only_what_the_author_named() -> None:
    """A key that the schema forgot would show up here as a name."""
    names = {name.split("/")[-2] for name in prove(starters()).names}
    assert names == {"markets", "shoppers", "vars", "inputs", "with", "header", "json"}


@pytest.mark.parametrize(
    "files", [starters(), {"store.yaml": STORE, "checks.yaml": REFERRING}], ids=["starter files", "referring"]
)
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
