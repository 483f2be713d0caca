"""HTTP for checks without a browser: one shared client, cookies per attempt, errors in the words of a store."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Any, Self

import httpx

from nano_sre.core.ports import Abort, Answer, cannot_work, failed
from nano_sre.runtime import admin
from nano_sre.runtime.addresses import address, blocked, is_bot_protection, is_locked, shown
from nano_sre.runtime.crawler import headers_for
from nano_sre.runtime.values import Environment

ADMIN_SECONDS = 15.0
AT_ONCE = 10  # requests in flight per host: httpx slows down when more wait in its pool
LARGEST_BODY = 5_000_000  # bytes
MOST_REDIRECTS = 10
USER_AGENT = "Nano-SRE synthetic monitor"
OUR_NETWORK = {errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EMFILE}


class HttpClient:
    """The one client of a run. Opened when first used."""

    def __init__(self) -> None:
        self._client: httpx.AsyncClient | None = None
        self._gates: dict[str, asyncio.Semaphore] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            await self._client.aclose()

    @property
    def client(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                # What a server may pack with brotli, httpx would unpack without a limit of our own.
                headers={"user-agent": USER_AGENT, "accept-encoding": "gzip, deflate"},
                limits=httpx.Limits(max_connections=None, max_keepalive_connections=40),
                # Attempts bring their own cookies; what the shared client would keep must not leak between them.
                cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
            )
        return self._client

    async def ask(
        self,
        request: httpx.Request,
        jar: httpx.Cookies,
        *,
        also: Callable[[str], Mapping[str, str]] = lambda _url: {},
    ) -> Answer:
        """Send, follow redirects, read at most five megabytes. Raises httpx's errors, and `Abort` for a huge body.

        `also` says which headers a request to an address carries besides; a redirect asks it anew.
        """
        gate = self._gates.setdefault(request.url.host, asyncio.Semaphore(AT_ONCE))
        async with gate:
            started = time.monotonic()
            for _ in range(MOST_REDIRECTS + 1):
                jar.set_cookie_header(request)
                more = also(str(request.url))
                request.headers.update(more)
                response = await self.client.send(request, stream=True, follow_redirects=False)
                try:
                    jar.extract_cookies(response)
                    if response.next_request is None:
                        return await _answer(response, started)
                finally:
                    await response.aclose()
                request = response.next_request
                for name in more:
                    request.headers.pop(name, None)
        raise failed("R507", f"{shown(str(request.url))} redirects in a circle")


async def _answer(response: httpx.Response, started: float) -> Answer:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise failed("R520", f"The answer of {shown(str(response.url))} is larger than 5 MB")
    return Answer(
        url=str(response.url),
        status=response.status_code,
        headers={name.lower(): value for name, value in response.headers.items()},
        body=bytes(body),
        took_ms=round((time.monotonic() - started) * 1000),
    )


class StoreHttp:
    """Implements `core.probe.Http`: requests to one store during one attempt of one program."""

    def __init__(self, shared: HttpClient, environment: Environment) -> None:
        self._shared = shared
        self._environment = environment
        self._jar = httpx.Cookies()

    async def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        timeout: float = 10.0,
    ) -> Answer:
        """Ask the store. Raises `Abort`: a finding when the store does not answer, inconclusive when we cannot ask."""
        store = self._environment.store
        url = address(self._environment.url, store.market.path, path)
        kind = {"json": json} if json is not None else {"data": form} if form is not None else {}

        async def ask() -> Answer:
            made = self._shared.client.build_request(
                method.upper(), url, headers=dict(headers or {}), timeout=timeout, **kind
            )
            return await self._bounded(made, timeout)

        answer = await ask()
        if is_locked(answer.url, path) and store.password is not None:
            await self._unlock(timeout)
            answer = await ask()
        if is_locked(answer.url, path):
            raise failed("R508", "The storefront is locked: it answers with its password page")
        if is_bot_protection(answer.status, answer.headers):
            raise blocked(answer.status)
        return answer

    async def graphql(self, query: str, *, variables: Mapping[str, Any] | None = None) -> Answer:
        """Ask the Admin API. Raises `Abort`, inconclusive when it does not let us ask."""
        access = self._environment.store.admin
        url = admin.endpoint(access, self._environment.text(access.domain) if access else "")
        token = self._environment.text(access.token) if access else ""
        body = {"query": query, "variables": dict(variables or {})}
        made = self._shared.client.build_request("POST", url, json=body, timeout=ADMIN_SECONDS)
        answer = await self._bounded(made, ADMIN_SECONDS, lambda to: admin.token_for(to, url, token))
        return admin.must_answer(answer)

    async def _unlock(self, seconds: float) -> None:
        password = self._environment.text(self._environment.store.password)
        self._environment.redactor.add(password)
        form = {"form_type": "storefront_password", "utf8": "✓", "password": password}
        url = f"{self._environment.url}/password"
        await self._bounded(
            self._shared.client.build_request("POST", url, data=form, timeout=seconds), seconds
        )

    async def _bounded(
        self, request: httpx.Request, seconds: float, also: Callable[[str], Mapping[str, str]] | None = None
    ) -> Answer:
        what = f"{request.method} {shown(str(request.url))}"
        try:
            async with asyncio.timeout(seconds):
                signed = also or (lambda url: headers_for(url, self._environment))
                return await self._shared.ask(request, self._jar, also=signed)
        except (TimeoutError, httpx.ReadTimeout, httpx.WriteTimeout):
            raise failed("R506", f"{what} got no answer within {seconds:g} s") from None
        except httpx.HTTPError as error:
            raise no_answer(what, str(request.url.host), error) from None


def no_answer(what: str, host: str, error: httpx.HTTPError) -> Abort:
    """Whose fault it is that a request got no answer."""
    causes = _causes(error)
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return cannot_work(f"{host} cannot be reached from here: the host name cannot be resolved.")
    if isinstance(error, httpx.ProxyError) or any(
        isinstance(cause, OSError) and cause.errno in OUR_NETWORK for cause in causes
    ):
        return cannot_work(f"{host} cannot be reached from here: {error}.")
    certificate = next((c for c in causes if isinstance(c, ssl.SSLCertVerificationError)), None)
    if certificate is not None:
        return failed("R507", f"{what}: the certificate is not valid", actual=certificate.verify_message)
    if isinstance(error, httpx.ConnectTimeout):
        return failed("R507", f"{what}: the server does not answer")
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return failed("R507", f"{what}: the server refuses the connection")
    return failed("R507", f"{what}: the server cut the connection", actual=str(error) or type(error).__name__)


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop()
        if each is None or each in found:
            continue
        found.append(each)
        waiting += [each.__cause__, each.__context__]
        if isinstance(each, BaseExceptionGroup):
            waiting += each.exceptions
    return found
