"""What is told about incidents, and to whom: wiring of the store, the state machine, diagnosis and the channels."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from nano_sre.alerts.compose import compose
from nano_sre.alerts.dispatch import Dispatcher, Limits, Send
from nano_sre.alerts.plan import plan
from nano_sre.alerts.rules import Rules, is_own_target, own_target
from nano_sre.alerts.written import read, write
from nano_sre.core.alert import Alert, Sent
from nano_sre.core.clock import Clock, SystemClock
from nano_sre.core.diagnosis import Diagnosis
from nano_sre.core.incident import AlertState
from nano_sre.core.outbox import Backlog, Delivery, Plan
from nano_sre.core.policy import AlertersFile, Policy
from nano_sre.core.program import Program
from nano_sre.core.result import SkillResult, TargetResult
from nano_sre.core.template import Template
from nano_sre.core.values import frozen
from nano_sre.incidents.machine import decide, pass_time

if TYPE_CHECKING:
    from nano_sre.alerts.channels import Channels
    from nano_sre.spec.link import Linked
    from nano_sre.store.store import Store

T = TypeVar("T")

Diagnose = Callable[[TargetResult], Awaitable[Diagnosis | None]]
"""Says why something fails. It is asked about failures only."""

LOOK_AROUND = timedelta(minutes=1)
"""How often it is asked what became true because nothing came."""
LONGEST_DIAGNOSIS = 20.0  # seconds; people are told without a cause rather than late
OWN_POLICY = Policy(flapping="off")


class Database(Protocol):
    """Transactions: what a `Store` offers, and a `Scratch`."""

    async def write(self, fn: Callable[[Any], T]) -> T: ...


@frozen
class Turn:
    """What a turn did: how many messages were planned, and when the next turn is needed at the latest."""

    planned: int
    next_at: datetime


def rules_of(
    file: AlertersFile, checks: Iterable[Linked] = (), *, environ: Mapping[str, str] | None = None
) -> Rules:
    """The rules of an `alerters.yaml`. A check also depends on the journey that it watches."""
    first = next((each.name for each in file.alerters if each.chosen.word == "stdout"), None)
    return Rules(
        routes=file.routes,
        policy=file.policy,
        maintenance=file.maintenance,
        hours=file.hours,
        timezone=file.timezone or "UTC",
        fallback=file.fallback or first,
        link=_link(file.link, environ or {}),
        depends_on={each.id: _parents(each) for each in checks if _parents(each)},
    )


def _parents(linked: Linked) -> tuple[str, ...]:
    watched = (linked.journey.id,) if linked.journey else ()
    return (*linked.check.depends_on, *watched)


def _link(link: Template | str | None, environ: Mapping[str, str]) -> str | None:
    """An address with a variable that is not set is no address."""
    if not isinstance(link, Template):
        return link
    return str(link.resolve(lambda ref: environ.get(ref.rest, ""))) or None


def sender(file: AlertersFile, channels: Channels) -> Send:
    """Hands alerts to the alerters of a file."""

    async def send(delivery: Delivery, alert: Alert) -> Sent:
        entry = file.named(delivery.alerter)
        if entry is None:
            return Sent(ok=False, permanent=True, detail="alerters.yaml has no alerter of this name any more")
        return await channels.send(entry.chosen.kind, alert, ref=delivery.ref)

    return send


def plan_in(db: Any, rules: Rules, now: datetime) -> Plan:
    """Plan what waits and write the plan down, inside the caller's transaction."""
    from nano_sre.store import outbox

    outbox.locked(db)
    made = plan(outbox.world(db), rules, now)
    if not made.is_empty:
        payloads = outbox.payloads(db, {each for draft in made.drafts for each in draft.shown})
        alerts = [write(compose(draft, payloads, rules, now=now)) for draft in made.drafts]
        outbox.carry_out(db, made, alerts, now=now)
    return made


class Alerting:
    """From a result to the message that somebody reads. Safe to kill at any point; what was begun is done again.

    `programs` are what is applied, by target; `due` says when the next result of a target was meant to come.
    """

    def __init__(
        self,
        store: Store,
        rules: Rules,
        send: Send,
        *,
        programs: Iterable[Program] = (),
        diagnose: Diagnose | None = None,
        due: Callable[[str], datetime | None] = lambda _target: None,
        clock: Clock | None = None,
        limits: Limits | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._clock = clock or SystemClock()
        self._diagnose = diagnose
        self._due = due
        self._awake_since = self._clock.now()
        self._looked_at: datetime | None = None
        self.wakes = asyncio.Event()  # set when a turn is needed at once
        self._dispatcher = Dispatcher(
            tray=StoredTray(store),
            send=send,
            clock=self._clock,
            limits=limits or Limits(),
            chance=chance,
            changed=self.wakes.set,
        )
        self.follow(rules, send, programs=programs)

    def follow(self, rules: Rules, send: Send, *, programs: Iterable[Program]) -> None:
        """Go on with what is applied now."""
        self._rules = rules
        self._programs = {program.target: program for program in programs}
        self._dispatcher.send = send
        self.wakes.set()

    async def take(
        self,
        result: TargetResult,
        *,
        run_id: str,
        run_key: str | None = None,
        worker_id: str | None = None,
    ) -> int:
        """Record a result with all that follows from it, in one transaction; returns its row id.

        A result that was recorded before changes nothing. Raises `StoreError`.
        """
        from nano_sre.store import incidents

        diagnosis = await self._concluded(result)
        now = self._clock.now()
        judge = partial(decide, policy=self._rules.policy, now=now)
        beside = self._beside(result, run_id)

        def then(db: Any, _row: int, result: TargetResult) -> None:
            incidents.apply(db, result, decide=judge, now=now, diagnosis=diagnosis, beside=beside)

        row = await self._store.record(result, run_id=run_id, run_key=run_key, worker_id=worker_id, then=then)
        self.wakes.set()
        return row

    async def _concluded(self, result: TargetResult) -> Diagnosis | None:
        """What a diagnosis says of a failure. One that takes too long, or breaks, delays nobody's alert."""
        if self._diagnose is None or result.status == "PASS" or result.inconclusive is not None:
            return None
        try:
            return await asyncio.wait_for(self._diagnose(result), LONGEST_DIAGNOSIS)
        except Exception as error:  # noqa: BLE001 - whatever it is, people have to hear of the failure itself
            return Diagnosis(note=f"No cause could be looked for: {type(error).__name__}: {error}")

    def _beside(self, result: TargetResult, run_id: str) -> Any:
        from nano_sre.store.incident_facts import Beside

        program = self._programs.get(result.target)
        if program is None:
            return Beside(run_id=run_id)
        return Beside(
            run_id=run_id,
            runbook=program.runbook,
            owner=program.owner,
            tags=program.tags,
            others=self._other_devices(program),
        )

    def _other_devices(self, program: Program) -> tuple[str, ...]:
        """The targets of the same check in the same place on other devices."""
        here = _place(program.target)
        return tuple(
            other.target
            for other in self._programs.values()
            if other.check_id == program.check_id
            and other.target != program.target
            and _place(other.target) == here
        )

    async def turn(self) -> Turn:
        """Let time pass, plan what can be told now, and begin to send what is due. Does not wait for channels."""
        from nano_sre.store import deliveries

        self.wakes.clear()
        now = self._clock.now()
        if self._looked_at is None or now >= self._looked_at + LOOK_AROUND or now < self._looked_at:
            self._looked_at = now
            await self._store.write(lambda db: self._let_time_pass(db, now))
        made = await self._store.write(lambda db: plan_in(db, self._rules, now))
        await self._dispatcher.start()
        due = await self._store.write(deliveries.next_due)
        times = [self._looked_at + LOOK_AROUND, made.next_at, due, self._dispatcher.paused()]
        ahead = [each for each in times if each is not None and each > now]
        return Turn(planned=len(made.drafts), next_at=min(ahead))

    def _let_time_pass(self, db: Any, now: datetime) -> None:
        from nano_sre.store import incidents

        def passes(state: AlertState) -> Any:
            if is_own_target(state.target):
                return state, ()  # an alerter that has nothing to send is none to worry about
            return pass_time(
                state,
                policy=self._rules.policy,
                now=now,
                due=self._due(state.target),
                awake_since=self._awake_since,
            )

        incidents.let_time_pass(db, passes, now=now)

    async def serve(self, stop: asyncio.Event) -> None:
        """Turn after turn, as soon as something changes and as late as nothing does, until `stop` is set."""
        stopping = asyncio.create_task(stop.wait())
        while not stop.is_set():
            turn = await self.turn()
            pause = max(0.0, (turn.next_at - self._clock.now()).total_seconds())
            waking = asyncio.create_task(self.wakes.wait())
            await asyncio.wait({waking, stopping}, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
            waking.cancel()
        stopping.cancel()

    async def settle(self) -> None:
        """Turn until nothing more can be sent now: for the end of a single round."""
        while (await self.turn()).planned or self._dispatcher.busy:
            await self._dispatcher.settle()

    async def close(self) -> None:
        """Stop sending. What was in flight is sent again by whoever comes next."""
        await self._dispatcher.close()

    async def backlog(self) -> Backlog:
        """How much there is to tell and to send."""
        from nano_sre.store import outbox

        return await self._store.write(outbox.backlog)

    async def drained(self, *, within: timedelta = timedelta(minutes=5)) -> bool:
        """Whether everything that could be told has been, but for the last few minutes: then a heart may beat."""
        oldest = (await self.backlog()).oldest
        return oldest is None or self._clock.now() - oldest < within


def _place(target: str) -> str:
    """`store/id@device/market` without its device."""
    check, _, place = target.partition("@")
    return f"{check}@{place.partition('/')[2]}"


class StoredTray:
    """The deliveries of a database, for the dispatcher; and how its alerters fare, as incidents of our own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, now: datetime) -> Sequence[str]:
        from nano_sre.store import deliveries

        return await self._database.write(lambda db: deliveries.due_alerters(db, now))

    async def claim(self, alerter: str, *, now: datetime, lease: timedelta, limit: int) -> Sequence[Delivery]:
        from nano_sre.store import deliveries

        return await self._database.write(
            lambda db: deliveries.claim(db, alerter, now=now, lease=lease, limit=limit)
        )

    async def sent(self, delivery: Delivery, sent: Sent, *, now: datetime) -> None:
        from nano_sre.store import deliveries

        def record(db: Any) -> None:
            deliveries.record_sent(db, delivery, ref=sent.ref, detail=sent.detail, now=now)
            judge_alerter(db, delivery.alerter, trouble=None, now=now)

        await self._database.write(record)

    async def failed(self, delivery: Delivery, *, error: str, next_at: datetime) -> None:
        from nano_sre.store import deliveries

        await self._database.write(
            lambda db: deliveries.record_failed(db, delivery, error=error, next_at=next_at)
        )

    async def pause(self, alerter: str, *, until: datetime) -> None:
        from nano_sre.store import deliveries

        await self._database.write(lambda db: deliveries.pause(db, alerter, until=until))

    async def dead(self, delivery: Delivery, *, error: str, now: datetime) -> None:
        from nano_sre.store import deliveries

        await self._database.write(lambda db: deliveries.record_dead(db, delivery, error=error, now=now))

    async def unreachable(self, alerter: str, *, error: str, delivery: Delivery, now: datetime) -> None:
        said = f"“{alerter}” cannot be reached: {error}. Not delivered: {read(delivery.alert).title}"
        await self._database.write(lambda db: judge_alerter(db, alerter, trouble=said, now=now))


def judge_alerter(db: Any, alerter: str, *, trouble: str | None, now: datetime) -> None:
    """An alerter is a target of its own: what becomes of it goes the same way as the stores' troubles."""
    from nano_sre.store import alert_states, incidents

    target = own_target(alerter)
    if trouble is None and alert_states.state_of(db, target).phase == "ok":
        return
    status, summary = ("FAIL", trouble) if trouble else ("PASS", f"“{alerter}” can be reached again")
    result = TargetResult(
        result=SkillResult("alerter", status, summary, timestamp=now),  # type: ignore[arg-type]
        target=target,
        check_id=AlertersFile.id,
        kind="alerter",
        name=f"The alerter “{alerter}”",
        store_id="monitor",
        store_url="",
        severity="P1",
    )
    incidents.apply(db, result, decide=partial(decide, policy=OWN_POLICY, now=now), now=now)
