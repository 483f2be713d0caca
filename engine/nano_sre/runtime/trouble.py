"""Whose fault an error is: the page's, the store's or the monitor's own."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import TypeVar

from playwright.async_api import Error
from playwright.async_api import TimeoutError as TookTooLong

from nano_sre.core.ports import ScriptError

T = TypeVar("T")

DEAD = (
    "Target page, context or browser has been closed",
    "Target closed",
    "Target crashed",
    "Page crashed",
    "Page closed",
    "Browser closed",
    "Browser has been closed",
    "Browser has disconnected",
    "Connection closed",
    "has been disconnected",
    "Failed to launch",
    "write EPIPE",
)
RACES = (
    "Execution context was destroyed",
    "Cannot find context with specified id",
    "Frame was detached",
    "frame was detached",
    "frame got detached",
    "Frame has been detached",
    "is interrupted by another navigation",
    "navigating frame was detached",
    "is not attached to the DOM",
    "Element is not attached",
)
OUR_NETWORK = (
    "ERR_NAME_NOT_RESOLVED",
    "ERR_NAME_RESOLUTION_FAILED",
    "ERR_DNS_",
    "ERR_INTERNET_DISCONNECTED",
    "ERR_NETWORK_CHANGED",
    "ERR_NETWORK_ACCESS_DENIED",
    "ERR_NETWORK_IO_SUSPENDED",
    "ERR_PROXY_",
    "ERR_TUNNEL_CONNECTION_FAILED",
    "ERR_ADDRESS_UNREACHABLE",
    "ERR_INSUFFICIENT_RESOURCES",
    "ERR_OUT_OF_MEMORY",
)
IN_WORDS = {
    "ERR_CONNECTION_REFUSED": "the server refuses the connection",
    "ERR_CONNECTION_RESET": "the server cut the connection",
    "ERR_CONNECTION_CLOSED": "the server closed the connection",
    "ERR_CONNECTION_TIMED_OUT": "the server does not answer",
    "ERR_TIMED_OUT": "the server does not answer",
    "ERR_EMPTY_RESPONSE": "the server sent no answer",
    "ERR_TOO_MANY_REDIRECTS": "the store redirects in a circle",
    "ERR_SSL_PROTOCOL_ERROR": "the server speaks no proper TLS",
    "ERR_CERT_DATE_INVALID": "the certificate has expired or is not valid yet",
    "ERR_CERT_COMMON_NAME_INVALID": "the certificate is for another host",
    "ERR_CERT_AUTHORITY_INVALID": "the certificate is not from a trusted authority",
    "ERR_NAME_NOT_RESOLVED": "the host name cannot be resolved from here",
    "ERR_INTERNET_DISCONNECTED": "this machine has no network",
}
_CODE = re.compile(r"(ERR_[A-Z0-9_]+)")


class BrowserDied(Exception):
    """The page, the browser or the driver is gone: the monitor's trouble, never the store's."""


def is_dead(error: BaseException) -> bool:
    """Whether the page, the browser or the driver is gone."""
    return isinstance(error, BrowserDied) or any(text in str(error) for text in DEAD)


def is_race(error: BaseException) -> bool:
    """Whether the page merely moved on while it was asked."""
    return any(text in str(error) for text in RACES)


def network_code(error: BaseException) -> str | None:
    """Chromium's name of a network error, such as ERR_CONNECTION_REFUSED."""
    found = _CODE.search(str(error))
    return found[1] if found else None


def is_our_network(code: str) -> bool:
    """Whether the trouble is between this machine and the network rather than with the store."""
    return code.startswith(OUR_NETWORK)


def in_words(code: str) -> str:
    return f"{IN_WORDS[code]} ({code})" if code in IN_WORDS else code


async def scripted(ask: Callable[[], Awaitable[T]]) -> T:
    """`steady`, for JavaScript that was given to us: its own exception becomes `ScriptError`."""
    try:
        return await steady(ask)
    except TookTooLong:
        raise
    except Error as error:
        if is_dead(error) or is_race(error):
            raise
        raise ScriptError(first_line(error)) from None


def first_line(error: BaseException) -> str:
    """An error in one line, without the name of the call it came from."""
    line = str(error).strip().partition("\n")[0]
    return re.sub(r"^(?:[A-Za-z]+\.[a-z_]+: )", "", line) or type(error).__name__


async def steady(ask: Callable[[], Awaitable[T]], *, tries: int = 6) -> T:
    """Ask; and again when the page moved on in the middle of the question."""
    pause = 0.01
    for last in range(tries, 0, -1):
        try:
            return await ask()
        except Error as error:
            if last == 1 or not is_race(error):
                raise
            await asyncio.sleep(pause)
            pause *= 2
    raise AssertionError("unreachable")
