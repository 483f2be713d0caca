from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nano_sre.core.fields import Duration
from nano_sre.core.program import Program, SkillCall
from nano_sre.core.result import TargetResult
from nano_sre.core.template import parse
from nano_sre.runtime.evidence import FolderArtifacts
from nano_sre.runtime.options import RunOptions
from nano_sre.runtime.runner import run
from support.drive import store_at
from support.pages import Site

SKILLS = """
import asyncio
from nano_sre.core.result import Skill, SkillResult

class Good(Skill):
    def name(self):
        return "good-skill"

    async def run(self, context):
        page = context["page"]
        await page.goto(context["url"])
        await page.screenshot(path=context["with"]["file"])
        heading = await page.inner_text("h1")
        details = {"heading": heading, "store": context["store"], "settings": context["settings"], "target": context["target"]}
        return SkillResult("good-skill", "PASS", "Fine", details, [context["with"]["file"], "/not/there.png"])

class Bad(Good):
    async def run(self, context):
        return SkillResult("bad-skill", "FAIL", "The feed is empty", error="0 rows")

class Warns(Good):
    async def run(self, context):
        return SkillResult("w", "WARN", "The feed is old")

class Breaks(Good):
    async def run(self, context):
        raise KeyError("feed")

class Slow(Good):
    async def run(self, context):
        await asyncio.sleep(60)

class Odd(Good):
    async def run(self, context):
        return {"status": "PASS"}

class NotJson(Good):
    async def run(self, context):
        return SkillResult("n", "PASS", "Fine", {"page": context["page"]})
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "shop_skills.py").write_text(SKILLS)
    yield tmp_path
    sys.modules.pop("shop_skills", None)
    sys.path[:] = [place for place in sys.path if place != str(tmp_path)]


def skill(name: str, shop: Site, folder: Path, **more: Any) -> TargetResult:
    made = Program(
        target="demo/skill@desktop/us", check_id="skill", kind="skill", name="Skill", severity="P2", retries=0,
        parts=SkillCall(skill=name, given={"file": str(folder / "a.png"), "word": parse("${store.id}")}),
        store=store_at(shop.url), **more,
    )  # fmt: skip
    options = RunOptions(
        run_id="r",
        folder=folder,
        settings="the settings",
        skill_store="the store",
        artifacts=FolderArtifacts(folder / "kept"),
    )
    return asyncio.run(run([made], options=options)).results[0]


def test_a_skill_is_given_a_page_and_its_result_is_taken(shop: Site, folder: Path) -> None:
    result = skill("shop_skills:Good", shop, folder)
    assert (result.status, result.result.skill_name, result.result.summary) == ("PASS", "good-skill", "Fine")
    details = result.result.details
    assert details["heading"] == "Welcome"
    assert (details["store"], details["settings"], details["target"]) == (
        "the store",
        "the settings",
        "demo/skill@desktop/us",
    )
    (kept,) = result.result.screenshots
    assert (folder / "kept" / kept).read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize(
    ("name", "status", "summary", "error"),
    [
        ("Bad", "FAIL", "The feed is empty", "0 rows"),
        ("Warns", "WARN", "The feed is old", None),
        ("Breaks", "FAIL", "KeyError: 'feed'", "KeyError: 'feed'"),
        ("Slow", "FAIL", "did not finish within 500ms", "did not finish"),
        ("Odd", "FAIL", "The skill returned dict, not a SkillResult", "dict"),
        ("NotJson", "FAIL", "details that are not JSON", "JSON"),
    ],
)
def test_verdicts(shop: Site, folder: Path, name: str, status: str, summary: str, error: str | None) -> None:
    result = skill(f"shop_skills:{name}", shop, folder, timeout=Duration(500 if name == "Slow" else 10_000))
    assert (result.status, result.inconclusive) == (status, None)
    assert summary in result.result.summary
    assert (error is None) == (result.result.error is None)
    assert (error or "") in (result.result.error or "")
    assert result.findings[0].code == "R521"


@pytest.mark.parametrize("name", ["no_such_module:X", "shop_skills:Missing", "json:loads"])
def test_what_cannot_be_imported_is_our_trouble(shop: Site, folder: Path, name: str) -> None:
    result = skill(name, shop, folder)
    assert result.status == "WARN"
    assert result.inconclusive
