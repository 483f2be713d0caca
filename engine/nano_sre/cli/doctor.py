"""`nano-sre doctor`: has this machine what Nano-SRE needs?"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from nano_sre.cli.common import Exit, print_json

Finding = tuple[bool, str, str]  # fine?, what, remedy


def add_to(app: typer.Typer, verb: str) -> None:
    app.command(verb)(doctor)


def app(verb: str) -> typer.Typer:
    made = typer.Typer(rich_markup_mode=None, add_completion=False)
    add_to(made, verb)
    return made


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    install: Annotated[bool, typer.Option("--install", help="Install a browser when there is none.")] = False,
) -> None:
    """Look whether this machine has what Nano-SRE needs: Python, a browser that starts, its sink for hits, a database.

    Example: nano-sre doctor --install
    """
    findings: list[Finding] = [
        _python(),
        _guarded("browser", lambda: _browser(install=install)),
        _guarded("tracking hits", _sink),
        _guarded("database", _database),
    ]
    if as_json:
        print_json(
            "doctor",
            {
                "fine": all(f[0] for f in findings),
                "findings": [{"fine": ok, "what": what, "remedy": remedy} for ok, what, remedy in findings],
            },
        )
    else:
        for ok, what, remedy in findings:
            print(f"{'✓' if ok else '✗'} {what}")
            if remedy:
                print(f"    {remedy}")
    if not all(f[0] for f in findings):
        raise SystemExit(Exit.MONITOR)


def _guarded(what: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except Exception as error:  # noqa: BLE001 - whatever is wrong is the finding
        return False, f"{what}: {error}", str(getattr(error, "hint", "") or "")


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return sys.version_info >= (3, 11), f"Python {version}", ""


def _browser(*, install: bool) -> Finding:
    from nano_sre.runtime.browsers import ensure_browser, find_browser
    from nano_sre.runtime.doctor import start_browser

    found = ensure_browser(allow_system=True, say=print) if install else find_browser()
    if found is None:
        return False, "no browser found", "nano-sre doctor --install gets one, or set NANO_SRE_BROWSER"
    version = asyncio.run(start_browser(found.path))
    slow = "" if found.headless_shell else "chromium-headless-shell needs 2.4 times less processor time"
    return True, f"browser: {version}, {found.origin} ({found.path})", slow


def _sink() -> Finding:
    from nano_sre.runtime.browsers import find_browser
    from nano_sre.runtime.doctor import sink_trouble

    found = find_browser()
    if found is None:
        return False, "tracking hits: not tried, for want of a browser", ""
    trouble = asyncio.run(sink_trouble(found))
    if trouble is not None:
        return False, f"tracking hits: {trouble}", "another Chromium may do: set NANO_SRE_BROWSER"
    return (
        True,
        "tracking hits: they end in the sink, those of sandboxed frames, workers and pages that are left, too",
        "",
    )


def _database() -> Finding:
    from nano_sre.config.settings import get_settings
    from nano_sre.service import open_store

    settings = get_settings()
    with open_store(settings) as store:
        checks = len(store.registry().checks)
    shown = settings.database_url.split("@")[-1]
    return True, f"database: {shown}, {checks} documents applied", f"data folder: {Path(settings.data_dir)}"
