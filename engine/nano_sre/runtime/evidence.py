"""What a visit leaves behind: pictures, the page as assistive technology reads it, console, requests, a trace."""

from __future__ import annotations

import asyncio
import gzip
import re
import tempfile
import zipfile
from collections import deque
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from playwright.async_api import BrowserContext, ConsoleMessage, Error, Request
from playwright.async_api import Page as PlaywrightPage

from nano_sre.core.redact import Redactor
from nano_sre.core.result import Artifact
from nano_sre.runtime.sightings import WRONG_TYPE
from nano_sre.runtime.vendor_hosts import is_hit

if TYPE_CHECKING:
    from nano_sre.runtime.page import Page, VisitState

MOST_LINES = 100
LONGEST_LINE = 500
PACKING = 6  # of gzip: what 9 saves, 1 %, takes twice as long
PATIENCE = 6.0  # seconds for each piece of evidence: a broken page must not hold up the verdict
_SCRIPT = re.compile(
    r"\bat .*?(https?://[^\s()]+?)(?::\d+){0,2}\)?$", re.MULTILINE
)  # the innermost of the stack
_STATUS = re.compile(r"the server responded with a status of (\d+)")

ArtifactKind = Literal["screenshot", "frame", "trace", "console", "requests", "snapshot", "hits", "other"]


class Artifacts(Protocol):
    """Where files of a run are kept."""

    def write(self, run_id: str, name: str, data: bytes) -> str:
        """Keep a file; its path relative to the data folder, with forward slashes."""
        ...


class FolderArtifacts:
    """Files of runs below one folder: ``<folder>/<run>/<name>``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, run_id: str, name: str, data: bytes) -> str:
        path = self.folder / run_id / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path.relative_to(self.folder).as_posix()


class NoArtifacts:
    """Keeps nothing: paths come back as if it had."""

    def write(self, run_id: str, name: str, data: bytes) -> str:  # noqa: ARG002 -- the port's words
        return f"{run_id}/{name}"


class Recorder:
    """Listens to one visit: console errors and failed requests, the last hundred of each.

    It listens for failures only: an event for every request would cost more than the steps do.
    """

    def __init__(self, page: PlaywrightPage, *, state: VisitState) -> None:
        self.console: deque[str] = deque(maxlen=MOST_LINES)
        self.failed_requests: deque[str] = deque(maxlen=MOST_LINES)
        self._state = state
        # What a new tab says is heard from its first word: the tab itself is told of later.
        context = page.context
        context.on("console", self._on_console)
        context.on("weberror", lambda thrown: self._line(self.console, uncaught(thrown.error)))
        context.on("requestfailed", self._on_failed)
        context.on("page", self._count_loads)
        self._count_loads(page)

    def _count_loads(self, page: PlaywrightPage) -> None:
        state = self._state
        page.on("domcontentloaded", lambda _page: _count_load(state))

    def first_words(self) -> str:
        """What the console says first, an exception before anything else: a line of evidence."""
        thrown = (line for line in self.console if line.startswith("uncaught: "))
        first = next(thrown, next(iter(self.console), None))
        return f"console: {first}" if first else "the console shows no error"

    def _line(self, lines: deque[str], text: str) -> None:
        lines.append(" ".join(text.split())[:LONGEST_LINE])

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        url = str(message.location.get("url", ""))
        if is_hit(url):
            return
        status = _STATUS.search(message.text)
        if status:
            self._line(self.failed_requests, f"{status[1]} {url}")
        elif wrong := WRONG_TYPE.match(message.text):
            self._line(self.failed_requests, f"came as {wrong[2]} {wrong[1]}")
        self._line(self.console, f"{message.text} ({url})" if url else message.text)

    def _on_failed(self, request: Request) -> None:
        if not is_hit(request.url):
            reason = request.failure or "failed"
            if self._state.hit_log is not None:
                reason = self._state.hit_log.as_without(reason, request.url)
            self._line(self.failed_requests, f"{reason} {request.method} {request.url}")


def uncaught(error: Error) -> str:
    """An exception that nobody caught, and the script it came from: `uncaught: x is not defined (https://…)`."""
    place = _SCRIPT.search(error.stack or "")
    return f"uncaught: {error}" + (f" ({place[1]})" if place else "")


def _count_load(state: VisitState) -> None:
    state.loads += 1


class Evidence:
    """Keeps the files of one target's run, with every known secret masked."""

    def __init__(self, artifacts: Artifacts, *, run_id: str, target: str, redactor: Redactor) -> None:
        self._artifacts = artifacts
        self._run_id = run_id
        self._folder = re.sub(r"[^A-Za-z0-9._-]+", "-", target).strip("-")
        self._redactor = redactor

    def keep(self, kind: ArtifactKind, name: str, data: bytes, *, media_type: str) -> Artifact:
        """Keep a file; its name is made safe."""
        safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or kind
        path = self._artifacts.write(self._run_id, f"{self._folder}/{safe}", data)
        return Artifact(kind=kind, path=path, name=name, media_type=media_type)

    def keep_text(
        self, kind: ArtifactKind, name: str, text: str, *, media_type: str = "text/plain"
    ) -> Artifact:
        return self.keep(kind, name, self._redactor.text(text).encode(), media_type=media_type)

    def keep_packed(self, kind: ArtifactKind, name: str, text: str) -> Artifact:
        """Keep a long text gzip-compressed; `.gz` is added to its name. The same text gives the same bytes."""
        data = gzip.compress(self._redactor.text(text).encode(), PACKING, mtime=0)
        return self.keep(kind, f"{name}.gz", data, media_type="application/gzip")

    async def frame(self, page: Page, *, name: str) -> Artifact | None:
        """A small picture for the report's film; none when the page does not answer."""
        data = await _within_reason(page.picture(kind="frame"))
        return None if data is None else self.keep("frame", f"{name}.jpg", data, media_type="image/jpeg")

    async def pictures(self, state: VisitState, *, number: int) -> tuple[Artifact, ...]:
        """The pictures that steps took."""
        return tuple(self._keep_picture(f"{number}-{name}", data) for name, data in state.pictures)

    async def of_failure(self, page: Page, recorder: Recorder, *, number: int) -> tuple[Artifact, ...]:
        """What the page looked like when something went wrong."""
        found = [] if page.state.hung else await self._of_page(page, number=number)
        if recorder.console:
            found.append(self.keep_text("console", f"{number}-console.txt", "\n".join(recorder.console)))
        if recorder.failed_requests:
            text = "\n".join(recorder.failed_requests)
            found.append(self.keep_text("requests", f"{number}-failed-requests.txt", text))
        return tuple(found)

    async def _of_page(self, page: Page, *, number: int) -> list[Artifact]:
        found: list[Artifact] = []
        picture = await _within_reason(page.picture())
        if picture is not None:
            found.append(self._keep_picture(f"{number}-failure", picture))
        snapshot = await _within_reason(page.frame.locator("body").aria_snapshot(timeout=3_000))
        if snapshot:
            # Not .yaml, which it is: below a folder of checks it would be read as one.
            found.append(self.keep_text("snapshot", f"{number}-page.aria.txt", snapshot))
        return found

    def _keep_picture(self, name: str, data: bytes) -> Artifact:
        suffix, media_type = ("png", "image/png") if data.startswith(b"\x89PNG") else ("jpg", "image/jpeg")
        return self.keep("screenshot", f"{name}.{suffix}", data, media_type=media_type)

    async def start_trace(self, context: BrowserContext) -> None:
        await context.tracing.start(screenshots=True, snapshots=True)

    async def stop_trace(self, context: BrowserContext, *, number: int) -> tuple[Artifact, ...]:
        """The trace so far, with every known secret masked."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "trace.zip"
            await _within_reason(context.tracing.stop(path=path), seconds=20.0)
            if not path.exists():
                return ()
            data = masked_trace(path.read_bytes(), self._redactor)
        return (self.keep("trace", f"{number}-trace.zip", data, media_type="application/zip"),)


def masked_trace(data: bytes, redactor: Redactor) -> bytes:
    """A trace without secrets: text is masked, and the film left out, since pictures in it cannot be masked."""
    if not redactor.knows_any:
        return data
    rewritten = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(data)) as old,
        zipfile.ZipFile(rewritten, "w", compression=zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.infolist():
            if not re.search(r"page@[^/]*\.jpe?g$", member.filename):
                new.writestr(member.filename, redactor.data(old.read(member)))
    return rewritten.getvalue()


async def _within_reason(work: Any, *, seconds: float = PATIENCE) -> Any:
    try:
        async with asyncio.timeout(seconds):
            return await work
    except (Error, TimeoutError):
        return None
