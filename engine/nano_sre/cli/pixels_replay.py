"""`nano-sre pixels replay`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nano_sre.cli.common import (
    ENVIRONMENT_HELP,
    Exit,
    Stop,
    must_be_an_environment,
    paths_of,
    say,
    stop_if_invalid,
)
from nano_sre.cli.reporters import Reporters, reporters_of

if TYPE_CHECKING:
    from nano_sre.core.program import Program
    from nano_sre.core.result import RunReport
    from nano_sre.kinds._shared.tracking.recording import Recording

WHAT_IS_READ = "a run leaves a recording beside its other files, called hits.jsonl.gz; browsers export a HAR"


def replay(
    file: Annotated[
        Path,
        typer.Argument(
            help="A hits.jsonl.gz that a run left, or a HAR of a browser; each packed by gzip or not."
        ),
    ],
    check: Annotated[
        str | None, typer.Option("--check", help="The id of the pixels check; the recorded one by default.")
    ] = None,
    folder: Annotated[
        list[Path] | None, typer.Option("--folder", help="Where the checks are; checks/ by default.")
    ] = None,
    env: Annotated[str | None, typer.Option("--env", help=ENVIRONMENT_HELP)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    reporter: Reporters = None,
) -> None:
    """Judge recorded tracking hits again: offline, by the checks as they are now.

    Without a check, the vendors that were heard of are judged by what each needs and by the usual faults.

    Example: nano-sre pixels replay reports/1-hits.jsonl.gz --check purchase-path-tracked
    """
    from nano_sre.cli.run import finish_run, listening

    recorded = _read(file)
    report = _judged(recorded, check, folder=folder, env=env, as_json=as_json)
    with listening(as_json=as_json) as display:
        if not as_json:
            say(f"{file}: {_about(report)}")
        finish_run(
            report,
            display,
            read=lambda _path: None,
            as_json=as_json,
            reporters=reporters_of(reporter),
            fail_on=(),
        )


def _about(report: RunReport) -> str:
    hits = sum(len(watched.hits) for each in report.results for watched in each.attempts[-1].watched)
    count = len(report.results)
    return f"{hits} hits judged by {count} check{'' if count == 1 else 's'}; nothing was visited"


def _read(file: Path) -> Recording | Mapping[str, Any]:
    """A recording, or the JSON of a HAR. Stops when it is neither."""
    from nano_sre.kinds._shared.tracking.har import is_har
    from nano_sre.kinds._shared.tracking.recorded_file import text_in
    from nano_sre.kinds._shared.tracking.recording import BrokenRecording, read

    try:
        text = text_in(file.read_bytes())
    except FileNotFoundError:
        raise Stop(Exit.NOTHING, f"there is no file {file}") from None
    except OSError as error:
        raise Stop(Exit.USAGE, f"cannot read {file}: {error.strerror}") from None
    except BrokenRecording as error:
        raise Stop(Exit.USAGE, f"{file}: {error}", hint=WHAT_IS_READ) from None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    if is_har(document):
        return dict(document)
    try:
        return read(text.split("\n"))
    except BrokenRecording as error:
        raise Stop(Exit.USAGE, f"{file}:{error.line}: {error}", hint=WHAT_IS_READ) from None


def _judged(
    recorded: Recording | Mapping[str, Any],
    check: str | None,
    *,
    folder: Sequence[Path] | None,
    env: str | None,
    as_json: bool,
) -> RunReport:
    from nano_sre import __version__
    from nano_sre.kinds._shared.tracking.recording import Recording
    from nano_sre.runtime.replaying import replay as judge
    from nano_sre.runtime.replaying import usual_program

    wanted = [check] if check else list(recorded.checks) if isinstance(recorded, Recording) else []
    programs, sources = _programs(wanted, folder, env=env, as_json=as_json) if wanted else ([], {})
    if isinstance(recorded, Recording):
        chosen = _chosen(recorded, programs, wanted, asked=check)
        seen = recorded.seen
    else:
        chosen, seen = _of_har(recorded, programs, check)
    return judge(chosen or [usual_program(seen)], seen, sources=sources, version=__version__)


def _programs(
    wanted: Sequence[str], folder: Sequence[Path] | None, *, env: str | None, as_json: bool
) -> tuple[list[Program], Mapping[str, str]]:
    """Every target of the folder's checks, paused ones included."""
    from nano_sre.config.settings import get_settings
    from nano_sre.service import read_folder
    from nano_sre.spec.compile import programs, woken

    if folder is None and not any(Path("checks").rglob("*.y*ml")):
        return [], {}
    project, linkage = read_folder(
        paths_of(list(folder or [])), environ=get_settings().environ, environment=env
    )
    must_be_an_environment(project, env)
    stop_if_invalid([d for d in linkage.diagnostics if d.code != "E311"], project.sources, as_json=as_json)
    return programs([woken(each) for each in linkage.checks if each.id in wanted]), project.sources


def _chosen(
    recorded: Recording, programs: Sequence[Program], wanted: Sequence[str], *, asked: str | None
) -> list[Program]:
    from nano_sre.runtime.replaying import programs_of

    chosen = programs_of(recorded, programs, wanted)
    if asked and not chosen:
        store = recorded.seen.store
        there = [each.target for each in programs if each.check_id == asked]
        raise Stop(
            Exit.NOTHING,
            f"no pixels check “{asked}” is for {store.id} in the market {store.market_id}, where this was recorded",
            hint=f"its targets are {', '.join(there)}" if there else "--folder says where the checks are",
        )
    lost = [name for name in wanted if name not in {each.check_id for each in chosen}]
    if lost:
        say(f"not found: {', '.join(lost)}, by which it was recorded; --folder says where the checks are")
        if not chosen:
            say("judged by what each vendor needs and by the usual faults instead")
    return chosen


def _of_har(
    document: Mapping[str, Any], programs: Sequence[Program], check: str | None
) -> tuple[list[Program], Any]:
    """The target whose store's pages were recorded, the first of the check where none is."""
    from urllib.parse import urlsplit

    from nano_sre.kinds._shared.tracking.har import seen_in_har
    from nano_sre.kinds._shared.tracking.recording import BrokenRecording
    from nano_sre.kinds._shared.tracking.seen import store_seen
    from nano_sre.runtime.replaying import vendors_of

    mine = [each for each in programs if each.kind == "pixels"]
    if check and not mine:
        raise Stop(
            Exit.NOTHING, f"there is no pixels check “{check}”", hint="--folder says where the checks are"
        )
    try:
        seen = seen_in_har(document, decoder=vendors_of(mine[0] if mine else None))
        found = [each for each in mine if (urlsplit(str(each.store.url)).hostname or "") == seen.store.host]
        program = next(iter(found or mine), None)
        if program is not None:
            store = store_seen(program.store, f"https://{seen.store.host}")
            seen = seen_in_har(document, decoder=vendors_of(program), store=store)
    except BrokenRecording as error:
        raise Stop(Exit.USAGE, str(error)) from None
    return ([program] if program else []), seen
