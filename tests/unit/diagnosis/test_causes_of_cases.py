"""Cases written down from what goes wrong in real shops, and the causes that the built-in rules say first."""

from __future__ import annotations

from typing import Any

import pytest

from nano_sre.diagnosis.rules import RuleDiagnoser
from nano_sre.spec.rules import built_in_rules
from support.causes import case_evidence, read

SURE = 0.8
GUESS = 0.5
CASES = read()
RULES = RuleDiagnoser(built_in_rules)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_cause_is_right_and_no_surer_than_the_evidence(case: dict[str, Any]) -> None:
    told = {cause.id: cause.confidence for cause in RULES.conclude(case_evidence(case)).causes}
    first = next(iter(told), None)
    if case["is"]:
        assert first in case["is"], told
    most = GUESS if not case["is"] else SURE if case.get("thin") else 1.01
    assert all(each < most for each in told.values()), told


def test_cases_name_causes_that_rules_know() -> None:
    assert {cause for case in CASES for cause in case["is"]} <= {rule.cause for rule in built_in_rules()}
    assert len({case["name"] for case in CASES}) == len(CASES)
