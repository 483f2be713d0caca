"""`nano-sre test` and `nano-sre run`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

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
from nano_sre.cli.selection import must_be_set, must_match, unreadable

REPORTERS = ("html", "junit", "json", "sarif", "github")
FAIL_ON = ("warn", "flaky")


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
Reporters = Annotated[
    list[str] | None,
    typer.Option(
        "--reporter", help="html=FILE, junit=FILE, json=FILE, sarif=FILE or github; repeat for several."
    ),
]
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
    from nano_sre.runtime.evidence import FolderArtifacts
    from nano_sre.service import RunRequest, Selection, read_folder, reader, select
    from nano_sre.service import run as run_round

    paths, ids = _paths_and_ids(what or [])
    selection = Selection(
        ids=tuple(ids),
        tags=tuple(tag or ()),
        kinds=tuple(kind or ()),
        stores=tuple(store or ()),
        devices=tuple(device or ()),
    )
    settings = get_settings()
    wanted = reporters_of(reporter)
    _known_words(fail_on or [])
    if watch:
        from nano_sre.cli.watch import Watch, watch_folder

        if as_json:
            raise Stop(Exit.USAGE, "--watch and --json do not go together", hint="--reporter json=FILE does")
        if changed or shard or fail_on:
            raise Stop(
                Exit.USAGE,
                "--watch goes with none of --changed, --shard and --fail-on",
                hint="leave them out",
            )
        must_be_writable(artifacts, *(file for _, file in wanted))
        return watch_folder(
            Watch(
                paths=paths,
                selection=selection,
                read=lambda environ: read_folder(paths, environ=environ, environment=env),
                artifacts=artifacts,
                reporters=wanted,
                retries=retries,
                quiet=quiet,
                verbose=verbose,
            )
        )
    project, linkage = read_folder(paths, environ=settings.environ, environment=env)
    must_be_an_environment(project, env)
    stop_if_invalid([d for d in linkage.diagnostics if d.code != "E311"], project.sources, as_json=as_json)
    chosen = select(linkage, selection)
    must_match(chosen, selection, linkage)
    since = changed_in_folder(changed, project, linkage, settings) if changed else None
    chosen = part_of(chosen, since=changed, changed=since, shard=shard)
    must_be_set(chosen, settings.environ)
    must_be_writable(artifacts, *(file for _, file in wanted))
    files = FolderArtifacts(artifacts)
    with listening(quiet=quiet, verbose=verbose, as_json=as_json) as listener:
        report = run_round(
            RunRequest(
                programs=chosen,
                settings=settings,
                sources=project.sources,
                artifacts=files,
                listener=listener,
                film=any(name == "html" for name, _ in wanted),
                retries=retries,
            )
        )
    finish_run(
        report,
        listener,
        read=reader(files),
        as_json=as_json,
        reporters=wanted,
        fail_on=fail_on or [],
        quiet=quiet,
    )
    return None


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
    reporter: Reporters = None,
    retries: Retries = None,
    fail_on: FailOn = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Run what is applied, now, and record every result.

    Example: nano-sre run --tag checkout --reporter junit=results.xml
    """
    from nano_sre.config.settings import get_settings
    from nano_sre.service import RunRequest, Selection, housekeep, open_store, registered_project, select
    from nano_sre.service import run as run_round

    settings = get_settings()
    wanted = reporters_of(reporter)
    _known_words(fail_on or [])
    must_be_writable(*(file for _, file in wanted))
    with open_store(settings) as database:
        snapshot = database.registry()
        project, linkage, revisions = registered_project(snapshot, environment=env)
        if not project.checks:
            raise Stop(
                Exit.NOTHING, "nothing is applied yet", hint="nano-sre apply checks/ registers a folder"
            )
        must_be_an_environment(project, env)
        selection = Selection(
            ids=tuple(ids or ()),
            tags=tuple(tag or ()),
            kinds=tuple(kind or ()),
            stores=tuple(store or ()),
            devices=tuple(device or ()),
        )
        unread = unreadable(snapshot, project)
        chosen = select(linkage, selection, revisions=revisions)
        must_match(chosen, selection, linkage)
        since = changed_when_applied(changed, database, project, linkage) if changed else None
        chosen = part_of(chosen, since=changed, changed=since, shard=shard)
        must_be_set(chosen, settings.environ)
        with listening(quiet=quiet, verbose=verbose, as_json=as_json) as listener:
            report = run_round(
                RunRequest(
                    programs=chosen,
                    settings=settings,
                    sources=project.sources,
                    store=database,
                    listener=listener,
                    film=any(name == "html" for name, _ in wanted),
                    retries=retries,
                )
            )
        housekeep(database, settings)
        finish_run(
            report,
            listener,
            read=database.files.read,
            as_json=as_json,
            reporters=wanted,
            fail_on=fail_on or [],
            quiet=quiet,
        )
    if unread:
        raise SystemExit(Exit.MONITOR)


def _paths_and_ids(what: Sequence[str]) -> tuple[list[Path], list[str]]:
    """What exists, or looks like a path, is a path; every other word is an id."""
    paths = [Path(w) for w in what if Path(w).exists() or "/" in w or w.endswith((".yaml", ".yml"))]
    return paths_of(paths), [w for w in what if Path(w) not in paths]


def reporters_of(given: Sequence[str] | None) -> list[tuple[str, str | None]]:
    """`["html=report.html", "github"]` → pairs. Stops on a name that does not exist."""
    found = []
    for each in given or []:
        name, _, file = each.partition("=")
        if name not in REPORTERS:
            from nano_sre.spec.suggest import did_you_mean

            raise Stop(
                Exit.USAGE,
                f"there is no reporter “{name}”",
                hint=did_you_mean(name, REPORTERS)[1] or f"there are {', '.join(REPORTERS)}",
            )
        if not file and name != "github":
            raise Stop(Exit.USAGE, f"say where the {name} report goes", hint=f"--reporter {name}=FILE")
        found.append((name, file or None))
    return found


def must_be_writable(*places: Path | str | None) -> None:
    """Stops before a long run when a file or folder that it writes at its end could not be written."""
    for place in places:
        if place is None:
            continue
        there = next(each for each in (Path(place), *Path(place).absolute().parents) if each.exists())
        fine = there.is_dir() or there == Path(place)
        if not fine or not os.access(there, os.W_OK):
            why = "this user may not write there" if fine else f"{there} is a file"
            raise Stop(
                Exit.MONITOR,
                f"cannot write {place}: {why}",
                hint="--artifacts FOLDER says where screenshots go, --reporter html=FILE where a report goes",
            )


def _known_words(fail_on: Sequence[str]) -> None:
    """Stops on a word for `--fail-on` that means nothing: it would never fail anything."""
    for word in fail_on:
        if word not in FAIL_ON:
            raise Stop(Exit.USAGE, f"--fail-on takes {' or '.join(FAIL_ON)}, not “{word}”")


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
        _write_report(report, name, file, read)
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


def found_problems(report: Any) -> list[Any]:
    """Every failure and warning as a diagnostic, so that CI can show it at its line of YAML."""
    from nano_sre.core.diagnostics import Diagnostic

    return [
        Diagnostic(
            code=finding.code,
            message=f"{result.target}: {finding.summary}",
            span=finding.span or result.span,
            severity="warning" if finding.warn or result.status == "WARN" else "error",
            hint=finding.hint,
        )
        for result in report.results
        for finding in result.findings
    ]


def _way_to_files(report: Any, file: str) -> str:
    """The relative address that leads from a report to the files of its run."""
    from urllib.parse import quote

    if report.artifacts_dir is None:
        return ""
    try:
        # abspath and not resolve: a browser follows names, too, and knows nothing of symbolic links.
        way = os.path.relpath(report.artifacts_dir, os.path.dirname(os.path.abspath(file)))  # noqa: PTH100, PTH120
    except ValueError:  # another drive
        return Path(report.artifacts_dir).as_uri() + "/"
    return quote(Path(way).as_posix()) + "/"


def _write_report(report: Any, name: str, file: str | None, read: Callable[[str], bytes | None]) -> None:
    if name == "github":
        from nano_sre.cli.common import name_in_repository
        from nano_sre.core.render import render_github

        print(render_github(found_problems(report), name_of=name_in_repository()))
        return
    assert file is not None
    if name == "html":
        from nano_sre.report.html import render_html

        text = render_html(report, read=read, prefix=_way_to_files(report, file))
    elif name == "junit":
        from nano_sre.report.junit import render_junit

        text = render_junit(report)
    elif name == "sarif":
        from nano_sre.core.sarif import repository_root
        from nano_sre.report.sarif import render_run_sarif

        text = render_run_sarif(report, root=repository_root(Path()))
    else:
        import json

        from nano_sre.report.json_report import report_document

        text = json.dumps(report_document(report), ensure_ascii=False, indent=2)
    try:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise Stop(Exit.MONITOR, f"cannot write {file}: {error.strerror}") from error
    say(f"{name} report: {file}")
