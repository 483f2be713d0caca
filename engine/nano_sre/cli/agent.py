"""`nano-sre agent`."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nano_sre.cli.common import ENVIRONMENT_HELP, Exit, Stop, say

if TYPE_CHECKING:
    from nano_sre.config.settings import Settings

PORT = 8787


def add_to(app: typer.Typer, verb: str) -> None:
    app.command(verb)(agent)


def app(verb: str) -> typer.Typer:
    made = typer.Typer(rich_markup_mode=None, add_completion=False)
    add_to(made, verb)
    return made


def agent(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Folders of checks to apply first, and again on every change; else what is applied."
        ),
    ] = None,
    host: Annotated[str, typer.Option(help="Where the status page listens.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Its port; 0 takes any that is free.")] = PORT,
    page: Annotated[
        bool, typer.Option("--page/--no-page", help="Whether there is a status page at all.")
    ] = True,
    env: Annotated[str | None, typer.Option("--env", help=ENVIRONMENT_HELP)] = None,
    prune: Annotated[
        bool,
        typer.Option("--prune", help="Archive checks whose file left the folders (never over 30 % of them)."),
    ] = False,
    concurrency: Annotated[
        int | None, typer.Option(min=1, max=64, help="Visits at once; one per core by default.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say only what is wrong.")] = False,
) -> None:
    """Run what is applied for ever: on its schedules and triggers, with incidents, alerts and a status page.

    Example: nano-sre agent checks/
    """
    from nano_sre.config.settings import get_settings
    from nano_sre.service import open_store
    from nano_sre.store.errors import LockHeld

    settings = get_settings()
    if env and not folders:
        raise Stop(
            Exit.USAGE,
            "--env says how folders are applied, and none is given",
            hint=f"nano-sre agent checks/ --env {env}",
        )
    token = _token(settings, host) if page else None
    from nano_sre.applying import holder

    try:
        with open_store(settings) as store, store.agent_lock(holder(settings)) as before:
            if before:
                say(f"{before.holder} ended without saying goodbye; its work goes on here.")
            wish = _Wish(settings, store, folders or [], env, prune, concurrency, quiet)
            with _listener(host, port) if page else nullcontext() as listener:
                asyncio.run(_agent(wish, listener, token))
    except LockHeld as held:
        raise Stop(Exit.STALE, str(held), hint=held.hint) from held


class _Wish:
    """What the options say."""

    def __init__(
        self,
        settings: Settings,
        store: Any,
        folders: list[Path],
        env: str | None,
        prune: bool,
        concurrency: int | None,
        quiet: bool,
    ) -> None:
        self.settings, self.store, self.folders = settings, store, folders
        self.env, self.prune, self.concurrency, self.quiet = env, prune, concurrency, quiet


def _token(settings: Settings, host: str) -> str | None:
    """The token that the page asks for. Stops when others than this machine could read it without one."""
    from nano_sre.server.serving import LOOPBACK

    token = settings.environ.get("NANO_SRE_TOKEN")
    if token is None and host not in LOOPBACK:
        raise Stop(
            Exit.USAGE,
            f"--host {host} opens the status page to other machines, and there is no token",
            hint="set NANO_SRE_TOKEN to a long random text, for example from: openssl rand -hex 32",
        )
    if token is not None and len(token) < 16:
        raise Stop(Exit.USAGE, "NANO_SRE_TOKEN is too short to be a secret", hint="use 16 characters or more")
    return token


def _listener(host: str, port: int) -> Any:
    from nano_sre.server.serving import PortTaken, listening

    try:
        return listening(host, port)
    except (PortTaken, OSError) as error:
        raise Stop(
            Exit.USAGE,
            f"the status page cannot listen on {host}, port {port}: {error.strerror or error}",
            hint="--port says another one, --no-page leaves it out",
        ) from error


async def _agent(wish: _Wish, listener: Any, token: str | None) -> None:
    from contextlib import AsyncExitStack

    from nano_sre.agent.desk import AgentDesk
    from nano_sre.agent.folder import Folder
    from nano_sre.agent.making import agent_loop
    from nano_sre.agent.supervised import supervised
    from nano_sre.server.serving import serving

    stop = _stop_on_signals()
    loop = agent_loop(
        wish.settings,
        wish.store,
        say=say,
        listener=_listening(quiet=wish.quiet),
        concurrency=wish.concurrency,
    )
    pulse = loop.pulse
    async with AsyncExitStack() as stack:
        if wish.folders:
            folder = Folder(
                paths=wish.folders,
                settings=wish.settings,
                store=wish.store,
                pulse=pulse,
                environment=wish.env,
                prune=wish.prune,
                applied=loop.wake,
                say=say,
            )
            if not await asyncio.to_thread(folder.apply) and not wish.store.serial():
                raise Stop(
                    Exit.INVALID, "the folder is invalid, and nothing was applied before that could run"
                )
            watching = asyncio.create_task(
                supervised("Watching the folder", folder.watch, pulse=pulse, pace=loop.pace)
            )
            stack.callback(watching.cancel)
        if listener is not None:
            address = await stack.enter_async_context(serving(AgentDesk(loop), listener, token=token))
            say(f"The agent runs. Its page: {address}")
        else:
            say("The agent runs.")
        await loop.run(stop)
    say("The agent has stopped.")


def _stop_on_signals() -> asyncio.Event:
    """Set by SIGTERM and Ctrl-C; a second one ends the process at once."""
    stop = asyncio.Event()
    running = asyncio.get_running_loop()

    def asked(number: signal.Signals) -> None:
        if stop.is_set():
            running.remove_signal_handler(number)
            signal.raise_signal(number)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        running.add_signal_handler(number, asked, number)
    return stop


def _listening(*, quiet: bool) -> Any:
    """A plain line for each result: an agent's output is a log."""
    from nano_sre.core.events import Notice, TargetFinished
    from nano_sre.report.words import GLYPHS, sentence, verdict

    def listen(event: Any) -> None:
        if isinstance(event, Notice):
            say(event.text)
        if isinstance(event, TargetFinished):
            word = verdict(event.result)
            if not quiet or word != "PASS":
                when = f"{event.result.result.timestamp.astimezone():%H:%M:%S}"
                text = "" if word == "PASS" else f"  {sentence(event.result)}"
                print(f"{when} {GLYPHS[word]} {event.result.target}{text}", file=sys.stdout, flush=True)

    return listen
