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

    async def after(self, step: StepReport) -> None:
        """Hits are heard all the time."""

    def is_waiting(self) -> bool:
        """Whether something expected has not come yet."""
        return not is_complete(self.watcher.plan, self._case())

    async def verdict(self) -> WatchReport:
        return judged(self.watcher.plan, self._case())

    def _case(self) -> Case:
        return case_of(self.watcher.plan, self.visit, vendors=self.vendors, known=self.known)


def case_of(plan: Plan, visit: WatchedVisit, *, vendors: Vendors, known: dict[int, Decoded]) -> Case:
    """The visit as it stands, ready to be judged."""
    accounts: Mapping[str, tuple[str, ...]] = {
        vendor: tuple(str(visit.value(each)) for each in given) for vendor, given in plan.vendors.items()
    }
    return Case(seen_of(visit), vendors=vendors, accounts=accounts, value=visit.value, decoded=known)
