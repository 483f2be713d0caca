from __future__ import annotations

import subprocess
import sys

import pytest

from nano_sre.core.codes import CODES
from nano_sre.core.rules import Rule
from nano_sre.spec.rules import BUILT_IN, built_in_rules, load_rules, read_rules

OWN = """
version: 1
kind: rules
rules:
  - cause: image-missing
    title: The picture server is asleep
    shoppers: Shoppers see no pictures.
    remedy: Wake it up.
    for: [{weight: 5, code: R532}]
"""
RULES = built_in_rules()


def test_the_rules_of_the_engine_are_without_fault() -> None:
    rules, told = load_rules([BUILT_IN])
    assert told == []
    assert len({rule.cause for rule in rules}) == len(rules) > 60


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.cause)
def test_a_rule_speaks_in_sentences_to_a_merchant(rule: Rule) -> None:
    assert not rule.title.endswith(".")
    assert rule.title[0].isupper()
    for sentence in (rule.shoppers, rule.remedy):
        assert sentence.endswith((".", "?"))
        assert sentence[0].isupper()
        assert "  " not in sentence
    assert all(link.startswith("https://") for link in rule.links)


def test_codes_that_rules_name_are_codes_of_findings() -> None:
    named = {code for rule in RULES for clue in (*rule.for_, *rule.against) for code in clue.code}
    assert named <= CODES.keys()
    assert all(code.startswith("R") for code in named)


def test_a_broken_rule_does_not_take_the_others_with_it() -> None:
    broken = OWN + "  - {cause: half, title: Half a rule}\n"
    rules, told = read_rules(broken, "own.yaml")
    assert [rule.cause for rule in rules] == ["image-missing"]
    assert {d.code for d in told} == {"E204"}
    assert all(d.span and d.span.file == "own.yaml" for d in told)


@pytest.mark.parametrize(
    "text", ["", "rules: []", "version: 1\nkind: rules\nrules: 3", "kind: rules", "[1]", "a: ["]
)
def test_what_is_no_file_of_rules_is_told_and_never_raised(text: str) -> None:
    rules, told = read_rules(text, "own.yaml")
    assert rules == ()
    assert bool(told) == bool(text)


def test_nobody_pays_for_rules_who_diagnoses_nothing() -> None:
    probe = "import sys, nano_sre.service; print([m for m in sys.modules if m.endswith(('spec.rules', 'core.rules'))])"
    assert subprocess.check_output([sys.executable, "-c", probe], text=True).strip() == "[]"
