"""From results to messages, with channels that fail: what holds whatever happens, in whatever order."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from nano_sre.alerting.tray import StoredTray, plan_in
from nano_sre.alerts.dispatch import Dispatcher, Limits
from nano_sre.alerts.receipts import Receipts
from nano_sre.alerts.rules import Rules
from nano_sre.core.alert import TROUBLE, Alert, Sent
from nano_sre.core.fields import Duration
from nano_sre.core.forms import Name
from nano_sre.core.incident import AlertState, Notice, Observation, Seen
from nano_sre.core.outbox import Delivery
from nano_sre.core.policy import Maintenance, Moment, Policy
from nano_sre.incidents.machine import decide, pass_time
from nano_sre.store import outbox
from nano_sre.store.alert_models import AlertStateRow, OutboxRow
from nano_sre.store.models import Incident
from nano_sre.store.plain import iso
from nano_sre.store.scratch import Scratch
from support.telling import NOON, Hands, minutes, to

TARGETS = (
    "main/home@desktop",
    "main/cart@desktop",
    "main/cart@iphone",
    "main/search@desktop",
    "main/pay@desktop",
)
SEVERITY = {"home": "P0", "cart": "P1", "search": "P2", "pay": "P2"}
CAUSES = {"search": "theme-broken", "pay": "theme-broken"}
ENDS = {"resolved", "partly_resolved", "calm", "data_back"}
RULES = Rules(
    routes=(to("pager", "team", severity=("P0", "P1")), to("team")),
    policy=Policy(group_wait=Duration(20_000), at_most_every=Duration(600_000), flapping=6),
    depends_on={"cart": ("home",)},
)


def check_of(target: str) -> str:
    return target.partition("/")[2].partition("@")[0]


class Lossy(StoredTray):
    """Dies, when it is told to, between the channel's yes (and its receipt) and the row that says so."""

    dies = False

    async def sent(self, delivery: Delivery, sent: Sent, *, now: datetime) -> None:
        if self.dies:
            self.dies = False
            raise ConnectionResetError("killed")
        await super().sent(delivery, sent, now=now)

    async def unreachable(self, alerter: str, **more: Any) -> None:
        """Told elsewhere: here it is only about the stores."""


class Telling(RuleBasedStateMachine):
    """Five targets, two alerters, a clock; `heard` is what the alerters took, in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.database, self.clock, self.rules = Scratch(), Hands(), RULES
        self.folder = Path(tempfile.mkdtemp())
        self.states = {target: AlertState(target=target) for target in TARGETS}
        self.fired: dict[str, str] = {}
        self.ended: set[str] = set()
        self.heard: list[tuple[str, Alert]] = []
        self.mode = {"team": "works", "pager": "works"}
        self.cut: set[tuple[str, str]] = set()  # taken, and the sender died before it could note so
        self.cuts = False
        self.dispatcher = self.new_process()

    def new_process(self) -> Dispatcher:
        limits = Limits(burst=1000, per_second=1000, lease=minutes(1))
        self.receipts = Receipts(self.folder, clock=self.clock)
        self.tray = Lossy(self.database, self.receipts)
        return Dispatcher(
            tray=self.tray,
            send=self.receipts.noting(self.receive),
            clock=self.clock,
            limits=limits,
            chance=lambda: 0.5,
        )

    async def receive(self, delivery: Delivery, alert: Alert) -> Sent:
        mode = self.mode[delivery.alerter]
        if mode == "works":
            self.hear(delivery.alerter, alert)
            if self.cuts:
                self.cut.add((delivery.alerter, alert.key))
                await asyncio.Event().wait()
            return Sent(ok=True, ref={"ts": "1"})
        if mode == "asks for patience":
            return Sent(ok=False, detail="429", retry_after=90)
        return Sent(ok=False, detail="500")

    def hear(self, alerter: str, alert: Alert) -> None:
        """What must be true of every message, at the moment it arrives."""
        if (alerter, alert.key) in {(who, each.key) for who, each in self.heard}:
            assert (alerter, alert.key) in self.cut, f"{alerter} heard {alert.title} twice"
        for begin, end in self.windows():
            assert not begin <= alert.at < end, f"planned during maintenance: {alert.title}"
        told = {item.episode for who, each in self.heard if who == alerter for item in each.items}
        for item in alert.items:
            assert item.episode in self.fired, f"{item.episode} never fired"
            if alert.kind == "was_down":
                assert item.episode not in told, f"{alert.title}: its beginning was told under another key"
            if alert.kind in ENDS:
                assert item.episode in told or alert.kind == "data_back", f"{alert.title}: of what?"
                assert item.episode in self.ended or alert.kind == "calm"
        self.heard.append((alerter, alert))

    def windows(self) -> list[tuple[datetime, datetime]]:
        zone = NOON.tzinfo
        return [
            (
                datetime.fromisoformat(m.from_).replace(tzinfo=zone),
                datetime.fromisoformat(m.to).replace(tzinfo=zone),
            )
            for m in self.rules.maintenance
        ]

    # What happens to the stores

    @rule(where=st.sampled_from(TARGETS), seen=st.sampled_from(["pass", "fail", "fail", "inconclusive"]))
    def one_result(self, where: str, seen: Seen) -> None:
        self.see(where, seen)
        self.turn()

    @rule(seen=st.sampled_from(["pass", "fail"]))
    def all_results(self, seen: Seen) -> None:
        for target in TARGETS:
            self.see(target, seen)
        self.wait(30)

    def see(self, where: str, seen: Seen) -> None:
        self.clock.move(timedelta(seconds=1))
        observation = Observation(at=self.clock.now(), seen=seen)
        self.keep(*decide(self.states[where], observation, policy=self.rules.policy, now=self.clock.now()))

    def keep(self, state: AlertState, notices: tuple[Notice, ...]) -> None:
        self.states[state.target] = state
        self.database.write_now(lambda db: self.write(db, state, notices))
        for notice in notices:
            if notice.kind in ("fired", "flapping", "no_data"):
                self.fired[notice.episode] = notice.target
            if notice.until is not None:
                self.ended.add(notice.episode)

    def write(self, db: Any, state: AlertState, notices: tuple[Notice, ...]) -> None:
        check = check_of(state.target)
        row = {
            "target": state.target,
            "check_id": check,
            "phase": state.phase,
            "state": "{}",
            "updated_at": "",
        }
        AlertStateRow.insert(row).on_conflict_replace().execute(db)
        for notice in notices:
            incident = self.incident(db, notice)
            outbox.enqueue(
                db, notice, incident_id=incident, check_id=check, store_id="main", severity=SEVERITY[check],
                cause=CAUSES.get(check), payload={},
            )  # fmt: skip

    def incident(self, db: Any, notice: Notice) -> int:
        known = Incident.select(Incident.id).where(Incident.episode == notice.episode).scalar(db)
        if known is None:
            row = dict.fromkeys(("store_url", "skill_name", "severity", "title", "details"), "{}")
            more = {
                "created_at": iso(notice.at),
                "status": "open",
                "target": notice.target,
                "episode": notice.episode,
            }
            return int(Incident.insert({**row, **more}).execute(db))
        if notice.until is not None:
            Incident.update(status="resolved").where(Incident.id == known).execute(db)
        return int(known)

    # What people and channels do

    @rule(where=st.sampled_from(TARGETS))
    def acknowledge(self, where: str) -> None:
        change = Incident.update(acknowledged_at=iso(self.clock.now())).where(
            Incident.target == where, Incident.status == "open"
        )
        self.database.write_now(change.execute)

    @rule(
        alerter=st.sampled_from(["team", "pager"]),
        mode=st.sampled_from(["works", "fails", "asks for patience"]),
    )
    def change_channel(self, alerter: str, mode: str) -> None:
        self.mode[alerter] = mode

    @rule(length=st.integers(1, 60))
    def maintain(self, length: int) -> None:
        self.clock.at = self.clock.at.replace(second=0) + minutes(1)
        begin = self.clock.now()
        until = begin + minutes(length)
        window = Maintenance(
            name=Name("sale"), from_=Moment(f"{begin:%Y-%m-%d %H:%M}"), to=Moment(f"{until:%Y-%m-%d %H:%M}")
        )
        self.rules = replace(self.rules, maintenance=(*self.rules.maintenance, window))

    @rule(seconds=st.sampled_from([5, 30, 120, 900, 5400]))
    def wait(self, seconds: int) -> None:
        self.clock.move(timedelta(seconds=seconds))
        for state in list(self.states.values()):
            self.keep(*pass_time(state, policy=self.rules.policy, now=self.clock.now()))
        self.turn()

    @rule(where=st.sampled_from(TARGETS), seen=st.sampled_from(["pass", "fail"]))
    def crash(self, where: str, seen: Seen) -> None:
        self.see(where, seen)
        self.clock.move(timedelta(seconds=30))
        self.tray.dies = True
        self.turn()
        self.die()

    @rule(where=st.sampled_from(TARGETS), seen=st.sampled_from(["pass", "fail"]))
    def crash_before_the_receipt(self, where: str, seen: Seen) -> None:
        self.see(where, seen)
        self.clock.move(timedelta(seconds=30))
        self.cuts = True
        self.turn()
        self.cuts = False
        self.die()

    def die(self) -> None:
        """What a process that ends leaves behind: its file, which nobody holds any more."""
        left = self.receipts.unsettled()
        self.receipts.close()
        assert bool(left) == any(self.folder.iterdir())
        self.dispatcher = self.new_process()

    def turn(self) -> None:
        asyncio.run(self._turn())

    async def _turn(self) -> None:
        for _ in range(5):
            await self.tray.catch_up()
            made = self.database.write_now(lambda db: plan_in(db, self.rules, self.clock.now()))
            try:
                await self.dispatcher.start()
                if self.cuts:
                    await asyncio.sleep(0.05)
                    await self.dispatcher.close()
                    return
                await self.dispatcher.settle()
            except ConnectionResetError:
                await self.dispatcher.close()
                return
            if not made.drafts:
                return

    # What must be true in the end

    def teardown(self) -> None:
        self.mode = dict.fromkeys(self.mode, "works")
        for step in (minutes(61), minutes(61), minutes(11), minutes(11)):  # the longest maintenance is over
            self.clock.move(step)
            self.turn()
        self.everything_is_told()
        for state in list(self.states.values()):
            self.see(state.target, "pass")
        for step in (minutes(1), minutes(31), minutes(11)):
            self.clock.move(step)
            for target in TARGETS:
                self.see(target, "pass")
            self.turn()
        self.everything_is_told()
        self.every_end_is_told()
        self.database.__exit__()
        self.receipts.close()
        shutil.rmtree(self.folder)

    def everything_is_told(self) -> None:
        left = OutboxRow.select(OutboxRow.kind, OutboxRow.held_by, OutboxRow.target).where(
            OutboxRow.state << ["waiting", "held"]
        )
        for kind, why, target in self.database.read(lambda db: list(left.tuples().execute(db))):
            parent = check_of(target) == "cart" and self.states[TARGETS[0]].phase != "ok"
            assert parent, f"{kind} of {target} was never told: {why}"
        dropped = OutboxRow.select(OutboxRow.episode).where(OutboxRow.state << ["dropped", "held"])
        silent = {row[0] for row in self.database.read(lambda db: list(dropped.tuples().execute(db)))}
        for episode, target in self.fired.items():
            for alerter in ("team", "pager") if SEVERITY[check_of(target)] < "P2" else ("team",):
                heard = any(who == alerter and episode in _episodes(alert) for who, alert in self.heard)
                assert heard or episode in silent, f"{alerter} never heard of {target}"

    def every_end_is_told(self) -> None:
        assert set(self.fired) == self.ended
        last: dict[tuple[str, str], str] = {}
        for alerter, alert in self.heard:
            for episode in _episodes(alert):
                last[alerter, episode] = alert.kind
        open_ = {key: kind for key, kind in last.items() if kind in TROUBLE}
        assert open_ == {}, "trouble was told, and its end was not"


def _episodes(alert: Alert) -> set[str]:
    return {item.episode for item in alert.items}


TestTelling = pytest.mark.slow(Telling.TestCase)
TestTelling.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
