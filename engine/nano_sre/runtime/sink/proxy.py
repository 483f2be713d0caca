"""The sink of one visit: a proxy on loopback that takes hits in the vendors' place and lets everything else through."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Collection
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit

import h11

from nano_sre.core.forms import Tracking
from nano_sre.core.hits import Decoder, Fate
from nano_sre.runtime.sink import answers
from nano_sre.runtime.sink.certificate import certificate
from nano_sre.runtime.sink.hosts import BROWSERS_OWN, Hosts
from nano_sre.runtime.sink.log import Arriving, HitLog
from nano_sre.runtime.sink.relay import Relay
from nano_sre.runtime.sink.ways import Unreachable, Ways
from nano_sre.runtime.sink.wire import Gone, Wire, pump

SWALLOW = Tracking("swallow")
HANDSHAKE_SECONDS = 10.0
NOTHING = (ConnectionError, OSError, Gone, TimeoutError)  # a browser that goes away in the middle is no news


class Sink:
    """One listener for one browser context, so that nobody can mistake whose hits arrive.

    `first_party` are hosts of the store's own that take hits: their TLS is ended here as well, and their real
    certificate is verified.
    """

    def __init__(
        self,
        log: HitLog,
        decoder: Decoder,
        *,
        ways: Ways,
        tracking: Tracking = SWALLOW,
        first_party: Collection[str] = (),
    ) -> None:
        self._log = log
        self._decoder = decoder
        self._ways = ways
        self._tracking = tracking
        self._vendors = Hosts(decoder.hosts)
        self._own = Hosts(first_party)
        self._refused = Hosts(BROWSERS_OWN)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accepted, "127.0.0.1", 0, backlog=512)
        self._log.listening = self.is_listening
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    @property
    def address(self) -> str:
        """What a browser context takes as its proxy."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def is_listening(self) -> bool:
        """Whether a browser would be heard now."""
        if self._server is None or not self._server.sockets:
            return False
        try:
            place = urlsplit(self.address)
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                _, writer = await asyncio.open_connection(place.hostname, place.port)
        except (OSError, TimeoutError):
            return False
        writer.transport.abort()
        return True

    async def close(self) -> None:
        """Stop listening and cut every connection."""
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._conversation(Wire(reader, writer))
        except (*NOTHING, h11.ProtocolError, ssl.SSLError):
            pass
        except asyncio.CancelledError:  # the visit is over: the server has nobody to tell it to
            pass
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _conversation(self, wire: Wire) -> None:
        relays: dict[tuple[str, int], Relay] = {}
        try:
            while True:
                request = await self._asked(wire)
                if request is None:
                    return
                if request.method == b"CONNECT":
                    await self._connected(wire, request)
                    return
                place = urlsplit(request.target.decode("latin-1"))
                if place.scheme != "http" or not place.hostname:
                    await wire.answer(400, reason="This is a proxy")
                    return
                host, port = place.hostname, place.port or 80
                if host not in self._vendors and host not in self._own:
                    self._log.let_through(host)
                relay = relays.setdefault((host, port), Relay(self._ways, host=host, port=port, tls=False))
                if not await self._exchange(wire, request, place.geturl(), relay):
                    return
        finally:
            for relay in relays.values():
                relay.close()

    async def _asked(self, wire: Wire) -> h11.Request | None:
        """The next request; one that is none is told so."""
        try:
            return await wire.request()
        except h11.RemoteProtocolError as error:
            if wire.http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
                with suppress(h11.LocalProtocolError):
                    await wire.answer(error.error_status_hint)
            return None

    async def _connected(self, wire: Wire, request: h11.Request) -> None:
        """A way to a host is asked for: it ends here, or is let through unread."""
        place = urlsplit(f"//{request.target.decode('latin-1')}")
        host, port = place.hostname or "", place.port or 443
        if host in self._refused:
            await wire.answer(403, reason="No page needs it")
            return
        relay = Relay(self._ways, host=host, port=port, tls=port != 80)
        try:
            if host in self._vendors or (host in self._own and await self._is_sound(relay)):
                await self._inside(wire, host, port, relay)
            else:
                await self._tunnel(wire, host, port)
        except Unreachable as error:
            self._log.unreachable(host, error.code)
            await wire.answer(502, reason=error.code)
        finally:
            relay.close()

    @staticmethod
    async def _is_sound(relay: Relay) -> bool:
        """Whether the real server has a certificate to be trusted; if not, the browser shall see it for itself."""
        try:
            await relay.connect()
        except ssl.SSLCertVerificationError:
            return False
        return True

    async def _tunnel(self, wire: Wire, host: str, port: int) -> None:
        self._log.let_through(host)
        streams = await self._ways.open(host, port)
        try:
            await _agree(wire)
            await pump(wire.streams, streams)
        finally:
            streams[1].transport.abort()

    async def _inside(self, wire: Wire, host: str, port: int, relay: Relay) -> None:
        """End the TLS of a connection and read what is asked on it."""
        await _agree(wire)
        scheme = "http" if port == 80 else "https"
        if scheme == "https":
            await wire.writer.start_tls(certificate().server, ssl_handshake_timeout=HANDSHAKE_SECONDS)
        inner = Wire(*wire.streams)
        place = f"{scheme}://{host}" + ("" if port in (80, 443) else f":{port}")
        while (request := await self._asked(inner)) is not None:
            url = place + request.target.decode("latin-1")
            if not await self._exchange(inner, request, url, relay):
                return

    async def _exchange(self, wire: Wire, request: h11.Request, url: str, relay: Relay) -> bool:
        """One request and its answer; whether another may follow."""
        self._log.works()
        try:
            fate, onward = self._fate(request, url)
            if fate is None or (onward is not None and answers.is_preflight(request)):
                await relay.carry(request, _target(onward or url), body=wire.body(), back=wire)
            elif answers.is_preflight(request):
                await _swallowed(wire, request)
            else:
                await self._hit(wire, request, url, relay, fate=fate, onward=onward)
        except Unreachable as error:
            self._log.unreachable(urlsplit(url).hostname or "", error.code)
            return False
        finally:
            self._log.rests()
        if wire.reusable:
            wire.http.start_next_cycle()
            return True
        return False

    def _fate(self, request: h11.Request, url: str) -> tuple[Fate | None, str | None]:
        """What becomes of a hit, and the address that it goes on to, if it does; None for what is no hit."""
        host = urlsplit(url).hostname or ""
        taken = host in self._vendors or host in self._own
        if not taken or self._decoder.role(request.method.decode("ascii"), url) != "hit":
            return None, url
        if self._tracking == "deliver":
            return "delivered", url
        if answers.is_upgrade(request):
            return "refused", None
        marked = self._decoder.marked(url) if self._tracking == "mark" else None
        return ("marked", marked) if marked is not None else ("swallowed", None)

    async def _hit(
        self, wire: Wire, request: h11.Request, url: str, relay: Relay, *, fate: Fate, onward: str | None
    ) -> None:
        arriving = self._log.arrives(request, url)
        status: int | None = None
        try:
            body = self._read(wire, arriving)
            if onward is not None:
                status = await relay.carry(request, _target(onward), body=body, back=wire)
            else:
                async for _ in body:
                    pass
                status = await _swallowed(wire, request)
        finally:
            self._log.keep(arriving, fate=fate, status=status)

    async def _read(self, wire: Wire, arriving: Arriving) -> AsyncIterator[bytes]:
        async for data in wire.body():
            self._log.add(arriving, data)
            yield data


async def _agree(wire: Wire) -> None:
    """Say yes to a CONNECT; from then on the connection is something else."""
    async for _ in wire.body():
        pass
    await wire.send(h11.Response(status_code=200, headers=[], reason=b"OK"))


async def _swallowed(wire: Wire, request: h11.Request) -> int:
    """Answer in the vendor's place; the status."""
    async for _ in wire.body():
        pass
    answer = answers.answer_to(request)
    await wire.answer(answer.status, answer.headers, answer.body)
    return answer.status


def _target(url: str) -> str:
    """The part of an address that a server is asked for."""
    rest = url.partition("://")[2]
    at = min((each for each in (rest.find("/"), rest.find("?")) if each >= 0), default=len(rest))
    found = rest[at:].partition("#")[0]
    return found if found.startswith("/") else f"/{found}"
