"""A mail server on loopback that reads what it takes as strictly as a mail program, and refuses on demand."""

from __future__ import annotations

import email
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

USER, PASSWORD = "nano-sre", "the-mail-password"


@dataclass
class Mailbox:
    """What was taken, and what is answered next: `refuse` holds answers such as “451 try later”, by command."""

    host: str = "127.0.0.1"
    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    refuse: dict[str, list[str]] = field(default_factory=dict)

    def _fate(self, command: str) -> str | None:
        waiting = self.refuse.get(command, [])
        return waiting.pop(0) if waiting else None

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names it
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        fate = self._fate("RCPT")
        if fate is not None:
            return fate
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        fate = self._fate("DATA")
        if fate is not None:
            return fate
        message = email.message_from_bytes(envelope.content, policy=policy.strict)
        if any(not message[name] for name in ("From", "To", "Subject", "Date", "Message-ID")):
            return "550 a header is missing"
        if max(map(len, envelope.content.split(b"\r\n"))) > 998:
            return "550 a line is too long"
        assert isinstance(message, EmailMessage)
        if (wrong := _wrong_picture(message)) is not None:
            return wrong
        self.messages.append(message)
        return "250 taken"


def _wrong_picture(message: EmailMessage) -> str | None:
    """What is wrong when the pictures that the HTML shows are not exactly those that came with it."""
    html = message.get_body(("html",))
    assert html is not None
    wanted = {f"<{each}>" for each in re.findall(r'src="cid:([^"]+)"', html.get_content())}
    come = {
        str(part["Content-ID"]): part for part in message.walk() if part.get_content_maintype() == "image"
    }
    if wanted != come.keys():
        return f"550 the HTML shows {sorted(wanted)}, and {sorted(come)} came"
    if any(part.get_content_disposition() != "inline" or not part.get_filename() for part in come.values()):
        return "550 a picture is not inline or has no name"
    return None


def _login(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=right, handled=False)


@contextmanager
def mailbox(*, login: bool = False) -> Iterator[Mailbox]:
    """A mail server until the block ends; with `login` it wants `USER` and `PASSWORD`."""
    made = Mailbox()
    with socket.create_server((made.host, 0)) as free:
        made.port = free.getsockname()[1]
    more = {"authenticator": _login, "auth_required": True, "auth_require_tls": False} if login else {}
    server = Controller(made, hostname=made.host, port=made.port, **more)
    server.start()
    try:
        yield made
    finally:
        server.stop()
