"""`nano-sre test --watch`: on each save, validate everything and run again what it changes."""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nano_sre.agent.saves import listen, places
from nano_sre.cli.common import Stop, say, stop_if_invalid
from nano_sre.cli.selection import must_be_set, must_match

CLEAR = "\x1b[2J\x1b[3J\x1b[H"


@dataclass(slots=True, kw_only=True)
class Watch:
    """What is watched and how it is run. `read` gives project and linkage anew, told the environment."""

    paths: Sequence[Path]
    selection: Any
    read: Callable[[Mapping[str, str]], tuple[Any, Any]]
    artifacts: Path
    reporters: Sequence[tuple[str, str | None]] = ()
    retries: int | None = None
    quiet: bool = False
    verbose: bool = False
    meanings: dict[str, Any] = field(default_factory=dict)  # of each check, as it was last run


def watch_folder(watch: Watch) -> None:
    """Runs until Ctrl-C, which is left to the caller."""
    asyncio.run(_forever(watch))


async def _forever(watch: Watch) -> None:
    from nano_sre.service import warm_browser

    saves: asyncio.Queue[set[Path]] = asyncio.Queue()
    async with warm_browser(say) as browser, asyncio.TaskGroup() as group:
        for folders, deep in places(watch.paths):
            group.create_task(listen(folders, saves, deep=deep))
        await asyncio.sleep(0)  # the listeners begin before the files are read: no save falls between
        saved: set[Path] | None = None
        while True:
            await _round(watch, saved, browser)
            saved = await saves.get()
            while not saves.empty():
                saved |= saves.get_nowait()


async def _round(watch: Watch, saved: set[Path] | None, browser: Any) -> None:
    """One look at everything; `saved` is None the first time."""
    from nano_sre.config.settings import get_settings

    _begin(saved)
    settings = get_settings()
    try:
        project, linkage = watch.read(settings.environ)
        told = [d for d in linkage.diagnostics if d.code != "E311"]
        stop_if_invalid(told, project.sources)
        programs = _to_run(watch, linkage, saved)
        if programs:
            must_be_set(programs, settings.environ)
            await _run(watch, programs, project, settings, browser)
        else:
            say("Nothing that runs has changed.")
    except Stop as stop:
        stop.tell()
    except SystemExit:
        pass  # the mistakes, or the verdict, have been told; whoever watches mends and saves again
    say("Watching for saves. Ctrl-C ends.")


def _begin(saved: set[Path] | None) -> None:
    from nano_sre.cli.live import is_terminal

    if is_terminal(sys.stdout):
        sys.stdout.write(CLEAR)
        sys.stdout.flush()
    if saved:
        names = sorted({_shown(file) for file in saved})
        say(f"Saved: {', '.join(names[:3])}{f' and {len(names) - 3} more' if len(names) > 3 else ''}")


def _shown(file: Path) -> str:
    with suppress(ValueError):
        return str(file.relative_to(Path.cwd()))
    return str(file)


def _to_run(watch: Watch, linkage: Any, saved: set[Path] | None) -> list[Any]:
    """The selected programs of checks whose meaning changed, or whose own file was saved."""
    from nano_sre.service import select

    chosen = select(linkage, watch.selection)
    must_match(chosen, watch.selection, linkage)
    meanings = {each.id: _meaning(each) for each in linkage.checks}
    before, watch.meanings = watch.meanings, meanings
    files = {file.resolve() for file in saved or ()}
    code = {file for file in files if file.suffix == ".py"}
    if code:
        _forget(code)
    if saved is None or any(file.name == ".env" for file in files):
        return chosen
    wanted = {
        each.id
        for each in linkage.checks
        if meanings[each.id] != before.get(each.id)
        or Path(each.loaded.document.file).resolve() in files
        or (code and each.check.kind_name == "skill")
    }
    return [program for program in chosen if program.check_id in wanted]


def _meaning(linked: Any) -> tuple[str, ...]:
    """What a check does, fragments included, and what its stores are."""
    from nano_sre.spec.canonical import canonical, content_hash

    return (linked.hash, *(content_hash(canonical(store.check)) for store in linked.stores))


def _forget(code: Iterable[Path]) -> None:
    """Saved Python is imported anew, and so is everything beside it that may have imported it."""
    folders = {file.parent for file in code}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and Path(file).resolve().parent in folders:
            del sys.modules[name]
    importlib.invalidate_caches()


async def _run(watch: Watch, programs: list[Any], project: Any, settings: Any, browser: Any) -> None:
    from nano_sre.cli.run import finish_run, listening
    from nano_sre.runtime.evidence import FolderArtifacts
    from nano_sre.service import RunRequest, reader, run_async

    files = FolderArtifacts(watch.artifacts)
    with listening(quiet=watch.quiet, verbose=watch.verbose) as listener:
        report = await run_async(
            RunRequest(
                programs=programs,
                settings=settings,
                sources=project.sources,
                artifacts=files,
                listener=listener,
                film=any(name == "html" for name, _ in watch.reporters),
                retries=watch.retries,
                browser=browser,
            )
        )
    finish_run(
        report,
        listener,
        read=reader(files),
        as_json=False,
        reporters=watch.reporters,
        fail_on=(),
        quiet=watch.quiet,
    )
