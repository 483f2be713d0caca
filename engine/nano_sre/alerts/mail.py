"""Mail to a server, and what it means when the server says no."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any

import aiosmtplib

from nano_sre.core.ports import Abort, cannot_work


async def hand_over(message: EmailMessage, server: Mapping[str, Any], *, seconds: float) -> tuple[str, ...]:
    """Give a message to a mail server; returns the addresses that it refused while it took others.

    `tls` is `starttls`, `tls` or `off`. Raises `OSError` when it may work later and `Abort` when it will not.
    """
    tls = server["tls"]
    try:
        async with asyncio.timeout(seconds * 3):  # each of its answers may take `seconds`
            refused, _ = await aiosmtplib.send(
                message,
                hostname=server["host"],
                port=server["port"],
                username=server["user"],
                password=server["password"],
                use_tls=tls == "tls",
                start_tls=tls == "starttls",
                timeout=seconds,
            )
    except (TimeoutError, aiosmtplib.SMTPTimeoutError):
        raise OSError(f"the mail server did not answer within {seconds:g} s") from None
    except aiosmtplib.SMTPException as error:
        raise meaning(error) from None
    return tuple(refused)


def meaning(error: aiosmtplib.SMTPException) -> Abort | OSError:
    """A refusal for good (5xx) or one that may pass."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        answers = error.recipients
        said = "; ".join(f"{each.recipient}: {each.code} {each.message}" for each in answers)
        for_good = all(each.code >= 500 for each in answers)
        return refusal(f"the mail server takes none of the addresses: {said}", for_good=for_good)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        said = f"the mail server refuses: {error.code} {error.message}"
        return refusal(said, for_good=error.code >= 500)
    if isinstance(error, aiosmtplib.SMTPConnectError):
        return OSError(f"no connection to the mail server: {error.message}")
    # What a server lacks, such as STARTTLS, it will lack the next time; a lost connection may be back.
    for_good = isinstance(error, aiosmtplib.SMTPNotSupported) or "STARTTLS" in error.message
    return refusal(f"the mail server: {error.message}", for_good=for_good)


def refusal(said: str, *, for_good: bool) -> Abort | OSError:
    return cannot_work(said) if for_good else OSError(said)
