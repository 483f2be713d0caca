"""One HTTP/1.1 connection, to the browser or to a server: h11 does the reading, asyncio the waiting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

import h11

LONGEST_HEAD = 4 * 1024 * 1024  # Chromium's own limit of an address is 2 MB
CHUNK = 64 * 1024
IDLE = 120.0  # seconds without a byte after which somebody is gone
Headers = list[tuple[bytes, bytes]]


class Gone(Exception):
    """The other side closed the connection, or broke off in the middle."""


class Wire:
    """A connection that reads and writes h11 events. Raises `Gone`, or h11's own errors for what is no HTTP."""

    __slots__ = ("_idle", "_reader", "http", "writer")

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        role: Any = h11.SERVER,
        idle: float = IDLE,
    ) -> None:
        self.http = h11.Connection(role, max_incomplete_event_size=LONGEST_HEAD)
        self.writer = writer
        self._reader = reader
        self._idle = idle

    @property
    def streams(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return self._reader, self.writer

    @property
    def reusable(self) -> bool:
        """Whether another request may follow on it."""
        return self.http.our_state is h11.DONE and self.http.their_state is h11.DONE

    async def event(self) -> Any:
        """The next event of the other side."""
        while (event := self.http.next_event()) is h11.NEED_DATA:
            if self.http.they_are_waiting_for_100_continue:
                await self.send(h11.InformationalResponse(status_code=100, headers=[]))
            try:
                async with asyncio.timeout(self._idle):
                    data = await self._reader.read(CHUNK)
            except (OSError, TimeoutError) as error:
                raise Gone(str(error)) from None
            if not data and self.http.their_state is h11.IDLE:
                raise Gone("closed")
            self.http.receive_data(data)
        return event

    async def request(self) -> h11.Request | None:
        """The next request; None when the other side has no more."""
        event = await self.event()
        return event if isinstance(event, h11.Request) else None

    async def body(self) -> AsyncIterator[bytes]:
        """What is left of the message that is being read."""
        while self.http.their_state is h11.SEND_BODY and isinstance(event := await self.event(), h11.Data):
            yield bytes(event.data)

    async def send(self, event: Any) -> None:
        data = self.http.send(event)
        if not data:
            return
        try:
            self.writer.write(data)
            await self.writer.drain()
        except OSError as error:
            raise Gone(str(error)) from None

    async def answer(
        self, status: int, headers: Iterable[tuple[str, str]] = (), body: bytes = b"", *, reason: str = ""
    ) -> None:
        """A whole answer at once."""
        sent = [*headers] if status == 204 else [*headers, ("content-length", str(len(body)))]
        await self.send(h11.Response(status_code=status, headers=sent, reason=reason.encode()))
        if body:
            await self.send(h11.Data(data=body))
        await self.send(h11.EndOfMessage())


def header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    """A header's value, empty when it is not there."""
    return next((value.decode("latin-1") for key, value in headers if key == name), "")


async def pump(
    one: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    other: tuple[asyncio.StreamReader, asyncio.StreamWriter],
) -> None:
    """Carry bytes both ways, unread, until either side is done."""

    async def carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(CHUNK):
                target.write(data)
                await target.drain()
            if target.can_write_eof():
                target.write_eof()
        except OSError:
            target.transport.abort()

    async with asyncio.TaskGroup() as group:
        group.create_task(carry(one[0], other[1]))
        group.create_task(carry(other[0], one[1]))
