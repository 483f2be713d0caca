"""Carries single requests to real servers and their answers back, byte for byte, and says when it cannot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import h11

from nano_sre.runtime.sink.ways import Ways
from nano_sre.runtime.sink.wire import Gone, Headers, Wire, pump

OF_ONE_HOP = frozenset(
    {b"connection", b"proxy-connection", b"keep-alive", b"te", b"trailer", b"upgrade", b"transfer-encoding"}
)


class Relay:
    """The server side of one connection of the browser; kept open while the server agrees."""

    def __init__(self, ways: Ways, *, host: str, port: int, tls: bool) -> None:
        self._ways = ways
        self._place = (host, port, tls)
        self._wire: Wire | None = None

    async def connect(self) -> None:
        """Raises what `Ways.open` does."""
        host, port, tls = self._place
        self._wire = Wire(*await self._ways.open(host, port, tls=tls), role=h11.CLIENT)

    async def carry(
        self, request: h11.Request, target: str, *, body: AsyncIterator[bytes], back: Wire
    ) -> int:
        """Send a request on and stream the answer back; its status.

        Raises `Unreachable`, an `ssl` error, or `Gone` when the server broke off.
        """
        answer = await self._answered(request, target, body)
        while isinstance(answer, h11.InformationalResponse):
            if answer.status_code == 101:
                return await self._switched(answer, back)
            answer = await self._read()
        await back.send(
            h11.Response(status_code=answer.status_code, headers=_onward(answer), reason=answer.reason)
        )
        assert self._wire is not None
        async for data in self._wire.body():
            await back.send(h11.Data(data=data))
        await back.send(h11.EndOfMessage())
        if self._wire.reusable:
            self._wire.http.start_next_cycle()
        else:
            self.close()
        status: int = answer.status_code
        return status

    def close(self) -> None:
        if self._wire is not None:
            self._wire.writer.transport.abort()
            self._wire = None

    async def _answered(self, request: h11.Request, target: str, body: AsyncIterator[bytes]) -> Any:
        """The first word of the answer. A server may have closed an idle connection: then a new one is opened."""
        fresh = self._wire is None
        if fresh:
            await self.connect()
        head = h11.Request(method=request.method, target=target, headers=_outward(request))
        bare = not _has_body(request)
        try:
            await self._send(head, body)
            return await self._read()
        except Gone:
            self.close()
            if fresh or not bare:
                raise
            await self.connect()
            await self._send(head, body)
            return await self._read()

    async def _send(self, head: h11.Request, body: AsyncIterator[bytes]) -> None:
        assert self._wire is not None
        await self._wire.send(head)
        async for data in body:
            await self._wire.send(h11.Data(data=data))
        await self._wire.send(h11.EndOfMessage())

    async def _read(self) -> Any:
        assert self._wire is not None
        try:
            event = await self._wire.event()
        except h11.RemoteProtocolError as error:
            raise Gone(str(error)) from None
        if isinstance(event, h11.ConnectionClosed):
            raise Gone("closed")
        return event

    async def _switched(self, answer: h11.InformationalResponse, back: Wire) -> int:
        """Both sides speak something else from here on, such as WebSocket."""
        assert self._wire is not None
        await back.send(h11.InformationalResponse(status_code=101, headers=list(answer.headers)))
        for source, target in ((self._wire, back), (back, self._wire)):
            early, _ = source.http.trailing_data
            target.writer.write(early)
        with suppress(ExceptionGroup):
            await pump(back.streams, self._wire.streams)
        return 101


def _has_body(request: h11.Request) -> bool:
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in request.headers)


def _outward(request: h11.Request) -> Headers:
    kept = [each for each in request.headers if each[0] not in OF_ONE_HOP]
    names = {name: value for name, value in request.headers if name in (b"upgrade", b"transfer-encoding")}
    if b"upgrade" in names:
        kept += [(b"connection", b"Upgrade"), (b"upgrade", names[b"upgrade"])]
    if b"transfer-encoding" in names:
        kept.append((b"transfer-encoding", b"chunked"))
    return kept


def _onward(answer: h11.Response) -> Headers:
    return [each for each in answer.headers if each[0] not in OF_ONE_HOP]
