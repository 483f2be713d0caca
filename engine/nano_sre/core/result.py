"""What a run found: the one result type, and everything a report or a database row is made of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from nano_sre.core.diagnostics import Span
from nano_sre.core.hits import Heard, HostAsked, JudgedHit
from nano_sre.core.values import frozen

Status = Literal["PASS", "WARN", "FAIL"]
StepState = Literal["passed", "warned", "failed", "skipped", "not_reached"]


def utc_now() -> datetime:
    return datetime.now(UTC)


@frozen
class Artifact:
    """One file a run left behind. `path` is relative to the data folder, with forward slashes."""

    kind: Literal["screenshot", "frame", "trace", "console", "requests", "snapshot", "hits", "other"]
    path: str
    name: str = ""
    media_type: str = "application/octet-stream"


@frozen
class Patch:
    """A change of the YAML that would mend what a finding tells of; nobody has to take it.

    `path` leads from the top of the document called `document` (its `id`), in `file`, to the value that `new`
    replaces; `old` is what stood there when the check was read. Lists are tuples.
    """

    file: str
    path: tuple[str | int, ...]
    old: Any
    new: Any
    why: str
    document: str = ""


@frozen
class Finding:
    """A promise the store broke, in the words of a shopper, with the YAML that asked for it.

    `code` is an R5xx code. `expected` and `actual` are texts for people; `hint` says what to try next;
    `evidence` holds short lines ("the button is disabled", nearest names on the page).
    """

    code: str
    summary: str
    expected: str | None = None
    actual: str | None = None
    difference: str | None = None
    hint: str | None = None
    evidence: tuple[str, ...] = ()
    span: Span | None = None
    warn: bool = False
    patch: Patch | None = None


@frozen
class StepReport:
    """One step as it went. Times in milliseconds since the attempt began."""

    title: str
    verb: str
    state: StepState
    started_ms: int = 0
    duration_ms: int = 0
    note: str | None = None
    span: Span | None = None
    finding: Finding | None = None
    frame: Artifact | None = None


@frozen
class Measure:
    """One value that a watcher measured: a row of the report's table.

    `value` and `limit` are texts for people; `number` is in `unit` (“ms”, or nothing), None when it was not measured.
    `metric` says of what, where `name` says more than that.
    """

    name: str
    page: str
    value: str
    limit: str = ""
    state: Literal["ok", "warn", "fail", "absent"] = "ok"
    number: float | None = None
    unit: str = ""
    metric: str = ""


@frozen
class Sighting:
    """Something that a watcher saw, and during which step (its index; None: before the first).

    What is not `counted` was ignored because the check says so.
    """

    text: str
    step: int | None = None
    page: str = ""
    counted: bool = True


@frozen
class WatchReport:
    """What one watcher says of one visit. `inconclusive` says why it cannot judge.

    Of tracking: `hits` in the order of arrival, `heard` what came of each event at each vendor (also those that never
    came), `other_hosts` who was talked to and is no known vendor. `heard_more` counts what of `heard` was not kept.
    """

    watcher: str
    summary: str
    measures: tuple[Measure, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    findings: tuple[Finding, ...] = ()
    hits: tuple[JudgedHit, ...] = ()
    heard: tuple[Heard, ...] = ()
    heard_more: int = 0
    other_hosts: tuple[HostAsked, ...] = ()
    inconclusive: str | None = None

    @property
    def status(self) -> Status:
        """FAIL, WARN or PASS by its findings; WARN when it cannot judge."""
        if any(not finding.warn for finding in self.findings):
            return "FAIL"
        return "WARN" if self.findings or self.inconclusive is not None else "PASS"


@frozen
class Attempt:
    """One try of a visit (or of an API program) in a fresh context; every attempt is kept."""

    number: int
    status: Status
    steps: tuple[StepReport, ...] = ()
    inconclusive: str | None = None
    duration_ms: int = 0
    artifacts: tuple[Artifact, ...] = ()
    console: tuple[str, ...] = ()
    failed_requests: tuple[str, ...] = ()
    note: str | None = None  # what else there is to know about how it was made
    watched: tuple[WatchReport, ...] = ()  # of a check that watches a visit: what its watchers say
    theme: str | None = None  # the id of the theme that shoppers see, where the store tells it


@dataclass(slots=True)
class SkillResult:
    """The verdict of one skill or of one target of a check. The owner's type: positional use keeps working.

    `status` is PASS, WARN or FAIL; `error` is free text (also on a FAIL); `details` must be JSON-able;
    `screenshots` are file paths.
    """

    skill_name: str
    status: Status
    summary: str
    details: dict[str, Any] = field(default_factory=dict)
    screenshots: list[str] = field(default_factory=list)
    timestamp: datetime = field(default_factory=utc_now)
    error: str | None = None

    def __post_init__(self) -> None:
        if self.status not in ("PASS", "WARN", "FAIL"):
            raise ValueError(f"status is {self.status!r}; it must be PASS, WARN or FAIL")


@frozen
class TargetResult:
    """A `SkillResult` with what only the engine knows about it: which target, which attempts, what it cost."""

    result: SkillResult
    target: str  # store/id@device/market
    check_id: str
    kind: str
    name: str
    store_id: str
    store_url: str
    device: str | None = None
    market: str | None = None
    severity: str = "P2"
    revision: int | None = None
    inconclusive: str | None = None
    flaky: bool = False
    duration_ms: int = 0
    attempts: tuple[Attempt, ...] = ()
    findings: tuple[Finding, ...] = ()
    span: Span | None = None  # where the check is written
    shared_visit: str | None = None  # targets with the same value were judged from one browser visit
    tags: tuple[str, ...] = ()
    owner: str | None = None
    runbook: str | None = None
    depends_on: tuple[str, ...] = ()  # ids of checks of the same store

    @property
    def status(self) -> Status:
        return self.result.status


@frozen
class RunReport:
    """One round of `run`, `test` or `demo`: everything the reporters need."""

    run_id: str
    started: datetime
    finished: datetime
    results: tuple[TargetResult, ...]
    visits: int = 0
    tool_version: str = ""
    artifacts_dir: str | None = None  # absolute; artifact paths are relative to it
    sources: Mapping[str, str] = field(default_factory=dict)  # file -> text, for the YAML lines shown

    def count(self, status: Status) -> int:
        """How many results have this status; inconclusive ones count as neither pass, warn nor fail."""
        return sum(1 for r in self.results if r.status == status and r.inconclusive is None)

    @property
    def inconclusive(self) -> int:
        return sum(1 for r in self.results if r.inconclusive is not None)


class Skill(ABC):
    """A check written in Python: the door for what YAML cannot say.

    Subclass it, return a stable `name()`, and look at the store in `run`. `context` holds `page` (a Playwright
    page in a fresh context), `settings`, `store` (with `update_baseline()` and `db.execute(sql)`), and, when it
    runs from YAML, `with` (the mapping of that name), `url` and `target`.
    """

    @abstractmethod
    def name(self) -> str:
        """The skill's stable, unique name."""

    @abstractmethod
    async def run(self, context: dict[str, Any]) -> SkillResult:
        """Look, judge and return a `SkillResult`; an exception becomes a FAIL with its text as `error`."""
