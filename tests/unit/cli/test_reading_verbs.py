"""Verbs that only read: `validate`, `explain`, `schema`, `doctor`, help, and what is said to a newcomer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from nano_sre.cli.main import VERBS
from support.cli import CART, Desk, api_check


def test_validate_says_how_many(desk: Desk) -> None:
    done = desk.nano("validate")
    assert (done.code, done.out) == (0, "")
    assert "1 check in 2 files: fine." in done.err


def test_validate_tells_every_mistake_at_once(desk: Desk) -> None:
    desk.write("a.yaml", api_check("a").replace("requests", "reqests"))
    desk.write("b.yaml", api_check("b", more="severity: P9\n"))
    done = desk.nano("validate")
    assert done.code == 3
    assert "checks/a.yaml:5:1" in done.err
    assert "requests" in done.err
    assert "checks/b.yaml:5:" in done.err
    document = desk.nano("validate", "--json").json()
    assert (document["format"], document["version"], document["valid"]) == ("nano-sre/diagnostics", 1, False)
    assert {d["file"] for d in document["diagnostics"]} >= {"checks/a.yaml", "checks/b.yaml"}
    assert "::error file=checks/a.yaml,line=5" in desk.nano("validate", "--github").out


def test_validate_needs_nothing_but_the_files(desk: Desk) -> None:
    code = (
        "import sys; from nano_sre.cli.main import main\n"
        "try: main(['validate', 'checks'])\n"
        "except SystemExit as stop: assert stop.code == 0, stop.code\n"
        "heavy = {'playwright', 'peewee', 'httpx', 'starlette', 'uvicorn'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    desk.environ["PLAYWRIGHT_BROWSERS_PATH"] = "/not/there"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=desk.folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not desk.data.exists()


def test_validate_of_a_folder_that_has_not_changed_needs_next_to_nothing(desk: Desk) -> None:
    code = (
        "import sys; from nano_sre.cli.main import main\n"
        "try: main(['validate', 'checks'])\n"
        "except SystemExit as stop: assert stop.code == 0, stop.code\n"
        "print(sorted({'yaml', 'jsonschema_rs', 'dataclasses', 'typer', 'asyncio'} & set(sys.modules)))\n"
    )
    command = [sys.executable, "-c", code]
    environ = {
        **os.environ,
        "NANO_SRE_CACHE_DIR": str(desk.folder / "cache"),
        "SHOP_URL": "https://a.example",
    }
    first, again = (
        subprocess.run(command, cwd=desk.folder, env=environ, capture_output=True, text=True, check=True)
        for _ in range(2)
    )
    assert "'yaml'" in first.stdout
    assert again.stdout == "[]\n"
    assert again.stderr == first.stderr


@pytest.mark.parametrize(
    ("what", "says"),
    [("E201", "unknown key"), ("e201", "unknown key"), ("see_payment", "way to pay"), ("api", "kind: api")],
)
def test_explain_a_word(desk: Desk, what: str, says: str) -> None:
    done = desk.nano("explain", what)
    assert (done.code, says in done.out) == (0, True), done.said


def test_explain_a_check(desk: Desk) -> None:
    done = desk.nano("explain", "cart")
    assert done.code == 0
    assert "Cart answers (cart, api, P1)  checks/cart.yaml:1:1" in done.out
    assert "shop/cart@us" in done.out
    assert "GET /cart.js: expect the status to be 200" in done.out


def test_explain_has_a_sentence_for_every_word(desk: Desk) -> None:
    rich = (
        "{status: {one_of: [200, 201]}, header: {content-type: {contains: json}, x: {not: {starts_with: text}}}, "
        'json: {"$.n": {at_most: {warn: 3, fail: 9}}, "$.p": {between: [1, 2]}, "$.e": {exists: false}}, took: {fail: 2s}}'
    )
    desk.write("cart.yaml", api_check("cart").replace("{status: 200}", rich))
    said = desk.nano("explain", "cart").out
    for words in (
        "expect the status to be one of 200 or 201",
        "header content-type to contain json",
        "header x to not start with text",
        "$.n to be at most 9",
        "$.p to be between 1 and 2",
        "$.e to not be there",
        "the answer within 2s",
    ):
        assert words in said, said


def test_explain_with_a_typo(desk: Desk) -> None:
    for word, near in (("crat", "cart"), ("see_paymnt", "see_payment"), ("E2001", "E201")):
        done = desk.nano("explain", word)
        assert (done.code, near in done.err) == (9, True), done.said


def test_the_schema_is_a_schema(desk: Desk) -> None:
    done = desk.nano("schema")
    Draft202012Validator.check_schema(json.loads(done.out))
    assert desk.nano("schema", "--output", "made/schema.json").code == 0
    assert (desk.folder / "made/schema.json").read_text() == done.out


def test_doctor(desk: Desk) -> None:
    done = desk.nano("doctor", "--json")
    document = done.json()
    assert (done.code, document["format"], document["version"], document["fine"]) == (
        0,
        "nano-sre/doctor",
        1,
        True,
    )
    desk.environ["NANO_SRE_BROWSER"] = "/not/there/chromium"
    done = desk.nano("doctor")
    assert done.code == 7
    assert "/not/there/chromium" in done.out
    assert "Traceback" not in done.said


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_every_verb_has_an_example(desk: Desk, verb: str) -> None:
    done = desk.nano(verb, "--help")
    assert done.code == 0
    assert f"nano-sre {verb}" in done.out.partition("Example")[2]
    assert desk.nano("help", verb).out == done.out


def test_the_front_page(desk: Desk) -> None:
    done = desk.nano("--help")
    assert done.code == 0
    assert all(f"  {verb} " in done.out for verb in VERBS)
    assert desk.nano("help").out == done.out
    assert desk.nano("--version").out.startswith("nano-sre ")


def test_what_to_do_next(desk: Desk, tmp_path: Path) -> None:
    assert "nano-sre test checks/" in desk.nano().out
    empty = Desk(tmp_path / "empty")
    empty.folder.mkdir()
    assert "nano-sre demo" in empty.nano().out


def test_a_verb_with_a_typo(desk: Desk) -> None:
    done = desk.nano("aply")
    assert (done.code, "apply" in done.err) == (2, True)


def test_a_reader_who_leaves_is_no_crash(applied: Desk) -> None:
    with applied.start("schema") as started:
        assert started.stdout is not None
        assert started.stderr is not None
        started.stdout.close()
        said = started.stderr.read()
        assert started.wait(60) in (0, 141)
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("Element", ["Something on the page", "css:", "step press"]),
        ("expectation", ["between:", "kind api", "stands for “equals”"]),
        ("when", ["only runs when", "device:", "Used by: every step"]),
        ("within", ["region:"]),
        ("money", ["a key of step expect, step save", "product_price"]),
        ("shopper_data", ["email (needed)", "kind store"]),
        ("timeout", ["every step", "kind journey"]),
        ("press", ["as every step's does", "optional:"]),
        ("R511", ["Try it by hand"]),
    ],
)
def test_explain_a_word_inside_the_language(desk: Desk, what: str, says: list[str]) -> None:
    done = desk.nano("explain", what)
    assert done.code == 0, done.said
    for each in says:
        assert each in done.out


def test_explain_a_paused_check(desk: Desk) -> None:
    desk.write("cart.yaml", api_check("cart", more="enabled: false\n"))
    done = desk.nano("explain", "cart")
    assert done.code == 0
    assert "It is paused (enabled: false, checks/cart.yaml:5:1)" in done.out
    assert "It would run on:\n  shop/cart@us" in done.out
    assert "GET /cart.js: expect the status to be 200" in done.out


def test_a_checks_id_comes_before_a_key_of_the_language(desk: Desk) -> None:
    desk.write("money.yaml", api_check("money"))
    assert "Money (money, api, P1)" in desk.nano("explain", "money").out
    assert "did you mean “Element”" in desk.nano("explain", "Elemnt").err


def test_code_hosts_get_names_as_the_repository_has_them(desk: Desk) -> None:
    desk.write("cart.yaml", CART.replace("requests", "reqests"))
    (desk.folder / ".git").mkdir()
    inside = replace(desk, folder=desk.folder / "checks")
    sarif = inside.nano("validate", ".", "--sarif")
    assert sarif.code == 3
    (run,) = sarif.json()["runs"]
    assert [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in run["results"]] == [
        "checks/cart.yaml"
    ]
    github = inside.nano("validate", ".", "--github")
    assert github.out.startswith("::error file=checks/cart.yaml,line=6,col=1,title=E201%3A unknown key::")


def test_annotations_cannot_be_forged_by_text(desk: Desk) -> None:
    desk.write("a,b%:c.yaml", api_check("a", more='severity: "P9\\n::error file=a,line=1::b%0A"\n'))
    told = desk.nano("validate", "--github")
    assert told.code == 3
    (line,) = told.out.splitlines()
    assert line.startswith("::error file=checks/a%2Cb%25%3Ac.yaml,line=5,col=")
    assert "::b%250A" in line
