"""`nano-sre demo`: the first five minutes."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from nano_sre.cli.common import Exit, Stop, say

THEMES = {"ridge": "DEMO_STORE_URL", "gipfel": "DEMO_STORE_DE_URL"}
"""Each theme, which is also the id of its store document, and the variable that holds its address."""

DATABASE = "nano_sre.db"


def add_to(app: typer.Typer, verb: str) -> None:
    app.command(verb)(demo)


def app(verb: str) -> typer.Typer:
    made = typer.Typer(rich_markup_mode=None, add_completion=False)
    add_to(made, verb)
    return made


def demo(
    fault: Annotated[
        list[str] | None, typer.Option("--fault", help="Break the store in this way; repeat for several.")
    ] = None,
    faults: Annotated[bool, typer.Option("--faults", help="List the ways the store can break.")] = False,
    serve: Annotated[
        bool, typer.Option("--serve", help="Only open the store, to look at it in a browser.")
    ] = False,
    theme: Annotated[
        str | None, typer.Option("--theme", help="Only this theme: ridge (English) or gipfel (German).")
    ] = None,
    port: Annotated[int, typer.Option(help="With --serve: the port; a free one by default.")] = 0,
    report: Annotated[Path, typer.Option(help="Where the HTML report goes.")] = Path("reports/demo.html"),
    keep: Annotated[
        Path | None,
        typer.Option(
            "--data-dir", help="The data folder; by default one beside the report, made anew each time."
        ),
    ] = None,
) -> None:
    """Try everything on a small shop of our own: apply the starter checks, run them, see the report.

    Example: nano-sre demo --fault dead-add-to-cart
    """
    from nano_sre.demo.faults import ACCOUNTS, fault_docs

    if faults:
        for name, words in fault_docs().items():
            print(f"  {name:<26} {words}")
        print(f"\nPixels can be wrong at one vendor alone ({', '.join(ACCOUNTS)}): --fault pixel-…@meta")
        return
    chosen = _themes(theme)
    broken = _known_faults(fault or [], fault_docs())
    if serve:
        _serve(chosen, broken, port)
    else:
        _round(chosen, broken, report=report, keep=keep)


def _themes(theme: str | None) -> list[str]:
    if theme is not None and theme not in THEMES:
        raise Stop(Exit.USAGE, f"there is no theme “{theme}”", hint=f"there are {' and '.join(THEMES)}")
    return [theme] if theme else list(THEMES)


def _known_faults(given: Sequence[str], known: dict[str, str]) -> list[str]:
    from nano_sre.demo.faults import UnknownFault, parted

    for name in given:
        try:
            parted(name)
        except UnknownFault as unknown:
            from nano_sre.spec.suggest import did_you_mean

            raise Stop(
                Exit.USAGE,
                f"there is no fault “{name}”",
                hint=did_you_mean(unknown.name, known)[1] or "nano-sre demo --faults lists them",
            ) from None
    return list(given)


@contextmanager
def _stores(themes: Sequence[str], faults: Sequence[str], port: int = 0) -> Iterator[dict[str, str]]:
    """The demo stores, running; their addresses by the variable that holds each."""
    with ExitStack() as stack:
        servers = {
            t: stack.enter_context(_store(t, faults, port + i if port else 0)) for i, t in enumerate(themes)
        }
        yield {THEMES[t]: server.url for t, server in servers.items()}


def _store(theme: str, faults: Sequence[str], port: int) -> Any:
    from nano_sre.demo.server import DemoServer

    try:
        return DemoServer(theme=theme, faults=faults, port=port)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or "ports end at 65535"
        raise Stop(
            Exit.MONITOR,
            f"the shop cannot open on port {port}: {why}",
            hint="give another --port, or none: then a free one is taken",
        ) from error


def _serve(themes: Sequence[str], faults: Sequence[str], port: int) -> None:
    import threading

    from nano_sre.demo.admin import TOKEN, TOKEN_VARIABLE

    with _stores(themes, faults, port) as urls:
        for theme, url in zip(themes, urls.values(), strict=True):
            print(f"  {theme:<8} {url}", flush=True)
        if faults:
            print(f"Broken: {', '.join(faults)}", flush=True)
        known = urls | {TOKEN_VARIABLE: TOKEN}
        settings = " ".join(f"{name}={value}" for name, value in known.items())
        print(f"\nTo run checks against it, in another terminal:\n  export {settings}", flush=True)
        print(f"  {_program()} test {starter_folder()}/", flush=True)
        from nano_sre.demo.discounts import DISCOUNTS

        print(f"\nDiscount codes that the shop knows: {', '.join(DISCOUNTS)}", flush=True)
        print("\nCtrl-C closes the shop.", flush=True)
        threading.Event().wait()


def _program() -> str:
    """What to type to call us: the bare name where it is on the path, else as we were called."""
    called = Path(sys.argv[0])
    if shutil.which("nano-sre") or called.name != "nano-sre":
        return "nano-sre"
    return str(called.relative_to(Path.cwd()) if called.is_relative_to(Path.cwd()) else called)


def starter_folder() -> Path:
    """The starter checks: in the package of an installed Nano-SRE, else in the checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "_starter" / "checks"
    found = inside if inside.is_dir() else package.parents[1] / "checks"
    return found.relative_to(Path.cwd()) if found.is_relative_to(Path.cwd()) else found


def _fresh_folder(report: Path) -> Path:
    """Where the demo keeps what its report links to. Nothing but a demo's own folder is emptied."""
    folder = report.with_name(f"{report.stem}-files")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / DATABASE).exists():
        raise Stop(
            Exit.USAGE,
            f"{folder} holds files that are not a demo's",
            hint="give another --report FILE, or a --data-dir",
        )
    try:
        if folder.is_dir():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
    except OSError as error:
        raise Stop(Exit.MONITOR, f"cannot write to {folder}: {error.strerror}") from error
    return folder


def _round(themes: Sequence[str], faults: Sequence[str], *, report: Path, keep: Path | None) -> None:
    from nano_sre.demo.admin import TOKEN, TOKEN_VARIABLE
    from nano_sre.runtime.browsers import BrowserMissing, ensure_browser

    try:
        ensure_browser(allow_system=True, say=say)
    except BrowserMissing as missing:
        raise Stop(Exit.MONITOR, str(missing)) from missing
    with ExitStack() as stack:
        urls = stack.enter_context(_stores(themes, faults))
        data = (keep or _fresh_folder(report)).absolute()
        for (
            name
        ) in THEMES.values():  # a store that is not running keeps an address, so that the files stay valid
            os.environ[name] = urls.get(name, "http://127.0.0.1:9")
        os.environ[TOKEN_VARIABLE] = TOKEN
        os.environ["NANO_SRE_DATA_DIR"] = str(data)
        os.environ["NANO_SRE_DATABASE_URL"] = f"sqlite:///{data / DATABASE}"
        say(
            f"The shop is open: {', '.join(urls.values())}"
            + (f"; broken: {', '.join(faults)}" if faults else "")
        )
        result = _apply_and_run(themes, report)
    _farewell(result, faults, report)
    from nano_sre.service import exit_code

    code = exit_code(result)
    if code:
        raise SystemExit(code)


def _apply_and_run(themes: Sequence[str], report: Path) -> Any:
    from nano_sre.cli.apply import apply
    from nano_sre.cli.run import finish_run, listening
    from nano_sre.config.settings import get_settings
    from nano_sre.service import RunRequest, Selection, open_store, registered_project, run, select

    checks = starter_folder()
    say(f"\n$ nano-sre apply {checks}/")
    apply([checks], yes=True, prune=True)
    say("\n$ nano-sre run")
    settings = get_settings(checks.parent)
    with open_store(settings) as store:
        project, linkage, revisions = registered_project(store.registry())
        chosen = select(linkage, Selection(stores=tuple(themes)), revisions=revisions)
        with listening() as listener:
            result = run(
                RunRequest(
                    programs=chosen,
                    settings=settings,
                    store=store,
                    sources=project.sources,
                    film=True,
                    listener=listener,
                )
            )
        with suppress(SystemExit):  # the farewell comes first, then the code
            finish_run(
                result,
                listener,
                read=store.files.read,
                as_json=False,
                reporters=[("html", str(report))],
                fail_on=[],
            )
    return result


def _farewell(result: Any, faults: Sequence[str], report: Path) -> None:
    say("")
    say(f"The report is {report}: open it in a browser.")
    if faults:
        say(f"Heal the shop and run again:  {_program()} demo")
    elif result.count("PASS") == len(result.results):
        say("Now break the shop and see what a merchant would be told:")
        say(f"  {_program()} demo --fault dead-add-to-cart")
        say(f"Every way it can break:  {_program()} demo --faults")
