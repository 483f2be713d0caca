"""Checks written in Python: find the class, give it a fresh page, take its result down the same road."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Error

from nano_sre.core.events import AttemptStarted, StepFinished
from nano_sre.core.ports import cannot_work
from nano_sre.core.program import Program, SkillCall
from nano_sre.core.result import Artifact, Attempt, Finding, SkillResult, StepReport, StepState
from nano_sre.runtime.arrival import prepare
from nano_sre.runtime.browser import BrowserHost
from nano_sre.runtime.evidence import Evidence, Recorder
from nano_sre.runtime.page import VisitState
from nano_sre.runtime.sink.log import HitLog
from nano_sre.runtime.trouble import BrowserDied, first_line, is_dead
from nano_sre.runtime.values import Environment
from nano_sre.runtime.visit import VisitWish

STATES: dict[str, StepState] = {"PASS": "passed", "WARN": "warned", "FAIL": "failed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillSurroundings:
    """What skills are given besides the page, and where their modules are looked for."""

    settings: Any = None
    store: Any = None
    folder: Path | None = None


def load_skill(name: str, folder: Path | None = None) -> type[Any]:
    """The class named `module:Class`, from installed packages, the project's folder or the current one.

    Raises `Abort` (inconclusive) when it cannot be imported or has no `run`.
    """
    module_name, _, class_name = name.partition(":")
    for place in (str(folder or Path.cwd()), str(Path.cwd())):
        if place not in sys.path:
            sys.path.insert(0, place)
    try:
        found = getattr(importlib.import_module(module_name), class_name, None)
    except Exception as error:
        raise cannot_work(f"The skill {name} cannot be imported: {type(error).__name__}: {error}") from error
    if not inspect.isclass(found) or not callable(getattr(found, "run", None)):
        raise cannot_work(f"There is no Skill class {class_name} in {module_name}.")
    return found


async def attempt(
    program: Program,
    wish: VisitWish,
    *,
    host: BrowserHost,
    environment: Environment,
    evidence: Evidence,
    surroundings: SkillSurroundings,
) -> tuple[Attempt, SkillResult]:
    """Run a skill once on a fresh page. Raises `BrowserDied`, and `Abort` when it cannot be imported."""
    wish.listener(AttemptStarted(targets=wish.targets, attempt=wish.number))
    call: SkillCall = program.parts
    make = call.skill if callable(call.skill) else load_skill(call.skill, surroundings.folder)
    skill = make()
    started = time.monotonic()
    hit_log = HitLog(wanted=False)
    lent = host.context(
        program.store,
        url=environment.url,
        device=program.device,
        device_id=program.device_id or "desktop",
        hit_log=hit_log,
    )
    async with lent as context:
        page = await context.new_page()
        await prepare(context, page, environment)
        state = VisitState(
            environment=environment,
            context=context,
            page=page,
            device=program.device_id or "desktop",
            hit_log=hit_log,
        )
        recorder = Recorder(page, state=state)
        given = {
            "page": page,
            "settings": surroundings.settings,
            "store": surroundings.store,
            "with": {key: environment.value(value) for key, value in call.given.items()},
            "url": environment.url,
            "target": program.target,
        }
        result = await _result(skill, given, program)
    took = round((time.monotonic() - started) * 1000)
    report = _report(program, result, took)
    wish.listener(StepFinished(targets=wish.targets, step=report))
    made = Attempt(
        number=wish.number,
        status=result.status,
        steps=(report,),
        duration_ms=took,
        artifacts=_pictures(result, evidence, wish.number),
        console=tuple(recorder.console),
        failed_requests=tuple(recorder.failed_requests),
    )
    return made, result


async def _result(skill: Any, given: dict[str, Any], program: Program) -> SkillResult:
    try:
        async with asyncio.timeout(program.timeout.seconds):
            result = await skill.run(given)
    except TimeoutError:
        return _failure(skill, program, f"The skill did not finish within {program.timeout}")
    except Exception as error:
        if isinstance(error, Error) and is_dead(error):
            raise BrowserDied(first_line(error)) from error
        return _failure(skill, program, f"{type(error).__name__}: {error}")
    problem = _what_is_wrong(result)
    return _failure(skill, program, f"The skill returned {problem}") if problem else result


def _what_is_wrong(result: Any) -> str | None:
    if not isinstance(result, SkillResult):
        return f"{type(result).__name__}, not a SkillResult"
    if result.status not in STATES:
        return f"the status {result.status!r}; it must be PASS, WARN or FAIL"
    try:
        json.dumps(result.details)
    except (TypeError, ValueError) as error:
        return f"details that are not JSON: {error}"
    return None


def _failure(skill: Any, program: Program, text: str) -> SkillResult:
    try:
        name = str(skill.name())
    except Exception:  # noqa: BLE001 - a skill that cannot even say its name has failed already
        name = program.check_id
    return SkillResult(skill_name=name, status="FAIL", summary=text, error=text)


def _report(program: Program, result: SkillResult, took: int) -> StepReport:
    finding = None
    if result.status != "PASS":
        more = (result.error,) if result.error and result.error != result.summary else ()
        finding = Finding(
            code="R521",
            summary=result.summary,
            evidence=more,
            span=program.span,
            warn=result.status == "WARN",
        )
    return StepReport(
        title=f"Run the skill {result.skill_name}",
        verb="skill",
        state=STATES[result.status],
        duration_ms=took,
        span=program.span,
        finding=finding,
    )


def _pictures(result: SkillResult, evidence: Evidence, number: int) -> tuple[Artifact, ...]:
    files = [Path(name) for name in result.screenshots]
    return tuple(
        evidence.keep("screenshot", f"{number}-{file.name}", file.read_bytes(), media_type="image/png")
        for file in files
        if file.is_file()
    )
