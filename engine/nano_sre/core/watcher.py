"""The seam between watchers (kinds) and the visit they watch (runtime)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from nano_sre.core.hits import BannerAnswered, CartSeen, Hit, HostAsked, ShopEvent
from nano_sre.core.result import StepReport, WatchReport
from nano_sre.core.watch import ConsoleError, FailedRequest, Needs, PageLoad

if TYPE_CHECKING:
    from nano_sre.core.program import Consent, StoreFacts


class WatchedVisit(Protocol):
    """What a watcher sees of a visit. It looks and never acts: others watch the same visit."""

    @property
    def store(self) -> StoreFacts: ...

    @property
    def device(self) -> str: ...

    @property
    def own(self) -> bool:
        """Whether the visit is made for this check (`visit:`), not for a journey (`during:`)."""
        ...

    @property
    def consent(self) -> Consent:
        """What the visit does with the consent banner."""
        ...

    @property
    def traced(self) -> bool:
        """Whether a trace is recorded, which slows every page down."""
        ...

    @property
    def began_ms(self) -> int | None:
        """When it began, in ms since 1970 by the clock that its pages have; None before it did."""
        ...

    @property
    def loads(self) -> Sequence[PageLoad]:
        """The pages so far, in order; complete once the visit is over."""
        ...

    @property
    def console(self) -> Sequence[ConsoleError]:
        """Console errors and uncaught exceptions so far, failed requests and our own doing left out."""
        ...

    @property
    def failed_requests(self) -> Sequence[FailedRequest]:
        """Resources that pages asked for in vain, without what the browser itself cancelled or we refused."""
        ...

    @property
    def steps(self) -> Sequence[StepReport]:
        """The steps so far, each as it went."""
        ...

    @property
    def hits(self) -> Sequence[Hit]:
        """Tracking hits so far, in the order of arrival; complete once the visit is over."""
        ...

    @property
    def other_hosts(self) -> Sequence[HostAsked]:
        """Hosts that are neither the store's nor a known vendor's, and that pages talked to."""
        ...

    @property
    def lost_hits(self) -> Sequence[FailedRequest]:
        """Requests that the pages' own security policy forbade: hits among them reach nobody."""
        ...

    @property
    def shop_events(self) -> Sequence[ShopEvent]:
        """What the store itself published so far (`Shopify.analytics`, web pixels)."""
        ...

    @property
    def carts(self) -> Sequence[CartSeen]:
        """The cart after each step that may have changed it."""
        ...

    @property
    def banner(self) -> BannerAnswered | None:
        """When the consent banner was answered, and how; None while it was not."""
        ...

    @property
    def memory(self) -> dict[str, Any]:
        """What this watcher remembers from one visit of a round to the next (three loads for a median)."""
        ...

    @property
    def baseline(self) -> Baseline | None:
        """What earlier rounds left; None where nothing is remembered (`nano-sre test`)."""
        ...

    def value(self, given: Any) -> Any:
        """Resolve a `Template`; anything else comes back as it is."""
        ...


class Baseline(Protocol):
    """The memory of one watcher of one target, from round to round.

    `about` names one of several things that are remembered apart, such as the speed of one page.
    """

    @property
    def target(self) -> str:
        """Whose memory it is."""
        ...

    def read(self, about: str = "") -> Mapping[str, Any]:
        """What was kept; empty the first time."""
        ...

    def keep(self, values: Mapping[str, Any], about: str = "") -> None:
        """Keep JSON-able values beside those kept before, once the round has its verdict.

        Nothing is kept of a visit that did not come to its end, nor over what somebody changed meanwhile.
        """
        ...


class Watch(Protocol):
    """One watcher at work on one visit: it holds the state."""

    async def after(self, step: StepReport) -> None:
        """A step is done. The page is as it left it."""
        ...

    async def verdict(self) -> WatchReport:
        """The visit is over: what was seen, judged.

        The page is still open; those who need "hits" are asked once every page is closed and its last hits have come.
        """
        ...


@runtime_checkable
class PatientWatch(Watch, Protocol):
    """One that may wait for what comes late, for `Needs.patience` at most, while the last page is still open."""

    def is_waiting(self) -> bool:
        """Whether something that it looks for has not come yet."""
        ...


class Watcher(Protocol):
    """Something that observes a visit: a key of `kind: page`, frozen like every kind."""

    def needs(self, *, own: bool) -> Needs:
        """What it needs of a visit; `own` when the visit is made for its check alone."""
        ...

    def titles(self) -> tuple[str, ...]:
        """What it looks for, in plain English, for `explain`."""
        ...

    def start(self, visit: WatchedVisit) -> Watch:
        """Begin to watch. Nothing has been opened yet."""
        ...
