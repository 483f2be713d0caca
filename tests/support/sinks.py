"""A sink without a browser, what speaks through it, and servers behind it."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h11
import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from nano_sre.core.forms import Tracking
from nano_sre.core.hits import Hit
from nano_sre.kinds._shared.tracking.decode import vendors_for
from nano_sre.runtime.sink.log import HitLog
from nano_sre.runtime.sink.proxy import Sink
from nano_sre.runtime.sink.ways import Ways
from nano_sre.runtime.sink.wire import Gone, Wire

GA4 = "https://www.google-analytics.com/g/collect?v=2&tid=G-TEST&cid=1&en=page_view"


@dataclass
class Through:
    """A sink and a client that uses it as a browser would."""

    log: HitLog
    sink: Sink
    client: httpx.AsyncClient

    @property
    def hits(self) -> list[Hit]:
        return self.log.hits

    @property
    def port(self) -> int:
        return int(self.sink.address.rpartition(":")[2])


@asynccontextmanager
async def through(
    *rules: str,
    tracking: str = "swallow",
    wanted: bool = True,
    trust: ssl.SSLContext | None = None,
    **more: Any,
) -> AsyncIterator[Through]:
    log = HitLog(wanted=wanted)
    ways = Ways(rules or ("MAP * ~NOTFOUND",), trust=trust)
    sink = Sink(log, vendors_for(None), ways=ways, tracking=Tracking(tracking), **more)
    async with sink:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        async with httpx.AsyncClient(proxy=sink.address, verify=context, trust_env=False) as client:
            yield Through(log, sink, client)


@dataclass
class Real:
    """A real server. `asked` are its requests: method, target, headers, body."""

    port: int = 0
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    connections: int = 0

    def rule(self, host: str) -> str:
        return f"MAP {host} 127.0.0.1:{self.port}"


Reply = Callable[[h11.Request, Wire], Awaitable[None]]


async def hello(request: h11.Request, wire: Wire) -> None:
    await wire.answer(200, [("content-type", "text/plain"), ("x-real", "yes")], b"hello from the real one")


@asynccontextmanager
async def real_server(reply: Reply = hello, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[Real]:
    made = Real()
    open_ones: set[asyncio.StreamWriter] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        made.connections += 1
        open_ones.add(writer)
        wire = Wire(reader, writer)
        try:
            while (request := await wire.request()) is not None:
                body = b"".join([each async for each in wire.body()])
                headers = {name.decode(): value.decode("latin-1") for name, value in request.headers}
                made.asked.append((request.method.decode(), request.target.decode(), headers, body))
                await reply(request, wire)
                if not wire.reusable:
                    return
                wire.http.start_next_cycle()
        except (Gone, h11.ProtocolError, OSError, asyncio.CancelledError):
            pass
        finally:
            open_ones.discard(writer)
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for each in open_ones:
            each.transport.abort()


def certificates(host: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server of that name needs, and what a client needs to trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / f"{host}.pem"
    file.write_bytes(private + public)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=public.decode())
