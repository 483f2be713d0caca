"""What other rules would have told of the past: recorded verdicts, judged and planned again with a moved clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from nano_sre.alerting.tray import plan_in
from nano_sre.alerts.rules import Rules
from nano_sre.alerts.written import read
from nano_sre.core.incident import AlertState, Notice, Observation
from nano_sre.core.outbox import PastMessage, Payload, Verdict
from nano_sre.core.program import Program
from nano_sre.incidents.machine import decide
from nano_sre.store import deliveries, outbox
from nano_sre.store.alert_states import save_state
from nano_sre.store.scratch import Scratch

Causes = Mapping[str, Sequence[tuple[datetime, str]]]
"""What was found to be the cause of a target's troubles, and when these began; oldest first."""


def simulate(
    verdicts: Iterable[Verdict],
    rules: Rules,
    *,
    programs: Iterable[Program] = (),
    causes: Causes | None = None,
    until: datetime,
) -> list[PastMessage]:
    """The messages that these rules would have sent, had every channel worked at once.

    Nobody acknowledges or snoozes anything. `programs` know the severity and the tags of a target; `causes` are those
    that were found at the time. Writes nothing.
    """
    with Scratch() as scratch:
        past = _Past(scratch, rules, {each.target: each for each in programs}, causes or {})
        for verdict in verdicts:
            past.pass_until(verdict.at)
            past.see(verdict)
        past.pass_until(until)
        return past.sent


@dataclass(slots=True)
class _Past:
    """The state of everything at one moment of the past."""

    scratch: Scratch
    rules: Rules
    programs: Mapping[str, Program]
    causes: Causes
    sent: list[PastMessage] = field(default_factory=list)
    states: dict[str, AlertState] = field(default_factory=dict)
    siblings: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    next_at: datetime | None = None

    def see(self, verdict: Verdict) -> None:
        before = self.states.get(verdict.target, AlertState(target=verdict.target))
        others = [self.states[other] for other in self._others(verdict) if other in self.states]
        observation = Observation(
            at=verdict.at,
            seen=verdict.seen,
            others=len(others),
            others_failing=sum(state.recent[-1:] == (True,) for state in others),
        )
        after, notices = decide(before, observation, policy=self.rules.policy, now=verdict.at)
        self.states[verdict.target] = after
        if notices or after.phase != before.phase:
            self.scratch.write_now(lambda db: self._keep(db, verdict, after, notices))
            self._tell(verdict.at)

    def _others(self, verdict: Verdict) -> set[str]:
        """The same check in the same place on other devices, as far as it has been seen."""
        check, _, place = verdict.target.partition("@")
        group = self.siblings.setdefault((check, place.partition("/")[2]), set())
        group.add(verdict.target)
        return group - {verdict.target}

    def _keep(self, db: Any, verdict: Verdict, state: AlertState, notices: Iterable[Notice]) -> None:
        save_state(db, state, check_id=verdict.check_id)
        program = self.programs.get(verdict.target)
        for notice in notices:
            outbox.enqueue(
                db,
                notice,
                incident_id=None,
                check_id=verdict.check_id,
                store_id=verdict.target.partition("/")[0],
                severity="P3" if state.warned else program.severity if program else "P2",
                cause=self._cause(verdict),
                payload=_payload(verdict, program),
            )

    def _cause(self, verdict: Verdict) -> str | None:
        """The cause of the trouble that began last before now, or (diagnosed late) within the next minute."""
        soon = verdict.at + timedelta(minutes=1)
        return next((c for at, c in reversed(self.causes.get(verdict.target, ())) if at <= soon), None)

    def pass_until(self, moment: datetime) -> None:
        """Everything that time alone brings about before that moment."""
        while self.next_at is not None and self.next_at <= moment:
            self._tell(self.next_at)

    def _tell(self, now: datetime) -> None:
        while True:
            made = self.scratch.write_now(lambda db: plan_in(db, self.rules, now))
            self.next_at = made.next_at
            if not made.drafts:
                return
            for alerter in {draft.alerter for draft in made.drafts}:
                self.scratch.write_now(partial(self._deliver, alerter=alerter, now=now))

    def _deliver(self, db: Any, *, alerter: str, now: datetime) -> None:
        while taken := deliveries.claim(db, alerter, now=now, lease=timedelta(minutes=1), limit=100):
            for each in taken:
                deliveries.record_sent(db, each, ref=None, detail="", now=now)
                title = read(each.alert).title
                self.sent.append(PastMessage(at=now, alerter=each.alerter, kind=each.kind, title=title))


def _payload(verdict: Verdict, program: Program | None) -> Payload:
    known = {"owner": program.owner, "tags": program.tags, "name": program.name} if program else {}
    return {"item": {"kind": verdict.kind, "summary": verdict.summary, **known}}
