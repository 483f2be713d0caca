"""SARIF as its readers take it: what the standard demands is there, and hostile text stays text."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings

from nano_sre.core.diagnostics import Diagnostic, Related, Span
from nano_sre.core.result import Finding
from nano_sre.core.sarif import relative_name, render_sarif, repository_root
from nano_sre.report.sarif import render_run_sarif
from support.hostile import reports
from support.sample_report import sample_report, target

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
PLACE = {
    "type": "object",
    "required": ["physicalLocation"],
    "properties": {
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation", "region"],
            "properties": {
                "artifactLocation": {
                    "required": ["uri"],
                    "properties": {"uri": {"type": "string", "pattern": r"^[A-Za-z0-9._~/:@%-]*$"}},
                },
                "region": {
                    "required": ["startLine"],
                    "properties": {
                        key: {"type": "integer", "minimum": 1}
                        for key in ("startLine", "startColumn", "endLine", "endColumn")
                    },
                    "additionalProperties": False,
                },
            },
        }
    },
}
STANDARD = {  # sections 3.13 to 3.58 of the standard, as far as they speak of what is written
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "minItems": 1,
            "items": {
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name"],
                                "properties": {
                                    "rules": {
                                        "uniqueItems": True,
                                        "items": {
                                            "required": ["id"],
                                            "properties": {"shortDescription": TEXT, "help": TEXT},
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {
                        "items": {
                            "required": ["message", "ruleId"],
                            "properties": {
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": TEXT,
                                "locations": {"items": PLACE},
                                "relatedLocations": {"items": PLACE},
                                "partialFingerprints": {"additionalProperties": {"type": "string"}},
                            },
                        }
                    },
                    "invocations": {"items": {"required": ["executionSuccessful"]}},
                },
            },
        },
    },
}


def read(text: str) -> Any:
    held = json.loads(text)
    jsonschema.validate(held, STANDARD, jsonschema.Draft202012Validator)
    (run,) = held["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in run["results"])
    text.encode()
    return run


def test_a_run_tells_its_findings_at_their_lines(tmp_path: Path) -> None:
    run = read(render_run_sarif(sample_report(), root=Path.cwd()))
    dead = next(each for each in run["results"] if each["ruleId"] == "R511")
    assert dead["level"] == "error"
    assert dead["message"]["text"].startswith(
        "hydrogen/buy-a-snowboard@desktop/us: shoppers cannot add to the cart\n"
    )
    place = dead["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "checks/checkout.yaml"
    assert place["region"] == {"startLine": 11, "startColumn": 5, "endLine": 11, "endColumn": 16}
    assert dead["properties"]["actual"].startswith("an empty cart")


def test_the_monitors_trouble_is_no_result() -> None:
    spoilt = replace(target("Search", "WARN", "not judged"), inconclusive="the browser died")
    run = read(render_run_sarif(replace(sample_report(), results=(spoilt,)), root=Path.cwd()))
    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"] is False
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"].endswith(": the browser died")


def test_the_same_trouble_is_the_same_alert_in_the_next_run() -> None:
    def marks(line: int) -> list[dict[str, str]]:
        finding = Finding(code="R505", summary=f"the price is {line}", span=Span("checks/a.yaml", line, 1))
        report = replace(
            sample_report(),
            run_id=str(line),
            results=(replace(target("A", "FAIL", "no"), findings=(finding,)),),
        )
        return [
            each["partialFingerprints"] for each in read(render_run_sarif(report, root=Path.cwd()))["results"]
        ]

    assert marks(3) == marks(30)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(reports())
def test_hostile_text_stays_text(report: Any) -> None:
    run = read(render_run_sarif(report, root=Path.cwd()))
    for each in run["results"]:
        assert not any(ord(c) < 32 and c not in "\n\t" for c in each["message"]["text"])


@pytest.mark.parametrize("text", ["]]>", "\x00\x1b[31mred", "🏂 ß", "x" * 100_000, '"\\', "a\nb", "\ud800"])
def test_any_message(text: str) -> None:
    told = Diagnostic(
        code="E201",
        message=f"told {text}",
        span=Span("a.yaml", 1, 1),
        hint=text,
        related=(Related(message=f"m{text}", span=Span("b.yaml", 2, 2)),),
    )
    (result,) = read(render_sarif([told], version="1", root=Path.cwd()))["results"]
    assert result["message"]["text"].startswith("told ")
    assert len(result["message"]["text"]) < 11_000


def test_names_count_from_the_top_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    shop = tmp_path / "shops" / "a b#é"
    shop.mkdir(parents=True)
    monkeypatch.chdir(shop)
    root = repository_root(Path())
    assert root == tmp_path.resolve()
    assert relative_name("checks/a.yaml", root) == "shops/a b#é/checks/a.yaml"
    told = Diagnostic(code="E201", message="x", span=Span("checks/50%.yaml", 1, 1))
    (result,) = read(render_sarif([told], version="1", root=root))["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "shops/a%20b%23%C3%A9/checks/50%25.yaml"
    assert unquote(uri) == "shops/a b#é/checks/50%.yaml"
