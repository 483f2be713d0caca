"""What a visit has before its first page: the cookies of its variant, and the headers that let it in."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from playwright.async_api import BrowserContext, Error
from playwright.async_api import Page as PlaywrightPage

from nano_sre.runtime.crawler import sign_requests
from nano_sre.runtime.values import Environment


async def prepare(context: BrowserContext, page: PlaywrightPage, environment: Environment) -> None:
    """Make a fresh context that of this shopper. Raises `Abort` when a secret it needs is not there."""
    variant = environment.store.variant
    if variant is not None:
        await context.add_cookies(
            [
                {"name": name, "value": environment.text(value), "url": environment.url}
                for name, value in variant.cookies.items()
            ]
        )
    await sign_requests(context, page, environment)
    if environment.store.crawler is not None:
        context.on("page", lambda other: _sign_later(context, other, environment))


def _sign_later(context: BrowserContext, page: PlaywrightPage, environment: Environment) -> None:
    """A tab that the store opens by itself. Its first request may be gone already: the store decides what it thinks."""

    async def sign() -> None:
        with suppress(Error):
            await sign_requests(context, page, environment)

    task = asyncio.ensure_future(sign())
    _signing.add(task)
    task.add_done_callback(_signing.discard)


_signing: set[asyncio.Task[None]] = set()
