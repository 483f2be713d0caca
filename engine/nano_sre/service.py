"""Wiring: the only place that builds concrete objects and hands them to ports."""

from __future__ import annotations

import asyncio
import fnmatch
import os
import re
import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nano_sre import __version__
from nano_sre.config.secrets import Secrets, source_of
from nano_sre.config.settings import Settings
from nano_sre.core.check import space_of
from nano_sre.core.clock import Clock, SystemClock
from nano_sre.core.diagnosis import Evidence
from nano_sre.core.events import Event, Listener, TargetFinished, nobody
from nano_sre.core.forms import Url
from nano_sre.core.policy import AlertersFile
from nano_sre.core.program import Program
from nano_sre.core.result import RunReport, TargetResult
from nano_sre.core.template import Template, refs_in
from nano_sre.core.trigger import TriggersFile
from nano_sre.spec.canonical import from_stored
from nano_sre.spec.compile import programs, woken
from nano_sre.spec.link import Linkage, Linked, link
from nano_sre.spec.listing import ARRANGEMENTS
from nano_sre.spec.project import Project, bound, described_alerters, load_project

if TYPE_CHECKING:
    from nano_sre.core.own_rules import OwnRule
    from nano_sre.diagnosis.rules import RuleDiagnoser
    from nano_sre.store.registry import RegisteredCheck, RegistrySnapshot, RevisionRow
    from nano_sre.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which checks: ids or globs of ids, tags (all of them), kinds, stores, devices. Nothing said means all."""

    ids: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()

    def takes(self, program: Program) -> bool:
        if self.ids and not any(self.names(program, pattern) for pattern in self.ids):
            return False
        if self.tags and not set(self.tags) <= set(program.tags):
            return False
        if self.kinds and program.kind not in self.kinds:
            return False
        if self.stores and program.store.id not in self.stores:
            return False
        return not (self.devices and program.device_id not in self.devices)

    @staticmethod
    def names(program: Program, pattern: str) -> bool:
        """Whether an id or glob takes the program, by its check's id or its target."""
        return fnmatch.fnmatchcase(program.check_id, pattern) or fnmatch.fnmatchcase(program.target, pattern)

    def __str__(self) -> str:
        said = [*self.ids]
        for word, values in (
            ("--tag", self.tags),
            ("--kind", self.kinds),
            ("--store", self.stores),
            ("--device", self.devices),
        ):
            said += [f"{word} {value}" for value in values]
        return " ".join(said) or "everything"


def read_folder(
    paths: Sequence[Path], *, environ: Mapping[str, str], environment: str | None = None
) -> tuple[Project, Linkage]:
    """Parse, validate, bind and link everything below `paths`, in one environment of its stores."""
    project = load_project(paths)
    return project, link(project, environ=environ, environment=environment)


def open_store(settings: Settings, *, create: bool = True, migrate: bool = True) -> Store:
    """The database and the artefact files of these settings. Raises `StoreError`."""
    from nano_sre.store.store import Store

    return Store.open(settings.database_url, data_dir=settings.data_dir, create=create, migrate=migrate)


def registered_project(
    snapshot: RegistrySnapshot, *, environment: str | None = None
) -> tuple[Project, Linkage, dict[str, int]]:
    """What is applied, as a project again; the revision number of each check by id."""
    project = stored_project(snapshot.checks)
    revisions = {
        each.check_id: each.revision_number for each in snapshot.checks if space_of(each.kind) == "check"
    }
    return project, link(project, environment=environment), revisions


def stored_project(rows: Iterable[RegisteredCheck | RevisionRow]) -> Project:
    """Registered documents, or revisions of them, as a project again; nothing is read from disk."""
    project = Project(whole=set(ARRANGEMENTS.values()))
    arranging = ARRANGEMENTS.values()
    for each in sorted(rows, key=lambda row: row.canonical.get("kind") in arranging):  # which name the others
        document = from_stored(each.canonical, each.positions, file=each.source_file, source=each.source_text)
        document.own = described_alerters(project) if document.by_name == "alerters" else ()
        project.sources[each.source_file] = each.source_text
        loaded = bound(document, Path(each.source_file).parent, project.diagnostics)
        (project.arrangements if document.by_name else project.loaded).append(loaded)
    return project


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangements:
    """Who is told, and when checks run besides their own `every` and `cron`.

    `folder` is where alerters.yaml lay when it was applied: its `templates` are seen from there. Both files have a
    default; `written` names those that somebody wrote, `unread` those of them that cannot be read any more (a plug-in
    is gone): their defaults count.
    """

    alerters: AlertersFile
    triggers: TriggersFile
    folder: Path = Path()
    written: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()


def arrangements(project: Project) -> Arrangements:
    """What alerters.yaml and triggers.yaml of a project say, typed. Without them: the terminal is told of everything,
    and nothing triggers.
    """
    written = {each.kind: each for each in project.arrangements}
    said = {kind: each for kind, each in written.items() if each.sound}
    alerters, triggers = said.get("alerters"), said.get("triggers")
    return Arrangements(
        alerters=alerters.check if alerters else AlertersFile.default(),
        triggers=triggers.check if triggers else TriggersFile(version=1, triggers=()),
        folder=alerters.folder if alerters else Path(),
        written=frozenset(written),
        unread=frozenset(written.keys() - said),
    )


def registered_arrangements(snapshot: RegistrySnapshot) -> Arrangements:
    """What is applied of alerters.yaml and triggers.yaml; the defaults of `arrangements` for what is not."""
    kinds = ("alerter", *ARRANGEMENTS.values())
    rows = [each for each in snapshot.checks if each.kind in kinds and each.state == "active"]
    return arrangements(stored_project(rows))


def select(
    linkage: Linkage, selection: Selection, *, revisions: dict[str, int] | None = None
) -> list[Program]:
    """The programs of a project that a selection takes."""
    return [p for p in programs(linkage.checks, revisions=revisions) if selection.takes(p)]


def paused_by(linkage: Linkage, selection: Selection) -> list[Linked]:
    """The paused checks that a selection would take, were they not paused."""
    paused = {each.id: each for each in linkage.checks if not each.check.enabled}
    made = programs(map(woken, paused.values()))
    return [paused[name] for name in dict.fromkeys(p.check_id for p in made if selection.takes(p))]


def unset_variables(chosen: Iterable[Program], environ: Mapping[str, str]) -> list[str]:
    """Environment variables that these programs would read and that are not set, sorted."""
    refs = {ref for program in chosen for ref in refs_in((program.store, program.parts))}
    unset = {ref.rest for ref in refs if ref.root == "env" and ref.rest not in environ}
    return sorted(
        unset | {ref.rest for ref in refs if ref.is_secret and source_of(ref.rest, environ) is None}
    )


def secret_troubles(chosen: Iterable[Program], environ: Mapping[str, str]) -> list[str]:
    """Sentences about secrets whose file is not there or whose command is none; nothing is read or run."""
    refs = {ref for program in chosen for ref in refs_in((program.store, program.parts)) if ref.is_secret}
    secrets = Secrets(environ)
    return [trouble for name in sorted({ref.rest for ref in refs}) if (trouble := secrets.trouble(name))]


def wrong_addresses(chosen: Iterable[Program], environ: Mapping[str, str]) -> list[str]:
    """Sentences about stores whose address comes from the environment and is none."""
    urls = {p.store.url: p.store.id for p in chosen if isinstance(p.store.url, Template)}
    told = []
    for url, store in urls.items():
        if any(ref.root != "env" or ref.filters for ref in url.refs):
            continue  # what is no plain variable shows its value when it is used
        value = str(url.resolve(lambda ref: environ.get(ref.rest, "")))
        if not re.search(Url.pattern, value):
            what = url.refs[0].rest if len(url.parts) == 1 else f"the url of the store “{store}”"
            better = Url.mended(value) or "https://, followed by the shop's address"
            told.append(f"{what} is “{value}”, which is not an address: write {better}")
    return told


# Runs


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """How a round is run. `artifacts` and `record` decide whether it leaves files and rows behind."""

    programs: Sequence[Program]
    settings: Settings
    sources: Mapping[str, str] = field(default_factory=dict)
    store: Any = None  # a Store: results are recorded in it
    record: bool = True  # false keeps files, and no rows
    artifacts: Any = None  # a place for files; the store's own by default
    listener: Listener = nobody
    film: bool = False
    retries: int | None = None
    concurrency: int | None = None
    evidence_rerun: bool = True  # visit once more for a trace when nothing is retried
    folder: Path | None = None  # where skills are imported from; beside each check by default
    browser: Any = None  # from `warm_browser`: outlives the round
    http: Any = None  # from `warm_client`: the same
    gate: asyncio.Semaphore | None = None  # lets visits of several rounds through
    clock: Clock = field(default_factory=SystemClock)
    take: Callable[[TargetResult, str], Awaitable[Any]] | None = (
        None  # records a result, in place of the store
    )


def new_run_id(now: datetime) -> str:
    """A name for a round that sorts by time; `now` is in UTC."""
    return f"{now:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"


def run(request: RunRequest) -> RunReport:
    """One round, from the first browser to the last row. Every result is recorded as soon as it is there."""
    return asyncio.run(run_async(request))


async def run_async(request: RunRequest) -> RunReport:
    from nano_sre.runtime.options import RunOptions, free_cores
    from nano_sre.runtime.runner import run as run_programs

    recorder = _Recorder(request)
    run_id = recorder.run_id
    report = await run_programs(
        request.programs,
        options=RunOptions(
            run_id=run_id,
            film=request.film,
            retries=request.retries,
            evidence_rerun=request.evidence_rerun,
            artifacts=request.artifacts or request.store.files,
            artifacts_dir=_artifacts_dir(request),
            secrets=request.settings.environ,
            settings=request.settings,
            skill_store=request.store,
            folder=request.folder,
            sources=request.sources,
            tool_version=__version__,
            concurrency=request.concurrency or free_cores(),
            gate=request.gate,
            clock=request.clock,
        ),
        listener=recorder,
        host=request.browser,
        http=request.http,
    )
    await recorder.finish()
    return report


def warm_browser(say: Callable[[str], None]) -> AbstractAsyncContextManager[Any]:
    """A browser for several rounds: started when the first of them needs it, closed at the end of the block."""
    from nano_sre.runtime.browser import BrowserHost

    return BrowserHost(say=say)


def warm_client() -> AbstractAsyncContextManager[Any]:
    """An HTTP client for several rounds: making one costs more than asking with it."""
    from nano_sre.runtime.http import HttpClient

    return HttpClient()


def _artifacts_dir(request: RunRequest) -> str | None:
    given = getattr(request.artifacts, "folder", None)
    if given is None and request.artifacts is None and request.store:
        given = request.settings.data_dir
    return None if given is None else os.path.abspath(given)  # noqa: PTH100 - links follow names, not symlinks


def housekeep(store: Store, settings: Settings, *, now: datetime | None = None) -> None:
    """Forget what is older than the settings keep, and files that no run knows; what takes long goes on next time."""
    store.prune(days=settings.keep_days, patience=5.0, now=now)
    store.sweep()


# Diagnosis


def rule_diagnoser(own: Callable[[], Iterable[OwnRule]] = tuple) -> RuleDiagnoser:
    """Concludes from the engine's rules and those of a project; they are read when the first failure needs them."""
    from nano_sre.core.own_rules import joined
    from nano_sre.diagnosis.rules import RuleDiagnoser
    from nano_sre.spec.rules import built_in_rules

    return RuleDiagnoser(lambda: joined(built_in_rules(), own()))


def own_rules(project: Project) -> tuple[OwnRule, ...]:
    """The rules of diagnosis that a project has beside the engine's."""
    return tuple(rule for each in project.of_kind("rules") if each.sound for rule in each.check.rules)


def registered_rules(store: Store) -> tuple[OwnRule, ...]:
    """The rules of diagnosis that are applied. One that cannot be read any more costs only itself."""
    from nano_sre.store.registry import of_kind

    return own_rules(stored_project(store.read(lambda db: of_kind(db, "rules"))))


def evidence_for(store: Store, result: TargetResult, *, now: datetime) -> Evidence:
    """All that is known about a result: itself, how its store's other targets stand, and when it passed before."""
    from nano_sre.diagnosis.evidence import evidence_of
    from nano_sre.store.evidence import last_pass, standing

    return evidence_of(
        result,
        now=now,
        standing=store.read(lambda db: standing(db, result.store_id)),
        passed=store.read(
            lambda db: last_pass(db, result.target, check_id=result.check_id, before=result.result.timestamp)
        ),
        read=store.files.read,
    )


class _Recorder:
    """Passes events on, and writes each result the moment it is there."""

    def __init__(self, request: RunRequest) -> None:
        self.run_id = new_run_id(request.clock.now())
        store = request.store if request.record else None
        self._take = request.take or (_plainly(store) if store is not None else None)
        self._listener = request.listener
        self._writes: list[asyncio.Task[Any]] = []

    def __call__(self, event: Event) -> None:
        if isinstance(event, TargetFinished) and self._take is not None:
            self._writes.append(asyncio.ensure_future(self._take(event.result, self.run_id)))
        self._listener(event)

    async def finish(self) -> None:
        """Wait for the rows; a row that could not be written is raised here."""
        for write in self._writes:
            await write


def _plainly(store: Store) -> Callable[[TargetResult, str], Awaitable[Any]]:
    """Records a result and nothing else."""
    return lambda result, run_id: store.record(result, run_id=run_id)


def reader(files: Any) -> Callable[[str], bytes | None]:
    """Reads files of a run by their path in a report; None for what is not there."""

    def read(path: str) -> bytes | None:
        try:
            return (Path(files.folder) / path).read_bytes()
        except OSError:
            return None

    return read


def exit_code(report: RunReport, *, fail_on: Iterable[str] = ()) -> int:
    """0 fine, 1 a check failed, 7 the monitor could not do its work, 4 WARN or flaky under `fail_on`."""
    if report.count("FAIL"):
        return 1
    if report.inconclusive:
        return 7
    wanted = set(fail_on)
    warned = any(r.status == "WARN" for r in report.results)
    flaky = any(r.flaky for r in report.results)
    return 4 if ("warn" in wanted and warned) or ("flaky" in wanted and flaky) else 0
