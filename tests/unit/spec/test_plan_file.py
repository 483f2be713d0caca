from __future__ import annotations

import json
from dataclasses import replace

import pytest

from nano_sre.core.redact import MASK
from nano_sre.spec.plan import FieldChange
from nano_sre.spec.plan_file import (
    PlanFile,
    PlanFileTrouble,
    field_document,
    hidden,
    read_plan_file,
    what_moved,
    write_plan_file,
)

PLAN = PlanFile(
    tool_version="1.0",
    made_at="2026-03-01T12:00:00+00:00",
    made_by="ada",
    paths=["checks"],
    environment=None,
    database="d1",
    serial=4,
    files={"checks/a.yaml": "aa", "checks/b.yaml": "bb"},
    prune=False,
    allow_mass_prune=False,
    changes=[{"action": "update", "id": "a", "kind": "api", "hash": "h"}],
)


def test_it_reads_back_as_it_was() -> None:
    assert read_plan_file(write_plan_file(PLAN), name="p.json") == PLAN


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "p.json is not a plan"),
        ("{", "p.json is not a plan"),
        ("[]", "p.json is not a plan"),
        ('{"format": "nano-sre/plan", "version": 1}', "p.json is not a plan"),
        (write_plan_file(PLAN)[:-40], "p.json is not a plan"),
        (write_plan_file(PLAN).replace('"serial": 4', '"serial": 5'), "p.json is damaged"),
        (
            write_plan_file(PLAN).replace('"version": 1', '"version": 2'),
            "plan format 2, this Nano-SRE reads format 1",
        ),
    ],
)
def test_what_is_no_sound_plan_is_refused(text: str, said: str) -> None:
    with pytest.raises(PlanFileTrouble, match=said) as caught:
        read_plan_file(text, name="p.json")
    assert caught.value.hint


def test_a_plan_that_lacks_what_this_version_needs_is_refused() -> None:
    body = json.loads(write_plan_file(PLAN))
    del body["files"]
    with pytest.raises(PlanFileTrouble):
        read_plan_file(json.dumps(body), name="p.json")


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ({}, []),
        ({"made_at": "later", "made_by": "bob"}, []),
        ({"tool_version": "2.0"}, ["it was made by Nano-SRE 1.0, this is 2.0"]),
        ({"database": "d2", "serial": 9}, ["it was made against another database"]),
        ({"serial": 6}, ["the registry was at 4 and is at 6"]),
        (
            {"files": {"checks/a.yaml": "ax", "c": "cc"}},
            ["checks/a.yaml was changed", "checks/b.yaml is gone", "c is new"],
        ),
        (
            {"changes": []},
            ["the same files and registry now give another plan: somebody edited the database"],
        ),
    ],
)
def test_what_moved_is_said(now: dict[str, object], said: list[str]) -> None:
    assert what_moved(PLAN, replace(PLAN, **now)) == said  # type: ignore[arg-type]


def test_a_plan_made_before_there_was_a_database_fits_a_new_one() -> None:
    assert what_moved(replace(PLAN, database=None), PLAN) == []


def test_plain_passwords_are_dots_and_references_are_names() -> None:
    shown = field_document(FieldChange(path="password", old="hunter2", new="${secret.SHOP}"))
    assert (shown["old"], shown["new"]) == (MASK, "${secret.SHOP}")
    assert hidden({"password": "hunter2", "name": "Shop"}) == {"password": MASK, "name": "Shop"}
