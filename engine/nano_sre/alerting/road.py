"""From a result to what somebody reads: recorded, judged, planned and sent."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from nano_sre.alerting.arranged import links_of, rules_of, sender
from nano_sre.alerting.presses import Presses
from nano_sre.alerting.tray import StoredTray, plan_in
from nano_sre.alerts.courier import Courier
from nano_sre.alerts.dispatch import Dispatcher, Limits, Send
from nano_sre.alerts.receipts import FOLDER, Receipts
from nano_sre.alerts.rules import Rules, at_once, is_own_target
from nano_sre.config.settings import Settings
from nano_sre.core.alert import Alert, Sent
from nano_sre.core.clock import Clock, SystemClock
from nano_sre.core.diagnosis import Diagnosis
from nano_sre.core.fields import Duration
from nano_sre.core.incident import AlertState, Notice
from nano_sre.core.outbox import Backlog, Delivery
from nano_sre.core.policy import Heartbeat
from nano_sre.core.ports import Abort
from nano_sre.core.program import Program
from nano_sre.core.result import TargetResult
from nano_sre.core.values import frozen
from nano_sre.incidents.machine import Decision, decide, pass_time
from nano_sre.store import deliveries, incidents, outbox
from nano_sre.store.incident_facts import Beside

if TYPE_CHECKING:
    from nano_sre.alerts.channels import Channels
    from nano_sre.service import Arrangements
    from nano_sre.spec.link import Linked
    from nano_sre.store.store import Store

Diagnose = Callable[[TargetResult], Awaitable[Diagnosis | None]]
"""Says why something fails. It is asked about failures only."""

LOOK_AROUND = timedelta(minutes=1)
"""How often it is asked what became true because nothing came."""
LONGEST_DIAGNOSIS = 20.0  # seconds; people are told without a cause rather than late
LAST_WORDS = 10.0  # seconds that messages on their way have when everything ends
LATE = timedelta(minutes=5)
AT_ONCE = 100  # targets that fell silent in one transaction: the results of others wait for it


@frozen
class Turn:
    """What a turn did: how many messages were planned, and when the next turn is needed at the latest."""

    planned: int
    next_at: datetime


async def nobody(delivery: Delivery, _alert: Alert) -> Sent:
    """Sends nothing: it is tried again by whoever knows the alerters."""
    return Sent(ok=False, detail=f"nobody has said yet what “{delivery.alerter}” is")


class Alerting:
    """From a result to the message that somebody reads. Safe to kill at any point; what was begun is done again.

    Used as a context manager, which opens the channels; at its end messages on their way get a moment to arrive.
    `due` says when the next result of a target was meant to come. `wakes` is set when a turn is needed at once.
    """

    def __init__(
        self,
        store: Store,
        *,
        settings: Settings,
        diagnose: Diagnose | None = None,
        due: Callable[[str], datetime | None] = lambda _target: None,
        clock: Clock | None = None,
        limits: Limits | None = None,
        chance: Callable[[], float] = random.random,
        say: Callable[[str], None] | None = None,
    ) -> None:
        """`say` prints what is for the terminal; on stdout by default."""
        self._store = store
        self._settings = settings
        self._say = say
        self._clock = clock or SystemClock()
        self._diagnose = diagnose
        self._due = due
        self._awake_since = self._clock.now()
        self._looked_at: datetime | None = None
        self._rules = Rules()
        self._knows_whom_to_tell = False
        self._programs: dict[str, Program] = {}
        self._channels: Channels | None = None
        self._opened: AsyncExitStack | None = None
        self._courier = Courier()
        self._receipts = Receipts(store.files.data_dir / FOLDER, clock=self._clock)
        self.presses = Presses(store, self._courier, clock=self._clock)
        self._tray = StoredTray(store, self._receipts)
        self._closing: set[asyncio.Task[None]] = set()
        self.wakes = asyncio.Event()
        self._dispatcher = Dispatcher(
            tray=self._tray,
            send=nobody,
            clock=self._clock,
            limits=limits or Limits(),
            chance=chance,
            changed=self.wakes.set,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._dispatcher.settle(), LAST_WORDS)
        await self._dispatcher.close()
        await asyncio.gather(*self._closing, return_exceptions=True)
        await self.presses.close()
        if self._opened is not None:
            await self._courier.do(self._opened.aclose)
            self._opened = None
        self._courier.close()
        self._receipts.close()

    async def follow(
        self, arranged: Arrangements, *, checks: Iterable[Linked] = (), programs: Iterable[Program] = ()
    ) -> None:
        """Go on with what is applied now: who is told, what depends on what, and what messages say of a target."""
        from nano_sre.alerts.channels import channels

        file = arranged.alerters
        opened = AsyncExitStack()
        made = channels(
            self._settings,
            timezone=file.timezone or "UTC",
            templates=arranged.folder / file.templates if file.templates else None,
            clock=self._clock,
            say=self._say,
            read=self._store.files.read,
        )
        fresh = await self._courier.do(lambda: opened.enter_async_context(made))
        former, self._opened, self._channels = self._opened, opened, fresh
        rules = rules_of(file, checks, environ=self._settings.environ)
        links = links_of(rules, self._settings.environ)
        send = self._courier.carrying(self._receipts.noting(sender(file, fresh, links)))
        self.presses.follow(file, fresh)
        self._obey(rules, send, programs)
        if former is None:
            return
        closing = asyncio.create_task(self._close(former))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    async def _close(self, former: AsyncExitStack) -> None:
        """What is on its way still uses the former channels."""
        with suppress(Exception):  # whatever ended a lane is raised where the next turn is made
            await self._dispatcher.settle()
        await self._courier.do(former.aclose)

    def obey(self, rules: Rules, send: Send, *, programs: Iterable[Program] = ()) -> None:
        """`follow` for rules and channels that somebody else has made."""
        self._obey(rules, self._receipts.noting(send), programs)

    def _obey(self, rules: Rules, send: Send, programs: Iterable[Program]) -> None:
        self._rules = rules
        self._knows_whom_to_tell = True
        self._programs = {program.target: program for program in programs}
        self._dispatcher.send = send
        self.wakes.set()

    @property
    def counts(self) -> Mapping[tuple[str, str], int]:
        """Tries to send since the start, by (alerter, outcome: sent, retried, dead)."""
        return self._dispatcher.counts

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
        diagnosis = await self._concluded(result)
        now = self._clock.now()
        judge = partial(decide, policy=self._rules.policy, now=now)
        beside = self._beside(result, run_id)

        told: list[Notice] = []

        def then(db: Any, _row: int, result: TargetResult) -> None:
            told[:] = incidents.apply(db, result, decide=judge, now=now, diagnosis=diagnosis, beside=beside)

        row = await self._store.record(result, run_id=run_id, run_key=run_key, worker_id=worker_id, then=then)
        if any(notice.kind == "no_data" for notice in told):
            self._looked_at = None  # others may be blind with it
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

    def _beside(self, result: TargetResult, run_id: str) -> Beside:
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

    async def turn(self, now: datetime | None = None, *, wait_for_others: bool = True) -> Turn:
        """Let time pass, plan what can be told now, and begin to send what is due. Does not wait for channels.

        Without `wait_for_others` nothing is held for the policy's `group_wait`.
        """
        self.wakes.clear()
        now = now or self._clock.now()
        if not self._knows_whom_to_tell:
            return Turn(planned=0, next_at=now + timedelta(seconds=1))
        if self._looked_at is None or now >= self._looked_at + LOOK_AROUND or now < self._looked_at:
            self._looked_at = now
            await self._let_time_pass(now)
        rules = self._rules if wait_for_others else at_once(self._rules)
        await self._tray.catch_up()
        made = await self._store.write(lambda db: plan_in(db, rules, now))
        await self._dispatcher.start()
        due = await self._store.write(deliveries.next_due)
        times = [self._looked_at + LOOK_AROUND, made.next_at, due, self._dispatcher.paused()]
        ahead = [each for each in times if each is not None and each > now]
        return Turn(planned=len(made.drafts), next_at=min(ahead))

    async def _let_time_pass(self, now: datetime) -> None:
        policy = self._rules.policy
        sooner = replace(policy, no_data_after=Duration(int(policy.no_data_after) // 2))
        blind: set[str] = set()

        def passes(state: AlertState) -> Decision:
            if is_own_target(state.target):
                return state, ()  # an alerter that has nothing to send is none to worry about
            return pass_time(
                state,
                policy=sooner if _store(state.target) in blind else policy,
                now=now,
                due=self._due(state.target),
                awake_since=self._awake_since,
            )

        def miss(db: Any, targets: Sequence[str]) -> None:
            incidents.let_time_pass(db, passes, now=now, targets=targets)

        blind |= {_store(target) for target in await asyncio.to_thread(self._store.read, incidents.blind)}
        silent = await asyncio.to_thread(self._store.read, partial(incidents.silent, decide=passes))
        fresh = {_store(target) for target in silent} - blind
        if fresh:  # a monitor that is blind on a whole store is one message, though some were due earlier
            blind |= fresh
            silent = await asyncio.to_thread(self._store.read, partial(incidents.silent, decide=passes))
        for start in range(0, len(silent), AT_ONCE):
            await self._store.write(partial(miss, targets=silent[start : start + AT_ONCE]))

    async def settle(self) -> None:
        """Tell all that can be told now, at the end of a round or of the process: nothing else is waited for."""
        while (await self.turn(wait_for_others=False)).planned or self._dispatcher.busy:
            await self._dispatcher.settle()

    async def backlog(self) -> Backlog:
        """How much there is to tell and to send."""
        return await self._store.write(outbox.backlog)

    async def drained(self, now: datetime) -> bool:
        """Whether everything that could be told has been, but for the last minutes: then a heart may beat."""
        oldest = (await self.backlog()).oldest
        return oldest is None or now - oldest < LATE

    async def ping(self, heartbeat: Heartbeat) -> str | None:
        """Call the address that notices when nobody calls it. Gives what went wrong, or None."""
        channels = self._channels
        return None if channels is None else await self._courier.do(lambda: _call(channels, heartbeat))


async def _call(channels: Channels, heartbeat: Heartbeat) -> str | None:
    channel = channels.to()
    try:
        reply = await channel.post(channel.value(heartbeat.url), method="GET")
    except (OSError, Abort) as error:
        return channels.masked(f"The heartbeat cannot be sent: {error}")
    return None if reply.status < 400 else f"The heartbeat's address answers {reply.status}."


def _store(target: str) -> str:
    return target.partition("/")[0]


def _place(target: str) -> str:
    """`store/id@device/market` without its device."""
    check, _, place = target.partition("@")
    return f"{check}@{place.partition('/')[2]}"
