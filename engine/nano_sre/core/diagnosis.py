"""Why something fails: what a diagnosis is made from, what it says, and the port behind which it is made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from nano_sre.core.result import TargetResult
from nano_sre.core.values import frozen


@frozen
class Neighbour:
    """How another target stands now: a failure seldom comes alone."""

    target: str
    check_id: str
    kind: str
    status: str  # PASS, WARN, FAIL
    inconclusive: str | None
    summary: str
    cause: str | None = None
    failing_verb: str | None = None  # the step that failed, by its verb
    code: str | None = None  # the R5xx code of its finding


@frozen
class Evidence:
    """All that a diagnosis may look at. Page text in it is hostile input.

    `last_pass` is when the target passed last; `before` what the passing run had (theme id, hosts, vitals), where it
    is known. `since_then` tells what is known to have changed: `theme`, `check`, `store`. `page` is the page as
    assistive technology read it when the check failed, the beginning of it.
    """

    result: TargetResult
    now: datetime
    neighbours: tuple[Neighbour, ...] = ()
    last_pass: datetime | None = None
    before: Mapping[str, str] | None = None
    since_then: Mapping[str, str] | None = None
    page: str = ""


@frozen
class Cause:
    """One likely cause. `confidence` is 0 to 1; `evidence` are the lines it was concluded from.

    `shoppers` says what shoppers cannot do, `remedy` what to try first: whole sentences, for a merchant.
    """

    id: str
    title: str
    confidence: float
    shoppers: str
    remedy: str
    links: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


@frozen
class Diagnosis:
    """The likely causes, the likeliest first; none at all when nothing fits well enough. `by` says who concluded."""

    causes: tuple[Cause, ...] = ()
    by: str = "rules"
    note: str | None = None

    @property
    def cause(self) -> Cause | None:
        return self.causes[0] if self.causes else None


class Diagnoser(Protocol):
    """Concludes from evidence. Never raises for what a page or a store holds; takes seconds at most."""

    async def diagnose(self, evidence: Evidence) -> Diagnosis: ...
