"""Tables of things that go wrong, as the evidence that a run would hold, and the causes that are right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from nano_sre.core.diagnosis import Evidence, Neighbour
from nano_sre.core.result import Attempt, Finding, StepReport
from support.results import NOON, make_result

TABLES = Path(__file__).parent / "data" / "causes"


def read(*names: str) -> list[dict[str, Any]]:
    """The cases of these tables, or of all; `is` is always a list."""
    files = [TABLES / f"{name}.yaml" for name in names] or sorted(TABLES.glob("*.yaml"))
    cases = [case for file in files for case in yaml.safe_load(file.read_text())]
    return [{**case, "is": [case["is"]] if isinstance(case["is"], str) else case["is"]} for case in cases]


def case_evidence(case: dict[str, Any]) -> Evidence:
    """What a run would hold of a case: its last attempt, the neighbours that fail too, and some that pass."""
    told = case.get("fails", ())
    passing = [_neighbour(f"fine-{number}", None) for number in range(case.get("others", 7) - len(told))]
    common: dict[str, Any] = {
        "now": NOON,
        "page": case.get("page", ""),
        "since_then": case.get("changed"),
        "neighbours": (*(_neighbour(f"other-{n}", text) for n, text in enumerate(told)), *passing),
    }
    if "unjudged" in case:
        return Evidence(result=make_result(status="FAIL", inconclusive=case["unjudged"]), **common)
    summary, *evidence = case["says"]
    judged = [line for line in evidence if line.startswith(("expected: ", "actual: "))]
    seen = tuple(line for line in evidence if line not in judged)
    said = dict(line.split(": ", 1) for line in judged)
    finding = Finding(code=case["code"], summary=summary, evidence=seen, **said)
    step = StepReport(title="a step", verb=case.get("verb", "open"), state="failed", finding=finding)
    attempt = Attempt(
        number=1,
        status="FAIL",
        steps=(step,) if "verb" in case else (),
        console=tuple(case.get("console", ())),
        failed_requests=tuple(case.get("requests", ())),
    )
    result = make_result(status="FAIL", findings=(finding,), attempts=(attempt,))
    return Evidence(result=result, **common)


def _neighbour(check: str, told: str | None) -> Neighbour:
    """A check that passes, or one that fails as told: `CODE verb: sentence`."""
    code, _, rest = (told or "").partition(" ")
    verb, _, sentence = rest.partition(": ")
    return Neighbour(
        target=f"main/{check}@us",
        check_id=check,
        kind="journey",
        status="FAIL" if told else "PASS",
        inconclusive=None,
        summary=sentence or "as expected",
        failing_verb=verb or None,
        code=code or None,
    )
