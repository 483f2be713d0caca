"""The hundred further services that the Apprise library knows."""

from __future__ import annotations

import asyncio
import logging

from nano_sre.core.ports import cannot_work

_LOGGER = "apprise"


class _Said(logging.Handler):
    """Apprise tells what went wrong to its log alone."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


async def notify(url: str, *, title: str, body: str, mood: str, seconds: float) -> None:
    """Send by an Apprise address. Raises `Abort` when it cannot work, `OSError` when it may work later."""
    try:
        import apprise  # noqa: PLC0415 - an extra, and half a second to import
    except ImportError:
        raise cannot_work(
            "The Apprise library is not installed. Install it with: pip install 'nano-sre[apprise]'"
        ) from None
    sender = apprise.Apprise()
    if not sender.add(url):
        raise cannot_work(
            "Apprise does not know this kind of address; see https://github.com/caronc/apprise."
        )
    kinds = {
        "info": apprise.NotifyType.INFO,
        "success": apprise.NotifyType.SUCCESS,
        "warning": apprise.NotifyType.WARNING,
        "failure": apprise.NotifyType.FAILURE,
    }
    said, logger = _Said(), logging.getLogger(_LOGGER)
    logger.addHandler(said)
    try:
        async with asyncio.timeout(seconds * 3):
            done = await sender.async_notify(
                title=title, body=body, notify_type=kinds[mood], body_format=apprise.NotifyFormat.TEXT
            )
    except TimeoutError:
        raise OSError(f"no answer within {seconds * 3:g} s") from None
    finally:
        logger.removeHandler(said)
    if not done:
        raise OSError(said.lines[-1] if said.lines else "Apprise could not send it and does not say why")
