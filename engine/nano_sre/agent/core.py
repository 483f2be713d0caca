"""The Python door: write a `Skill`, register it, run it, have its result recorded like any other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from nano_sre.config.settings import Settings, get_settings
from nano_sre.core.fields import Slug
from nano_sre.core.forms import Currency, Locale
from nano_sre.core.program import Market, Program, SkillCall, StoreFacts
from nano_sre.core.result import Skill, SkillResult
from nano_sre.service import RunRequest, open_store, run_async

__all__ = ["Agent", "Skill", "SkillResult"]


class Trigger(Protocol):
    """Anything that says when to run; duck-typed."""

    def has_pending_events(self) -> bool: ...

    def pop_event(self) -> Any: ...


class Alerter(Protocol):
    """Anything that tells somebody about a result; duck-typed."""

    async def send_alert(self, skill_result: SkillResult) -> Any: ...


class Agent:
    """Runs registered skills one after another, each on a fresh page, and records every result.

    Results go into the database of the settings; pages open in the browser of the settings.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or get_settings()
        self.skills: dict[str, Skill] = {}

    def register_skill(self, skill: Skill) -> None:
        """Add a skill under its own name. Raises `ValueError` when the name is taken by another."""
        name = skill.name()
        if not name:
            raise ValueError(f"{type(skill).__name__}.name() returns no name")
        if self.skills.get(name, skill) is not skill:
            raise ValueError(f"a skill named {name!r} is registered already")
        self.skills[name] = skill

    async def execute_skills(self, names: Sequence[str] | None = None) -> list[SkillResult]:
        """Run skills (all of them, or those named) in order; their results in the same order.

        Raises `KeyError` for a name that is not registered. A skill that raises is a FAIL with the text as `error`.
        """
        chosen = list(self.skills) if names is None else list(names)
        unknown = [name for name in chosen if name not in self.skills]
        if unknown:
            raise KeyError(
                f"no skill named {unknown[0]!r} is registered; there are {', '.join(self.skills) or 'none'}"
            )
        if not chosen:
            return []
        with open_store(self.settings) as store:
            request = RunRequest(
                programs=[self._program(name) for name in chosen],
                settings=self.settings,
                store=store,
                retries=0,
                concurrency=1,
            )
            report = await run_async(request)
        return [each.result for each in report.results]

    async def run_pending(
        self, triggers: Iterable[Trigger], alerters: Iterable[Alerter] = ()
    ) -> list[SkillResult]:
        """One turn of the loop: run once for every pending event, then tell the alerters of each WARN and FAIL.

        An alerter that raises keeps no other from being told; what it raised is raised at the end.
        """
        results: list[SkillResult] = []
        for trigger in triggers:
            while trigger.has_pending_events():
                trigger.pop_event()
                results += await self.execute_skills()
        await _tell([result for result in results if result.status != "PASS"], list(alerters))
        return results

    def _program(self, name: str) -> Program:
        skill = self.skills[name]
        facts = StoreFacts(
            id=Slug("python"),
            name="Python skills",
            url=self.settings.store_url or "",
            market_id="default",
            market=Market(currency=Currency("USD"), locale=Locale("en-US")),
        )
        return Program(
            target=f"python/{name}",
            check_id=name,
            kind=name,
            name=name,
            severity="P2",
            parts=SkillCall(skill=lambda: skill),
            store=facts,
            device_id="desktop",
            retries=0,
        )


async def _tell(results: Sequence[SkillResult], alerters: Sequence[Alerter]) -> None:
    troubles: list[Exception] = []
    for result in results:
        for alerter in alerters:
            try:
                await alerter.send_alert(result)
            except Exception as error:  # noqa: BLE001 - it is raised as soon as everybody was told
                troubles.append(error)
    if len(troubles) == 1:
        raise troubles[0]
    if troubles:
        raise ExceptionGroup("alerts could not be sent", troubles)
