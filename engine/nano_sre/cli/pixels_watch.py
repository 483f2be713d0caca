"""`nano-sre pixels watch`: a page of any store, and what its pixels say while somebody shops."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from nano_sre.cli.common import Exit, Stop, colorful, say

if TYPE_CHECKING:
    from nano_sre.core.hits import JudgedHit
    from nano_sre.runtime.pixel_watch import PixelsSeen, PixelWish

CONSENTS = ("accept", "refuse", "leave")
NARROW = 80
Then = Annotated[
    list[str] | None,
    typer.Option(
        "--visit",
        "--click",
        help="What follows, in this order: a path is opened (/cart), a name is pressed (Add to cart). Repeat it.",
    ),
]
Answer = Annotated[
    str | None,
    typer.Option(
        help="What to do with the cookie banner: accept, refuse or leave. With a window it is left to you, "
        "else accepted."
    ),
]
Long = Annotated[
    str | None,
    typer.Option(
        "--for",
        help="How long to stay on the last page, such as 30s. By default until nothing more comes, or with a "
        "window until you close it.",
    ),
]


def watch(
    url: Annotated[str, typer.Argument(help="The address of a page of the store.")],
    then: Then = None,
    consent: Answer = None,
    seconds: Long = None,
    save: Annotated[
        Path | None,
        typer.Option(
            help="Keep all that was heard in this file, for “pixels replay”; packed if it ends in .gz."
        ),
    ] = None,
    headless: Annotated[
        bool, typer.Option("--headless", help="Without a window, also where there is a display.")
    ] = False,
    deliver: Annotated[
        bool, typer.Option("--deliver", help="Let the hits reach the vendors, who will count this visit.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A line of JSON on stdout for every hit.")] = False,
) -> None:
    """Open a page of any store and tell every tracking hit as it comes: what was sent, to whom, and what is wrong.

    No hit reaches its vendor unless you say --deliver. Ctrl-C ends the visit, and the summary follows.

    Example: nano-sre pixels watch https://my-store.example --visit /products/mug --click "Add to cart"
    """
    from nano_sre.config.settings import get_settings
    from nano_sre.runtime.pixel_watch import PixelWish

    window = not headless and _has_window()
    wish = PixelWish(
        url=_address(url),
        then=tuple(then or ()),
        consent=_consent(consent or ("leave" if window else "accept")),
        seconds=None if seconds is None else _seconds(seconds),
        headed=window,
        deliver=deliver,
        password=get_settings().environ.get("STORE_PASSWORD"),
    )
    if save is not None and not save.absolute().parent.is_dir():
        raise Stop(
            Exit.USAGE, f"there is no folder {save.parent}", hint="make it first, or name another file"
        )
    seen = _watched(wish, as_json=as_json)
    if save is not None:
        _save(seen, save)
    _tell_end(seen, as_json=as_json, save=save)


def _has_window() -> bool:
    """Whether a browser can show itself here."""
    from nano_sre.runtime.browsers import find_browser

    display = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    if not display and sys.platform not in ("darwin", "win32"):
        return False
    found = find_browser(windowed=True)
    return found is not None and not found.headless_shell


def _address(url: str) -> str:
    made = url if "://" in url else f"https://{url}"
    if urlsplit(made).scheme not in ("http", "https") or not urlsplit(made).hostname:
        raise Stop(
            Exit.USAGE,
            f"“{url}” is not the address of a page",
            hint="write https://, then the shop's address",
        )
    return made


def _consent(word: str) -> Any:
    if word not in CONSENTS:
        raise Stop(Exit.USAGE, f"--consent takes accept, refuse or leave, not “{word}”")
    return word


def _seconds(text: str) -> float:
    from nano_sre.core.fields import Duration

    try:
        return Duration.parse(text).seconds
    except ValueError as error:
        raise Stop(Exit.USAGE, f"--for takes {error}, not “{text}”") from None


def _watched(wish: PixelWish, *, as_json: bool) -> PixelsSeen:
    from nano_sre.runtime.pixel_watch import watch as watch_pixels
    from nano_sre.runtime.trouble import BrowserDied

    async def visit() -> PixelsSeen:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, _asked_to_stop, loop, stop)
        _greet(wish, as_json=as_json)
        return await watch_pixels(wish, tell=_as_json if as_json else _Lines(), stop=stop, say=say)

    try:
        return asyncio.run(visit())
    except BrowserDied as death:
        raise Stop(Exit.MONITOR, f"the browser broke down: {death}") from death


def _asked_to_stop(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """The first Ctrl-C ends the visit, with its summary; the second ends everything."""
    stop.set()
    loop.remove_signal_handler(signal.SIGINT)


def _greet(wish: PixelWish, *, as_json: bool) -> None:
    if as_json:
        return
    fate = "Hits reach the vendors." if wish.deliver else "No hit reaches its vendor."
    how = "Shop in the window; close it, or press Ctrl-C, to end." if wish.headed else "Ctrl-C ends it."
    say(f"Watching {wish.url}. {fate} {how}\n")


def _save(seen: PixelsSeen, file: Path) -> None:
    from nano_sre.kinds._shared.tracking.recorded_file import bytes_of
    from nano_sre.kinds._shared.tracking.recording import Recording, written

    if seen.seen is None:
        return
    lines = written(Recording(seen=seen.seen, target=seen.seen.store.host))
    try:
        file.write_bytes(bytes_of("".join(f"{line}\n" for line in lines), name=file.name))
    except OSError as error:
        raise Stop(Exit.MONITOR, f"cannot write {file}: {error.strerror}") from error


def _as_json(judged: JudgedHit, step: str) -> None:
    from nano_sre.report.json_report import hit_document, jsonable

    print(json.dumps(jsonable({"during": step, **hit_document(judged)}), ensure_ascii=False), flush=True)


class _Lines:
    """Tells hits on a terminal, under the title of the step that caused them."""

    def __init__(self) -> None:
        self._step: str | None = None

    def __call__(self, judged: JudgedHit, step: str) -> None:
        from nano_sre.core.visible import clean
        from nano_sre.report.hit_text import hit_lines
        from nano_sre.report.text import paint

        color = colorful(sys.stdout)
        if step != self._step:
            self._step = step
            print(paint("bold", clean(step), color=color))
        for line in hit_lines(judged, color=color, width=_width()):
            print(line, flush=True)


def _width() -> int:
    return max(shutil.get_terminal_size().columns, NARROW) if sys.stdout.isatty() else 160


def _tell_end(seen: PixelsSeen, *, as_json: bool, save: Path | None) -> None:
    """The summary, on stderr beside JSON lines; ends with 1 or 7 where the visit did not go as it was asked to."""
    from nano_sre.report.hit_text import end_lines

    stream = sys.stderr if as_json else sys.stdout
    if seen.report is not None:
        print(file=stream)
        for line in end_lines(seen.report, color=colorful(stream), width=_width()):
            print(line, file=stream)
    if save is not None and seen.seen is not None:
        say(f"\nAll of it is in {save}. Judge it again:  nano-sre pixels replay {save}")
    made = seen.attempt
    if made.note is not None:
        say(made.note)
    if made.inconclusive is not None:
        raise Stop(Exit.MONITOR, made.inconclusive)
    if seen.report is not None and seen.report.inconclusive is not None:
        raise Stop(Exit.MONITOR, seen.report.inconclusive)
    failed = next((step.finding for step in made.steps if step.finding and step.state == "failed"), None)
    if failed is not None:
        raise Stop(Exit.FAILED, failed.summary, hint=failed.hint or next(iter(failed.evidence), None))
