"""`nano-sre test` and `nano-sre run`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nano_sre.cli.changed import Changed, Shard, changed_in_folder, changed_when_applied, part_of
from nano_sre.cli.common import (
    ENVIRONMENT_HELP,
    Exit,
    Stop,
    must_be_an_environment,
    paths_of,
    print_json,
    say,
    stop_if_invalid,
)
from nano_sre.cli.reporters import Reporters, must_be_writable, reporters_of, write_report
from nano_sre.cli.selection import must_be_set, must_match, of_trigger, unreadable, wanted

if TYPE_CHECKING:
    from nano_sre.config.settings import Settings
    from nano_sre.core.result import RunReport
    from nano_sre.service import Selection

FAIL_ON = ("warn", "flaky")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the options say that `test` and `run` share."""

    selection: Selection
    settings: Settings
    changed: str | None
    shard: str | None
    trigger: str | None = None
    env: str | None
    reporters: Sequence[tuple[str, str | None]]
    retries: int | None
    fail_on: Sequence[str]
    as_json: bool
    quiet: bool
    verbose: bool

    @property
    def files(self) -> list[str | None]:
        """Where the reports go; None is GitHub's."""
        return [file for _, file in self.reporters]

    @property
    def film(self) -> bool:
        """Whether a report shows pictures of every step."""
        return any(name == "html" for name, _ in self.reporters)


def add_to(app: typer.Typer, verb: str) -> None:
    verbs: dict[str, Callable[..., None]] = {"test": test, "run": run}
    app.command(verb)(verbs[verb])


def app(verb: str) -> typer.Typer:
    made = typer.Typer(rich_markup_mode=None, add_completion=False)
    add_to(made, verb)
    return made


AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Tags = Annotated[
    list[str] | None, typer.Option("--tag", help="Only checks with this tag; repeat for several.")
]
Kinds = Annotated[list[str] | None, typer.Option("--kind", help="Only checks of this kind.")]
Stores = Annotated[list[str] | None, typer.Option("--store", help="Only this store.")]
Env = Annotated[str | None, typer.Option("--env", help=ENVIRONMENT_HELP)]
Devices = Annotated[list[str] | None, typer.Option("--device", help="Only this device.")]
FailOn = Annotated[list[str] | None, typer.Option("--fail-on", help="warn or flaky: exit with 4 then.")]
Retries = Annotated[
    int | None, typer.Option("--retries", min=0, max=5, help="Instead of what the checks say.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Only failures.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Every step.")]


def test(
    what: Annotated[
        list[str] | None, typer.Argument(help="Folders or files, and ids or globs of ids.")
    ] = None,
    tag: Tags = None,
    kind: Kinds = None,
    store: Stores = None,
    device: Devices = None,
    changed: Changed = None,
    shard: Shard = None,
    env: Env = None,
    reporter: Reporters = None,
    artifacts: Annotated[Path, typer.Option(help="Where screenshots, traces and the report go.")] = Path(
        "reports"
    ),
    retries: Retries = None,
    fail_on: FailOn = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Run again, on each save, what the saved files change; Ctrl-C ends it."),
    ] = False,
) -> None:
    """Validate, then run the checks of a folder now. Nothing is registered, nobody is alerted.

    Example: nano-sre test checks/ buy-a-snowboard --reporter html=report.html
    """
    from nano_sre.config.settings import get_settings

    paths, ids = _paths_and_ids(what or [])
    asked = Asked(
        selection=_selection(ids, tags=tag, kinds=kind, stores=store, devices=device),
        settings=get_settings(),
        changed=changed,
        shard=shard,
        env=env,
        reporters=reporters_of(reporter),
        retries=retries,
        fail_on=_known_words(fail_on),
        as_json=as_json,
        quiet=quiet,
        verbose=verbose,
    )
    if watch:
        _start_watching(paths, asked, artifacts=artifacts)
    else:
        _run_folder(paths, asked, artifacts=artifacts)


def run(
    ids: Annotated[
        list[str] | None, typer.Argument(help="Ids or globs of ids; everything by default.")
    ] = None,
    tag: Tags = None,
    kind: Kinds = None,
    store: Stores = None,
    device: Devices = None,
    changed: Changed = None,
    shard: Shard = None,
    env: Env = None,
    trigger: Annotated[
        str | None, typer.Option("--trigger", help="What this trigger of the applied triggers.yaml runs.")
    ] = None,
    reporter: Reporters = None,
    retries: Retries = None,
    fail_on: FailOn = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Run what is applied, now; record every result, and tell whom alerters.yaml names.

    Example: nano-sre run --tag checkout --reporter junit=results.xml
    """
    from nano_sre.config.settings import get_settings

    asked = Asked(
        selection=_selection(ids or (), tags=tag, kinds=kind, stores=store, devices=device),
        settings=get_settings(),
        changed=changed,
        shard=shard,
        env=env,
        trigger=trigger,
        reporters=reporters_of(reporter),
        retries=retries,
        fail_on=_known_words(fail_on),
        as_json=as_json,
        quiet=quiet,
        verbose=verbose,
    )
    _run_applied(asked)


def _paths_and_ids(what: Sequence[str]) -> tuple[list[Path], list[str]]:
    """What exists, or looks like a path, is a path; every other word is an id."""
    paths = [Path(w) for w in what if Path(w).exists() or "/" in w or w.endswith((".yaml", ".yml"))]
    return paths_of(paths), [w for w in what if Path(w) not in paths]


def _selection(
    ids: Sequence[str],
    *,
    tags: Sequence[str] | None,
    kinds: Sequence[str] | None,
    stores: Sequence[str] | None,
    devices: Sequence[str] | None,
) -> Selection:
    from nano_sre.service import Selection

    return Selection(
        ids=tuple(ids),
        tags=tuple(tags or ()),
        kinds=tuple(kinds or ()),
        stores=tuple(stores or ()),
        devices=tuple(devices or ()),
    )


def _known_words(fail_on: Sequence[str] | None) -> Sequence[str]:
    """The words for `--fail-on`. Stops on one that means nothing: it would never fail anything."""
    for word in fail_on or ():
        if word not in FAIL_ON:
            raise Stop(Exit.USAGE, f"--fail-on takes {' or '.join(FAIL_ON)}, not “{word}”")
    return fail_on or ()


def _start_watching(paths: Sequence[Path], asked: Asked, *, artifacts: Path) -> None:
    from nano_sre.cli.watch import Watch, watch_folder
    from nano_sre.service import read_folder

    if asked.as_json:
        raise Stop(Exit.USAGE, "--watch and --json do not go together", hint="--reporter json=FILE does")
    if asked.changed or asked.shard or asked.fail_on:
        raise Stop(
            Exit.USAGE,
            "--watch goes with none of --changed, --shard and --fail-on",
            hint="leave them out",
        )
    must_be_writable(artifacts, *asked.files)
    watch_folder(
        Watch(
            paths=paths,
            selection=asked.selection,
            read=lambda environ: read_folder(paths, environ=environ, environment=asked.env),
            artifacts=artifacts,
            reporters=asked.reporters,
            retries=asked.retries,
            quiet=asked.quiet,
            verbose=asked.verbose,
        )
    )


def _run_folder(paths: Sequence[Path], asked: Asked, *, artifacts: Path) -> None:
    from nano_sre.runtime.evidence import FolderArtifacts
    from nano_sre.service import RunRequest, read_folder, reader, select
    from nano_sre.service import run as run_round

    settings = asked.settings
    project, linkage = read_folder(paths, environ=settings.environ, environment=asked.env)
    must_be_an_environment(project, asked.env)
    told = [d for d in linkage.diagnostics if d.code != "E311"]
    stop_if_invalid(told, project.sources, as_json=asked.as_json)
    chosen = select(linkage, asked.selection)
    must_match(chosen, asked.selection, linkage)
    since = changed_in_folder(asked.changed, project, linkage, settings) if asked.changed else None
    chosen = part_of(chosen, since=asked.changed, changed=since, shard=asked.shard)
    must_be_set(chosen, settings.environ)
    must_be_writable(artifacts, *asked.files)
    files = FolderArtifacts(artifacts)
    with listening(quiet=asked.quiet, verbose=asked.verbose, as_json=asked.as_json) as listener:
        report = run_round(
            RunRequest(
                programs=chosen,
                settings=settings,
                sources=project.sources,
                artifacts=files,
                listener=listener,
                film=asked.film,
                retries=asked.retries,
            )
        )
    _finish(report, listener, asked=asked, read=reader(files))


def _run_applied(asked: Asked) -> None:
    import asyncio

    from nano_sre.alerting.once import run_once
    from nano_sre.service import (
        RunRequest,
        Selection,
        housekeep,
        open_store,
        registered_arrangements,
        registered_project,
        select,
    )

    settings = asked.settings
    must_be_writable(*asked.files)
    with open_store(settings) as database:
        snapshot = database.registry()
        project, linkage, revisions = registered_project(snapshot, environment=asked.env)
        if not project.checks:
            raise Stop(
                Exit.NOTHING, "nothing is applied yet", hint="nano-sre apply checks/ registers a folder"
            )
        must_be_an_environment(project, asked.env)
        unread = unreadable(snapshot, project)
        arranged = registered_arrangements(snapshot)
        everything = select(linkage, Selection(), revisions=revisions)
        chosen = wanted(everything, asked.selection, linkage, of_trigger(asked.trigger, arranged.triggers))
        since = changed_when_applied(asked.changed, database, project, linkage) if asked.changed else None
        chosen = part_of(chosen, since=asked.changed, changed=since, shard=asked.shard)
        must_be_set(chosen, settings.environ)
        with listening(quiet=asked.quiet, verbose=asked.verbose, as_json=asked.as_json) as listener:
            request = RunRequest(
                programs=chosen,
                settings=settings,
                sources=project.sources,
                store=database,
                listener=listener,
                film=asked.film,
                retries=asked.retries,
            )
            told: list[str] = []  # said when the display is done
            report = asyncio.run(
                run_once(request, arranged, checks=linkage.checks, programs=everything, say=told.append)
            )
        for text in told:
            say(text)
        housekeep(database, settings)
        _finish(report, listener, asked=asked, read=database.files.read)
    if unread:
        raise SystemExit(Exit.MONITOR)


def _finish(report: RunReport, listener: Any, *, asked: Asked, read: Callable[[str], bytes | None]) -> None:
    finish_run(
        report,
        listener,
        read=read,
        as_json=asked.as_json,
        reporters=asked.reporters,
        fail_on=asked.fail_on,
        quiet=asked.quiet,
    )


@contextmanager
def listening(*, quiet: bool = False, verbose: bool = False, as_json: bool = False) -> Iterator[Any]:
    """The live display, on stderr when stdout is for a document."""
    from nano_sre.cli.live import live_display

    stream = sys.stderr if as_json else sys.stdout
    with live_display(stream, quiet=quiet, verbose=verbose, summary=not as_json) as display:
        yield display


def finish_run(
    report: Any,
    display: Any,
    *,
    read: Callable[[str], bytes | None],
    as_json: bool,
    reporters: Sequence[tuple[str, str | None]],
    fail_on: Sequence[str],
    quiet: bool = False,
) -> None:
    """Show the summary, write the reports, and end with the code the results deserve."""
    from nano_sre.service import exit_code

    for name, file in reporters:
        write_report(report, name, file=file, read=read)
    if as_json:
        from nano_sre.report.json_report import report_document

        print_json(
            "run", {k: v for k, v in report_document(report).items() if k not in ("format", "version")}
        )
    else:
        show_summary(report, display, quiet=quiet)
    code = exit_code(report, fail_on=fail_on)
    if code:
        raise SystemExit(code)


def show_summary(report: Any, display: Any, *, quiet: bool = False) -> None:
    """The summary below the live lines."""
    from nano_sre.report.text import summary_lines

    if not report.results or (quiet and not report.count("FAIL") and not report.inconclusive):
        return
    display.print_lines(summary_lines(report, color=display.color, width=display.width, passes=False))
