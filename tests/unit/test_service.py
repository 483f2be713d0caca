from __future__ import annotations

import asyncio
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from nano_sre.applying import git_state, who
from nano_sre.config.settings import Settings
from nano_sre.core.result import RunReport
from nano_sre.service import (
    RunRequest,
    Selection,
    exit_code,
    new_run_id,
    open_store,
    reader,
    run_async,
    unset_variables,
)
from support.cli import Desk
from support.demo import Nowhere, settings_in, starter_programs
from support.results import NOON, make_failure, make_result

PROGRAMS = starter_programs({})


def taken(**words: Any) -> set[str]:
    return {p.target for p in PROGRAMS if Selection(**words).takes(p)}


def test_nothing_said_takes_everything() -> None:
    assert len(taken()) == len(PROGRAMS) > 20
    assert str(Selection()) == "everything"


def test_ids_globs_and_targets() -> None:
    assert taken(ids=("cart-api",)) == {"ridge/cart-api@us", "gipfel/cart-api@de"}
    assert taken(ids=("c*",)) == taken(ids=("cart-api", "change-quantity", "checkout-validator"))
    assert taken(ids=("ridge/*@iphone/us",)) == {
        t for t in taken() if t.startswith("ridge/") and "@iphone" in t
    }
    assert taken(ids=("Cart-API",)) == set(), "ids are told apart by case"


def test_all_that_is_said_must_hold() -> None:
    assert taken(tags=("checkout", "critical"), stores=("gipfel",), devices=("iphone",)) == {
        "gipfel/buy-a-snowboard@iphone/de"
    }
    assert taken(tags=("checkout", "catalogue")) == set()
    assert taken(kinds=("api", "skill"), stores=("ridge",)) == {
        "ridge/cart-api@us",
        "ridge/checkout-validator@desktop/us",
        "ridge/script-tags-are-gone@us",
    }
    assert str(Selection(ids=("a",), tags=("b", "c"), devices=("d",))) == "a --tag b --tag c --device d"


def test_variables_that_a_run_would_miss() -> None:
    assert unset_variables(PROGRAMS, {}) == [
        "DEMO_ADMIN_TOKEN",
        "DEMO_STORE_DE_URL",
        "DEMO_STORE_URL",
    ]
    only = [p for p in PROGRAMS if p.store.id == "gipfel"]
    token = {"DEMO_ADMIN_TOKEN": "z"}
    assert unset_variables(only, token) == ["DEMO_STORE_DE_URL"]
    assert unset_variables(PROGRAMS, token | {"DEMO_STORE_URL": "x", "DEMO_STORE_DE_URL": "y"}) == []
    without = [p for p in PROGRAMS if p.kind != "api"]
    assert unset_variables(without, {}) == ["DEMO_STORE_DE_URL", "DEMO_STORE_URL"], (
        "nobody else needs the token"
    )


def test_run_ids_sort_by_time_and_never_meet() -> None:
    assert len({new_run_id(NOON) for _ in range(100)}) == 100
    made = [new_run_id(NOON + timedelta(minutes=each)) for each in range(100)]
    assert made == sorted(made)


def report(*results: Any) -> RunReport:
    return RunReport(run_id="r", started=NOON, finished=NOON, results=results)


GOOD, WARNED, FAILED = make_result(), make_result(status="WARN"), make_failure()
FLAKY = make_result(status="WARN", flaky=True)
UNKNOWN = make_result(status="WARN", inconclusive="the browser died")


@pytest.mark.parametrize(
    ("results", "fail_on", "code"),
    [
        ([], (), 0),
        ([GOOD], ("warn", "flaky"), 0),
        ([GOOD, WARNED], (), 0),
        ([GOOD, WARNED], ("warn",), 4),
        ([GOOD, WARNED], ("flaky",), 0),
        ([FLAKY], ("flaky",), 4),
        ([FLAKY], ("warn",), 4),
        ([GOOD, UNKNOWN], (), 7),
        ([WARNED, UNKNOWN], ("warn",), 7),
        ([UNKNOWN, FAILED, WARNED], ("warn", "flaky"), 1),
        ([replace(FAILED, inconclusive="no network")], (), 7),
    ],
)
def test_exit_codes_when_several_apply(results: list[Any], fail_on: tuple[str, ...], code: int) -> None:
    assert exit_code(report(*results), fail_on=fail_on) == code


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    return subprocess.run(
        ["git", "-C", str(folder), *identity, *words], check=True, capture_output=True, text=True
    ).stdout.strip()


def test_the_commit_of_the_folder(tmp_path: Path) -> None:
    assert git_state([tmp_path]) == (None, False)
    git(tmp_path, "init", "--quiet")
    file = tmp_path / "checks" / "a.yaml"
    file.parent.mkdir()
    file.write_text("version: 1\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "first")
    commit = git(tmp_path, "rev-parse", "HEAD")
    assert git_state([file.parent]) == git_state([file]) == (commit, False)
    (tmp_path / "elsewhere.txt").write_text("not a check\n")
    assert git_state([file.parent]) == (commit, False), "only the folder of the checks counts"
    file.write_text("version: 2\n")
    assert git_state([file.parent]) == (commit, True)


def settings(**environ: str) -> Settings:
    return Settings(database_url="sqlite:///x", data_dir=Path(), project_dir=Path(), environ=environ)


def test_who_applies() -> None:
    assert who(settings(GIT_AUTHOR_NAME="Ada Lovelace", USER="ada")) == "Ada Lovelace"
    assert who(settings(USER="ada")) == "ada"
    assert who(settings())


def test_files_of_a_run_are_read_by_their_path(tmp_path: Path) -> None:
    class Folder:
        folder = tmp_path

    (tmp_path / "a.png").write_bytes(b"picture")
    assert reader(Folder())("a.png") == b"picture"
    assert reader(Folder())("b.png") is None


def test_a_row_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A result that nobody will ever see is no result: the round ends with an error, not with a pass."""
    made = settings_in(
        tmp_path, {"DEMO_STORE_URL": "http://127.0.0.1:9", "DEMO_STORE_DE_URL": "http://127.0.0.1:9"}
    )
    programs = [p for p in starter_programs(made.environ) if p.target == "ridge/cart-api@us"]
    with open_store(made) as store:
        store.db.execute("DROP TABLE check_runs")
        request = RunRequest(programs=programs, settings=made, store=store, artifacts=Nowhere())
        with pytest.raises(Exception, match="check_runs"):
            asyncio.run(run_async(request))


def test_skills_lie_beside_the_check_that_names_them(tmp_path: Path) -> None:
    """Whichever checks run together: a class is looked for in the folder of its own file."""
    desk = Desk(tmp_path, {"STORE_URL": "http://127.0.0.1:9"})
    desk.write(
        "store.yaml",
        "version: 1\nkind: store\nid: shop\nname: Shop\nurl: '${env.STORE_URL}'\n"
        "markets:\n  us: {currency: USD, locale: en-US}\n",
    )
    for team in ("alpha", "beta"):
        desk.write(
            f"{team}/check.yaml",
            f"version: 1\nkind: skill\nid: {team}\nname: Of {team}\nskill: {team}_skills:Mine\n",
        )
        desk.write(
            f"{team}/{team}_skills.py",
            "from nano_sre.agent.core import Skill, SkillResult\n"
            "class Mine(Skill):\n"
            f"    def name(self): return '{team}'\n"
            f"    async def run(self, context): return SkillResult('{team}', 'PASS', 'told by {team}')\n",
        )
    done = desk.process("test", "checks", "--json")
    assert done.code == 0, done.said
    assert [r["summary"] for r in done.json()["results"]] == ["told by alpha", "told by beta"]
