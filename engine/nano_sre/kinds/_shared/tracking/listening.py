"""What watches the tracking of a visit for `kind: pixels`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from nano_sre.core.hits import Decoded
from nano_sre.core.result import StepReport, WatchReport
from nano_sre.core.values import frozen
from nano_sre.core.watch import Needs
from nano_sre.core.watcher import WatchedVisit
from nano_sre.kinds._shared.tracking.case import Case
from nano_sre.kinds._shared.tracking.decode import Vendors, vendors_for
from nano_sre.kinds._shared.tracking.judge import is_complete, judged
from nano_sre.kinds._shared.tracking.seen import seen_of
from nano_sre.kinds._shared.tracking.titles import titles
from nano_sre.kinds._shared.tracking.wanted import Plan

PATIENCE = 4.0  # seconds that hits may come late
PATIENCE_WITH_PURCHASES = (
    20.0  # they come from a sandbox: up to 10 s are usual, and later ones are told as late
)


@frozen
class TrackingWatcher:
    """Watches what tracking vendors hear."""

    kind_name: ClassVar[str] = "pixels"

    plan: Plan

    @property
    def patience(self) -> float:
        """How long it waits for what is expected and has not come, in seconds."""
        late = any(wanted.event == "purchase" for wanted in self.plan.expect)
        return PATIENCE_WITH_PURCHASES if late else PATIENCE

    def needs(self, *, own: bool) -> Needs:
        return Needs(records=frozenset({"hits", "hosts", "shop_events", "carts"}), patience=self.patience)

    def titles(self) -> tuple[str, ...]:
        return titles(self.plan)

    def start(self, visit: WatchedVisit) -> Listening:
        return Listening(self, visit, vendors_for(visit.store))


@dataclass(slots=True)
class Listening:
    """The tracking of one visit."""

    watcher: TrackingWatcher
    visit: WatchedVisit
    vendors: Vendors
    known: dict[int, Decoded] = field(default_factory=dict)
    last: Case | None = None

    async def after(self, step: StepReport) -> None:
        """Hits are heard all the time."""

    def is_waiting(self) -> bool:
        """Whether something expected has not come yet."""
        return not is_complete(self.watcher.plan, self._case())

    async def verdict(self) -> WatchReport:
        return judged(self.watcher.plan, self._case())

    def _case(self) -> Case:
        """The visit as it stands: while nothing new has come, as it stood before."""
        seen, accounts = seen_of(self.visit), self._accounts()
        if self.last is None or (seen, accounts) != (self.last.told, self.last.accounts):
            value = self.visit.value
            self.last = Case(seen, vendors=self.vendors, accounts=accounts, value=value, decoded=self.known)
        return self.last

    def _accounts(self) -> Mapping[str, tuple[str, ...]]:
        given = self.watcher.plan.vendors
        return {vendor: tuple(str(self.visit.value(each)) for each in of) for vendor, of in given.items()}
