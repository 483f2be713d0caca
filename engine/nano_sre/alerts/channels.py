"""What alerters send with: one HTTP client for all of them, mail, secrets that stay secret, templates."""

from __future__ import annotations

import asyncio
import os
import ssl
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from nano_sre.alerts.mail import hand_over
from nano_sre.alerts.pictures import Read, picture_of
from nano_sre.alerts.render import Templates
from nano_sre.config.secrets import Secrets, SecretTrouble
from nano_sre.config.settings import Settings
from nano_sre.core.alert import Alert, Alerter, Markup, Picture, Reply, Sent
from nano_sre.core.clock import Clock, SystemClock
from nano_sre.core.ports import Abort, cannot_work
from nano_sre.core.redact import Redactor
from nano_sre.core.template import Ref, Template, refs_in
from nano_sre.core.visible import clean, cut

AT_ONCE = (
    10  # requests in flight per service: httpx slows down when more wait, and none is to hold up another
)
SECONDS = 10.0  # for one request, from its beginning to its last byte
LONGEST_REPLY = 64_000  # bytes; what a channel has to say is short
LONGEST_DETAIL = 300
USER_AGENT = "Nano-SRE alerts"


class Channels:
    """All channels of an installation: they share the client, the secrets and the templates."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        *,
        environ: Mapping[str, str],
        templates: Templates,
        say: Callable[[str], None],
        clock: Clock,
        seconds: float,
        read: Read,
    ) -> None:
        self.client = client
        self.environ = environ
        self.secrets = Secrets(environ)
        self.redactor = Redactor()
        self.templates = templates
        self.say = say
        self.clock = clock
        self.seconds = seconds
        self.read = read
        self._gates: dict[str, asyncio.Semaphore] = {}

    def gate(self, url: str) -> asyncio.Semaphore:
        """What bounds the requests to one service."""
        return self._gates.setdefault(urlsplit(url).netloc, asyncio.Semaphore(AT_ONCE))

    def to(self, ref: Mapping[str, str] | None = None, *, pictures: bool = True) -> OpenChannel:
        """The channel of one thread: `ref` is what an earlier message of it left in `Sent.ref`."""
        return OpenChannel(self, ref or {}, pictures=pictures)

    async def send(
        self,
        alerter: Alerter,
        alert: Alert,
        *,
        ref: Mapping[str, str] | None = None,
        pictures: bool = True,
    ) -> Sent:
        """Send one message by one alerter. Never raises; no secret is in what comes back.

        Without `pictures` the text goes alone: for one that could not be sent with its picture. What an alerter raises
        that is no `OSError` is tried again like one: a bug of a plug-in may pass.
        """
        names = [each.rest for each in refs_in(alerter) if each.is_secret]
        channel = self.to(ref, pictures=pictures)
        try:
            if self.secrets.are_slow(names):
                await asyncio.to_thread(self.learn, names)
            else:
                self.learn(names)
            sent = await alerter.send_alert(self.redactor.deep(alert), channel)
        except Abort as stop:
            sent = Sent(ok=False, permanent=True, detail=str(stop))
        except OSError as error:
            sent = Sent(ok=False, detail=str(error) or type(error).__name__)
        except Exception as error:  # noqa: BLE001 - an alerter may be anybody's; the queue goes on
            sent = Sent(ok=False, detail=f"{type(alerter).__name__} raised {type(error).__name__}: {error}")
        return Sent(
            ok=sent.ok,
            detail=self.masked(
                f"{sent.detail}; {channel.lacking}" if sent.ok and channel.lacking else sent.detail
            ),
            permanent=sent.permanent,
            retry_after=sent.retry_after,
            ref=sent.ref,
        )

    def learn(self, names: Iterable[str]) -> None:
        """Ask for these secrets, so that they are masked before anything is written. Raises `Abort`."""
        for name in names:
            self.secret(name)

    def secret(self, name: str) -> str:
        """The value of a secret, which is masked from now on. Raises `Abort` when it cannot be had."""
        try:
            value = self.secrets.value(name)
        except SecretTrouble as error:
            raise cannot_work(str(error)) from None
        self.redactor.add(value)
        if "://" in value:
            self.redactor.add(urlsplit(value).path)  # of a webhook's address the path is what is secret
        return value

    def masked(self, text: str) -> str:
        """One line without secrets, safe for a terminal and short enough for a row."""
        return cut(clean(self.redactor.text(text)), LONGEST_DETAIL)


@asynccontextmanager
async def channels(
    settings: Settings,
    *,
    timezone: str = "UTC",
    templates: Path | None = None,
    say: Callable[[str], None] | None = None,
    clock: Clock | None = None,
    seconds: float = SECONDS,
    read: Read = lambda _path: None,
) -> AsyncIterator[Channels]:
    """Open what alerters send with. `templates` is the user's folder; `say` prints, to stdout by default.

    `read` gives the bytes of a file that a run left, by its path below the data folder.
    """
    async with httpx.AsyncClient(
        headers={"user-agent": USER_AGENT},
        timeout=seconds,
        verify=_trusted(),
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=AT_ONCE),
    ) as client:
        yield Channels(
            client,
            environ=settings.environ,
            templates=Templates(templates, timezone=timezone),
            say=say or to_stdout,
            clock=clock or SystemClock(),
            seconds=seconds,
            read=read,
        )


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that are believed. Reading them takes longer than to send a message."""
    return httpx.create_ssl_context()


def to_stdout(text: str) -> None:
    """Print at once: a pipe that somebody reads along with is not to wait for the next message."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class OpenChannel:
    """Implements `core.alert.Channel` for one thread."""

    def __init__(self, shared: Channels, ref: Mapping[str, str], *, pictures: bool) -> None:
        self._shared = shared
        self._ref = ref
        self._pictures = pictures
        self.lacking = ""  # why a picture that should be there is not sent

    @property
    def ref(self) -> Mapping[str, str]:
        return self._ref

    def value(self, given: Any) -> str:
        return str(given.resolve(self._lookup)) if isinstance(given, Template) else str(given)

    def _lookup(self, ref: Ref) -> str:
        if ref.root == "env" and ref.rest:
            value = self._shared.environ.get(ref.rest)
            if not value:
                raise cannot_work(f"The environment variable {ref.rest} is not set.")
            return value
        if not ref.is_secret or ref.filters:
            raise cannot_work(f"{ref} means nothing to an alerter: write ${{secret.NAME}} or ${{env.NAME}}.")
        return self._shared.secret(ref.rest)

    def render(
        self,
        name: str,
        alert: Alert,
        *,
        markup: Markup = "plain",
        limit: int | None = None,
        source: str | None = None,
        **more: Any,
    ) -> str:
        templates = self._shared.templates
        if source is not None:
            return templates.filled(source, alert, markup=markup, limit=limit, **more)
        return templates.text(name, alert, markup=markup, limit=limit, **more)

    async def post(
        self,
        url: str,
        *,
        json: Any = None,
        content: bytes | None = None,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, Picture] | None = None,
        headers: Mapping[str, str] | None = None,
        method: str = "POST",
    ) -> Reply:
        body: dict[str, Any] = {"json": json} if json is not None else {"content": content}
        if form is not None:
            parts = {name: (each.name, each.data, each.media_type) for name, each in (files or {}).items()}
            body = {"data": dict(form), "files": parts}
        try:
            async with self._shared.gate(url), asyncio.timeout(self._shared.seconds):
                return await self._answer(method, url, body, headers)
        except (TimeoutError, httpx.TimeoutException):
            raise OSError(f"no answer within {self._shared.seconds:g} s") from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            raise cannot_work("The address is not one of the web: it begins with https://.") from None
        except (UnicodeError, httpx.LocalProtocolError):
            raise cannot_work("The address or a header holds characters that cannot be sent.") from None
        except httpx.ConnectError as error:
            raise OSError(f"no connection to {urlsplit(url).hostname}: {_why(error)}") from None
        except httpx.HTTPError as error:
            raise OSError(f"the connection failed: {str(error) or type(error).__name__}") from None

    async def _answer(
        self, method: str, url: str, body: dict[str, Any], headers: Mapping[str, str] | None
    ) -> Reply:
        sent = self._shared.client.stream(method, url, headers=dict(headers or {}), **body)
        async with sent as response:
            held = bytearray()
            async for chunk in response.aiter_bytes():
                held += chunk
                if len(held) > LONGEST_REPLY:
                    break
            return Reply(
                status=response.status_code,
                headers={name.lower(): value for name, value in response.headers.items()},
                text=bytes(held[:LONGEST_REPLY]).decode("utf-8", errors="replace"),
            )

    async def picture(self, alert: Alert) -> Picture | None:
        if alert.shot is None:
            return None
        if not self._pictures:
            self.lacking = "without its picture, since it could not be sent with it"
            return None
        found = await asyncio.to_thread(picture_of, alert.shot, self._shared.read)
        if isinstance(found, Picture):
            return found
        self.lacking = f"without its picture: {found}"
        return None

    async def mail(self, message: Any, *, server: Mapping[str, Any]) -> tuple[str, ...]:
        return await hand_over(message, server, seconds=self._shared.seconds)

    async def apprise(self, url: str, *, title: str, body: str, mood: str) -> None:
        from nano_sre.alerts.long_tail import notify  # noqa: PLC0415 - half a second, for those who use it

        await notify(url, title=title, body=body, mood=mood, seconds=self._shared.seconds)

    def say(self, text: str) -> None:
        self._shared.say(text)

    def now(self) -> datetime:
        return self._shared.clock.now()


def _why(error: BaseException) -> str:
    """What the operating system says of a connection that cannot be made; httpx only says that none could."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, BaseExceptionGroup):
            cause = cause.exceptions[0]
        if isinstance(cause, OSError) and cause.errno:
            return (os.strerror(cause.errno) if cause.errno > 0 else cause.strerror) or str(cause)
        cause = cause.__cause__ or cause.__context__
    return str(error)
