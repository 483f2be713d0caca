"""A round that somebody runs by hand: recorded, judged and told like the agent's, and then over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from nano_sre.alerting.arranged import rules_of
from nano_sre.alerting.diagnosing import diagnosing
from nano_sre.alerting.road import Alerting, nobody
from nano_sre.core.fields import Duration
from nano_sre.core.program import Program
from nano_sre.core.result import RunReport
from nano_sre.service import Arrangements, RunRequest, run_async
from nano_sre.spec.link import Linked


async def run_once(
    request: RunRequest,
    arranged: Arrangements,
    *,
    checks: Iterable[Linked],
    programs: Iterable[Program],
    say: Callable[[str], None],
) -> RunReport:
    """Run, record and judge; tell whom an alerters.yaml names before this returns. Raises `StoreError`.

    `checks` and `programs` are all that is applied, of which the round runs some. Where nobody wrote an alerters.yaml,
    what is to be told waits for an agent: who runs this reads the results anyway. Nothing waits for others of its kind
    (`group_wait`), for all that this round finds is there. `say` prints what is for the terminal.
    """
    file = arranged.alerters
    told = "alerters" in arranged.written - arranged.unread
    async with Alerting(
        request.store,
        settings=request.settings,
        diagnose=diagnosing(request.store, request.clock),
        clock=request.clock,
        say=say,
    ) as alerting:
        if told:
            policy = replace(file.policy, group_wait=Duration(0))
            followed = replace(arranged, alerters=replace(file, policy=policy))
            await alerting.follow(followed, checks=checks, programs=programs)
        else:
            alerting.obey(rules_of(file, checks), nobody, programs=programs)
        report = await run_async(
            replace(request, take=lambda result, run_id: alerting.take(result, run_id=run_id))
        )
        if told:
            await alerting.settle()
    return report
