"""Ways out to real servers: straight, or through the proxy that the environment names."""

from __future__ import annotations

import asyncio
import base64
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from fnmatch import fnmatch
from functools import cache
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies_environment, proxy_bypass

import h11
import httpx

from nano_sre.runtime.sink.wire import Gone, Wire

PATIENCE = 20.0  # seconds to connect
NO_SUCH_NAME = "ERR_NAME_NOT_RESOLVED"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Unreachable(Exception):
    """A server that cannot be reached; `code` is the word that Chromium has for it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@cache
def trusted() -> ssl.SSLContext:
    """The certificates that are trusted, as for every other request of ours."""
    made = httpx.create_ssl_context()
    made.set_alpn_protocols(["http/1.1"])
    return made


class Ways:
    """Opens connections. `rules` are Chromium's host resolver rules, which a proxied request would not obey.

    `trust` holds certificates that are trusted in place of the usual ones.
    """

    def __init__(self, rules: Sequence[str] = (), *, trust: ssl.SSLContext | None = None) -> None:
        self._rules = [_rule(each) for each in rules]
        self._trust = trust

    async def open(self, host: str, port: int, *, tls: bool = False) -> Streams:
        """Connect. Raises `Unreachable`, and `ssl.SSLCertVerificationError` for a certificate that is not trusted."""
        through = proxy_for("http" if port == 80 else "https", host)
        host, port, name = *self._place(host, port), host
        try:
            async with asyncio.timeout(PATIENCE):
                if through is not None:
                    return await _chained(
                        through, host, port, trust=(self._trust or trusted()) if tls else None, name=name
                    )
                if not tls:
                    return await asyncio.open_connection(host, port, happy_eyeballs_delay=0.25)
                return await asyncio.open_connection(
                    host, port, ssl=self._trust or trusted(), server_hostname=name, happy_eyeballs_delay=0.25
                )
        except ssl.SSLCertVerificationError:
            raise
        except (OSError, UnicodeError, TimeoutError) as error:
            raise Unreachable(_code(error)) from None

    def _place(self, host: str, port: int) -> tuple[str, int]:
        for pattern, target in self._rules:
            if fnmatch(host, pattern):
                if target == "~NOTFOUND":
                    raise Unreachable(NO_SUCH_NAME)
                name, _, other = target.partition(":")
                return name, int(other or port)
        return host, port


def proxy_for(scheme: str, host: str) -> str | None:
    """The proxy that the environment (HTTPS_PROXY, HTTP_PROXY, NO_PROXY) wants for a host."""
    known = getproxies_environment()
    found = known.get(scheme) or known.get("all")
    return found if found and not proxy_bypass(host) else None


async def _chained(proxy: str, host: str, port: int, *, trust: ssl.SSLContext | None, name: str) -> Streams:
    """A way through another proxy, and TLS on it where `trust` is given."""
    place = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    if place.scheme != "http" or place.hostname is None:
        raise Unreachable("ERR_NO_SUPPORTED_PROXIES")
    reader, writer = await asyncio.open_connection(place.hostname, place.port or 80)
    try:
        await _ask_for(Wire(reader, writer, role=h11.CLIENT, idle=PATIENCE), place, host, port)
        if trust is not None:
            await writer.start_tls(trust, server_hostname=name)
    except BaseException:
        writer.transport.abort()
        raise
    return reader, writer


async def _ask_for(wire: Wire, proxy: SplitResult, host: str, port: int) -> None:
    target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    headers = [("host", target)]
    if proxy.username:
        words = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
        headers.append(("proxy-authorization", f"Basic {base64.b64encode(words.encode()).decode()}"))
    answer = None
    with suppress(Gone, h11.ProtocolError):
        await wire.send(h11.Request(method="CONNECT", target=target, headers=headers))
        await wire.send(h11.EndOfMessage())
        answer = await wire.event()
        while isinstance(answer, h11.InformationalResponse):
            answer = await wire.event()
    if not isinstance(answer, h11.Response) or not 200 <= answer.status_code < 300:
        raise Unreachable("ERR_TUNNEL_CONNECTION_FAILED")


def _rule(text: str) -> tuple[str, str]:
    word, pattern, target = text.split()
    if word != "MAP":
        raise ValueError(f"only MAP rules are understood, not “{text}”")
    return pattern, target


def _code(error: BaseException) -> str:
    if isinstance(error, (socket.gaierror, UnicodeError)):
        return NO_SUCH_NAME
    if isinstance(error, TimeoutError):
        return "ERR_CONNECTION_TIMED_OUT"
    if isinstance(error, ssl.SSLError):
        return "ERR_SSL_PROTOCOL_ERROR"
    if isinstance(error, ConnectionRefusedError):
        return "ERR_CONNECTION_REFUSED"
    return "ERR_CONNECTION_RESET" if isinstance(error, ConnectionResetError) else "ERR_ADDRESS_UNREACHABLE"
