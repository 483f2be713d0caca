from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from nano_sre.core.diagnostics import Span
from nano_sre.core.events import AttemptStarted, Event, RunStarted, StepFinished, TargetFinished, nobody
from nano_sre.core.fields import Duration, Money
from nano_sre.core.ports import failed
from nano_sre.core.program import JourneyParts, Modifiers, Program, SkillCall, StepCall
from nano_sre.core.result import RunReport
from nano_sre.core.template import parse
from nano_sre.kinds._shared.compare import Expectation
from nano_sre.kinds.steps.expect import Expect
from nano_sre.runtime.evidence import FolderArtifacts
from nano_sre.runtime.options import RunOptions, free_cores
from nano_sre.runtime.runner import run, visits_of
from support.drive import journey, store_at
from support.pages import Site
from support.steps import Do, fill, go, note, see


def program(url: str, name: str, *steps: Any, **more: Any) -> Program:
    made = journey(store_at(url), steps, **more)
    return replace(
        made, target=f"demo/{name}@desktop/us", check_id=name, name=name, span=Span(f"{name}.yaml", 4, 1)
    )


def go_on(programs: Sequence[Program], events: list[Event] | None = None, **more: Any) -> RunReport:
    options = RunOptions(run_id="r1", **({"evidence_rerun": False} | more))
    return asyncio.run(run(programs, options=options, listener=nobody if events is None else events.append))


def fails_times(times: int) -> Do:
    left = [times]

    async def run_it(_io: Any) -> None:
        left[0] -= 1
        if left[0] >= 0:
            raise failed("R505", "The total is wrong", expected="1", actual="2", hint="Look there.")

    return Do(run_it, name="Compare")


def test_results_come_in_order_with_a_verdict(shop: Site) -> None:
    events: list[Event] = []
    programs = [
        program(shop.url, "good", go(), see("Welcome")),
        program(shop.url, "bad", go(), fails_times(9)),
        program(shop.url, "blind", see("x", patience=Duration(100)), retries=0),
    ]
    report = go_on(programs, events)
    assert [r.check_id for r in report.results] == ["good", "bad", "blind"]
    good, bad, _ = report.results
    assert (good.status, good.result.skill_name) == ("PASS", "journey")
    assert good.result.summary.startswith("2 steps in ")
    assert (bad.status, bad.result.summary) == ("FAIL", "The total is wrong. (bad.yaml:4:1)")
    assert bad.result.error == "R505 The total is wrong.\nexpected: 1\nactual: 2\nLook there."
    assert bad.result.details["findings"][0]["at"] == "bad.yaml:4:1"
    assert (report.count("PASS"), report.count("FAIL"), report.visits) == (1, 2, 3)
    assert isinstance(events[0], RunStarted)
    assert {e.result.check_id for e in events if isinstance(e, TargetFinished)} == {"good", "bad", "blind"}
    assert any(isinstance(e, StepFinished) for e in events)


def test_alike_visits_are_driven_once_with_their_own_words(shop: Site) -> None:
    def one(name: str, line: int, called: str) -> Program:
        step = StepCall(
            verb="do", step=fails, modifiers=Modifiers(name=called), span=Span(f"{name}.yaml", line, 3)
        )
        made = program(shop.url, name, visit_key="same")
        return replace(made, parts=JourneyParts(steps=(step,)), retries=line - 6)

    fails = fails_times(9)
    events: list[Event] = []
    programs = [one("a", 6, "First"), program(shop.url, "c", go()), one("b", 7, "Second")]
    report = go_on(programs, events)
    a, c, b = report.results
    assert a.shared_visit == b.shared_visit == "same"
    assert c.shared_visit is None
    assert report.visits == 2
    assert a.result.summary == "The total is wrong. (a.yaml:6:3)"
    assert b.result.summary == "The total is wrong. (b.yaml:7:3)"
    started = [e for e in events if isinstance(e, AttemptStarted) and len(e.targets) == 2]
    assert [e.attempt for e in started] == [1, 2]
    assert len(a.attempts) == len(b.attempts) == 2


def test_passing_only_on_retry_is_flaky(shop: Site) -> None:
    (result,) = go_on([program(shop.url, "shaky", go(), fails_times(1), retries=2)]).results
    assert (result.status, result.flaky, result.inconclusive) == ("WARN", True, None)
    assert result.result.summary == "Passed only on attempt 2; before that: The total is wrong."
    assert [attempt.status for attempt in result.attempts] == ["FAIL", "PASS"]
    assert [finding.warn for finding in result.findings] == [True]
    assert result.result.error is None


def test_what_must_fail_is_fine_while_it_fails(shop: Site) -> None:
    broken = replace(program(shop.url, "canary", go(), fails_times(9), retries=0), must_fail=True)
    blind = replace(program(shop.url, "blind", go(), retries=0), must_fail=True)
    unsure = replace(program("http://no.such.host.invalid", "unsure", go(), retries=0), must_fail=True)
    seen, unseen, odd = go_on([broken, blind, unsure], evidence_rerun=False).results
    assert (seen.status, seen.result.error, seen.findings) == ("PASS", None, ())
    assert seen.result.summary == "It fails, as it must: The total is wrong. (canary.yaml:4:1)"
    assert (unseen.status, unseen.findings[0].code) == ("FAIL", "R538")
    assert unseen.result.summary == "It passed, though it must fail. (blind.yaml:4:1)"
    assert odd.inconclusive is not None


def test_the_confirming_attempt_is_traced(shop: Site, tmp_path: Path) -> None:
    (result,) = go_on(
        [program(shop.url, "bad", go(), fails_times(9), retries=1)], artifacts=FolderArtifacts(tmp_path)
    ).results
    kinds = [[a.kind for a in attempt.artifacts] for attempt in result.attempts]
    assert kinds == [["screenshot", "snapshot"], ["screenshot", "snapshot", "trace"]]
    assert len(result.result.screenshots) == 2


def test_without_a_retry_a_failure_is_visited_again_for_its_trace(shop: Site, tmp_path: Path) -> None:
    programs = [program(shop.url, "bad", go(), fails_times(1))]
    (result,) = go_on(programs, artifacts=FolderArtifacts(tmp_path), evidence_rerun=True).results
    assert (result.status, len(result.attempts)) == ("FAIL", 1)
    attempt = result.attempts[0]
    assert attempt.artifacts[-1].kind == "trace"
    assert attempt.note == "The store was visited once more, only for the trace; nothing failed that time."
    assert shop.asked.count("GET /") == 2
    kept = {file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*") if file.is_file()}
    assert kept == {each.path for each in attempt.artifacts}, "nothing that no report knows"


def test_a_page_that_cannot_be_opened_is_not_visited_again(shop: Site) -> None:
    (result,) = go_on([program(shop.url, "bad", go("/nowhere"))], evidence_rerun=True).results
    assert (result.status, result.attempts[0].note) == ("FAIL", None)
    assert shop.asked.count("GET /nowhere") == 1


def test_a_failure_says_where_the_expected_value_was_saved(shop: Site) -> None:
    async def keep(io: Any) -> None:
        io.keep("price", Money(Decimal("729.95"), "USD"))

    def calls(file: str, saved: int) -> tuple[StepCall, ...]:
        modifiers = Modifiers()
        return (
            StepCall(verb="save", step=keeping, modifiers=modifiers, span=Span(file, saved, 5)),
            StepCall(verb="expect", step=expecting, modifiers=modifiers, span=Span(file, saved + 1, 5)),
        )

    keeping = Do(keep)
    expecting = Expect(value="3", expectation=Expectation(equals=parse("${price}")))
    members = [
        replace(
            program(shop.url, name, visit_key="same"), parts=JourneyParts(steps=calls(f"{name}.yaml", at))
        )
        for name, at in (("a", 14), ("b", 20))
    ]
    a, b = go_on(members).results
    assert "$729.95 (saved as price at a.yaml:14:5)" in a.findings[0].evidence
    assert "$729.95 (saved as price at b.yaml:20:5)" in b.findings[0].evidence


def test_retries_can_be_said_for_the_run(shop: Site) -> None:
    (result,) = go_on([program(shop.url, "bad", go(), fails_times(9), retries=0)], retries=2).results
    assert len(result.attempts) == 3


def test_trouble_of_our_own_is_inconclusive(shop: Site) -> None:
    (result,) = go_on([program("http://no-such-host.invalid", "x", go(), retries=2)]).results
    assert (result.status, len(result.attempts), result.findings) == ("WARN", 1, ())
    assert result.inconclusive == result.result.summary
    assert go_on([]).results == ()


def test_a_bug_of_ours_does_not_end_the_run(shop: Site) -> None:
    broken = replace(program(shop.url, "broken"), parts=object())
    report = go_on([broken, program(shop.url, "good", go())])
    assert [r.status for r in report.results] == ["WARN", "PASS"]
    assert "X901" in str(report.results[0].inconclusive)
    assert report.inconclusive == 1


def test_secrets_stay_out_of_the_report(shop: Site) -> None:
    shop.put("/", "<label>Code <input></label>")

    async def tell(io: Any) -> str:
        raise failed("R505", f"It says {io.value(parse('${secret.WORD}'))}", evidence=("aHVudGVyMg==",))

    (result,) = go_on(
        [program(shop.url, "leaky", go(), fill("Code", parse("${secret.WORD}")), note(tell))],
        secrets={"WORD": "hunter2-long"},
    ).results
    assert "hunter2" not in repr(result)
    assert "••••" in result.result.summary


def test_an_unset_store_address_is_said_plainly(shop: Site) -> None:
    made = program(shop.url, "x", go())
    lost = replace(made, store=replace(made.store, url=parse("${env.NOT_SET_HERE}")))
    (result,) = go_on([lost]).results
    assert "NOT_SET_HERE is not set" in str(result.inconclusive)
    assert result.store_url == "${env.NOT_SET_HERE}"


def test_cancelling_closes_the_browser(shop: Site) -> None:
    async def work() -> None:
        task = asyncio.create_task(
            run(
                [program(shop.url, "slow", go(), see("never", patience=Duration(30_000)))],
                options=RunOptions(run_id="r"),
            )
        )
        while "GET /" not in shop.asked:
            await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()

    asyncio.run(work())


def test_only_alike_journeys_are_put_together() -> None:
    alone = replace(program("u", "s", visit_key="k"), parts=SkillCall(skill="a:B"))
    groups = visits_of(
        [program("u", "a", visit_key="k"), alone, program("u", "b", visit_key="k"), program("u", "c")]
    )
    assert [len(group.programs) for group in groups] == [2, 1, 1]
    assert free_cores() >= 1
