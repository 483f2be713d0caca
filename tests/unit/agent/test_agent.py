"""`Agent` without a browser's help: registering, naming, turning the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from nano_sre.agent.core import Agent, Skill, SkillResult
from support.demo import settings_in


class Named(Skill):
    def __init__(self, name: str) -> None:
        self._name = name

    def name(self) -> str:
        return self._name

    async def run(self, context: dict[str, Any]) -> SkillResult:
        return SkillResult(self._name, "PASS", "fine")


class Canned(Agent):
    """An agent whose skills have run already: what is tested is what it does with their results."""

    def __init__(self, folder: Path, rounds: Sequence[Sequence[SkillResult]]) -> None:
        super().__init__(settings_in(folder))
        self._rounds = iter(rounds)

    async def execute_skills(self, names: Sequence[str] | None = None) -> list[SkillResult]:
        return list(next(self._rounds))


class Queue:
    """A trigger that knows nothing of ours."""

    def __init__(self, *events: Any) -> None:
        self.events = list(events)

    def has_pending_events(self) -> bool:
        return len(self.events) > 0

    def pop_event(self) -> Any:
        return self.events.pop(0) if self.events else {}


class Notebook:
    """An alerter that knows nothing of ours."""

    def __init__(self) -> None:
        self.told: list[SkillResult] = []

    async def send_alert(self, skill_result: SkillResult) -> bool:
        self.told.append(skill_result)
        return True


@pytest.fixture
def agent(tmp_path: Path) -> Agent:
    return Agent(settings_in(tmp_path))


def test_nothing_registered_is_nothing_run_and_nothing_written(agent: Agent, tmp_path: Path) -> None:
    assert asyncio.run(agent.execute_skills()) == []
    assert asyncio.run(agent.execute_skills([])) == []
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_name_is_a_key_error_that_names_what_there_is(agent: Agent, tmp_path: Path) -> None:
    agent.register_skill(Named("checkout"))
    with pytest.raises(KeyError, match=r"chekout.*checkout"):
        asyncio.run(agent.execute_skills(["checkout", "chekout"]))
    assert list(tmp_path.iterdir()) == [], "nothing ran before the mistake was told"


def test_two_skills_of_one_name_are_refused(agent: Agent) -> None:
    first = Named("checkout")
    agent.register_skill(first)
    agent.register_skill(first)
    with pytest.raises(ValueError, match="registered already"):
        agent.register_skill(Named("checkout"))
    with pytest.raises(ValueError, match="no name"):
        agent.register_skill(Named(""))


def test_a_skill_needs_both_methods() -> None:
    class Half(Skill):
        def name(self) -> str:
            return "half"

    with pytest.raises(TypeError, match="run"):
        Half()  # type: ignore[abstract]


def test_a_result_has_one_of_three_statuses() -> None:
    assert SkillResult("a", "PASS", "b").details == {}
    with pytest.raises(ValueError, match="PASS, WARN or FAIL"):
        SkillResult(skill_name="a", status="ERROR", summary="b")  # type: ignore[arg-type]


def test_each_pending_event_is_one_round_and_warnings_and_failures_are_told(tmp_path: Path) -> None:
    good, bad, so_so = (
        SkillResult("good", "PASS", "fine"),
        SkillResult("bad", "FAIL", "broken", error="broken"),
        SkillResult("so-so", "WARN", "slow"),
    )
    agent = Canned(tmp_path, [[good, bad], [so_so]])
    queue, notebook = Queue({"id": 1}, {"id": 2}), Notebook()
    assert asyncio.run(agent.run_pending([queue], [notebook])) == [good, bad, so_so]
    assert notebook.told == [bad, so_so]
    assert asyncio.run(agent.run_pending([queue], [notebook])) == []
    assert notebook.told == [bad, so_so]


def test_an_alerter_that_breaks_silences_no_other(tmp_path: Path) -> None:
    class Broken:
        async def send_alert(self, skill_result: SkillResult) -> None:
            raise OSError("no network")

    bad = SkillResult("bad", "FAIL", "broken")
    notebook = Notebook()
    with pytest.raises(OSError, match="no network"):
        asyncio.run(Canned(tmp_path, [[bad]]).run_pending([Queue(1)], [Broken(), notebook]))
    assert notebook.told == [bad], "the second alerter was told, and the trouble of the first is not hidden"
