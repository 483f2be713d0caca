"""`email`: messages by e-mail, one thread for each trouble."""

from __future__ import annotations

import hashlib
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Annotated, ClassVar, Literal

from nano_sre.core.alert import Alert, Channel, Markup, Picture, Sent
from nano_sre.core.fields import Doc, Example, OneOrMany, Text, Unfit
from nano_sre.core.forms import Email as EmailAddress
from nano_sre.core.ports import Abort
from nano_sre.core.registry import register
from nano_sre.core.template import Template

SUBJECT = 180
TEXT = 60_000
PORTS = {"starttls": 587, "tls": 465, "off": 25}


@register("alerter", "email")
class Email:
    """Sends messages by e-mail, as text and HTML, with what the shopper saw. Those of one trouble make one thread."""

    markup: ClassVar[Markup] = "plain"
    example: ClassVar[str] = (
        "{name: mail, email: {to: shop@example.com, from: nano-sre@example.com, server: smtp.example.com, "
        'user: nano-sre, password: "${secret.SMTP_PASSWORD}"}}'
    )

    to: Annotated[
        tuple[Template | EmailAddress, ...], OneOrMany, Doc("Who gets them."), Example("[shop@example.com]")
    ]
    from_: Annotated[Template | EmailAddress, Doc("Who they come from."), Example("nano-sre@example.com")]
    server: Annotated[Text, Doc("The mail server that takes them."), Example("smtp.example.com")]
    port: Annotated[
        int | None, Doc("Its port; by default 587 with `starttls`, 465 with `tls` and 25 with `off`.")
    ] = None
    user: Annotated[Text | None, Doc("The name to log in with.")] = None
    password: Annotated[
        Text | None, Doc("The password to log in with, as a secret."), Example('"${secret.SMTP_PASSWORD}"')
    ] = None
    tls: Annotated[
        Literal["starttls", "tls", "off"],
        Doc("How the connection is protected: `off` is for a server on the same machine."),
    ] = "starttls"

    def __post_init__(self) -> None:
        if not self.to:
            raise Unfit("this goes to nobody", "to", hint="write at least one address")
        if (self.user is None) != (self.password is None):
            lone, lacking = ("user", "password") if self.password is None else ("password", "user")
            raise Unfit(f"“{lone}” says nothing without “{lacking}”", lone, key=True, hint=f"add `{lacking}`")
        if isinstance(self.password, str):
            raise Unfit(
                "this password stands here for everybody to read",
                "password",
                code="E314",
                hint='write “password: "${secret.SMTP_PASSWORD}"” and set SMTP_PASSWORD in the environment or in .env',
            )

    async def send_alert(self, alert: Alert, channel: Channel) -> Sent:
        picture = await channel.picture(alert)
        message = self._message(alert, channel, picture)
        server = {
            "host": channel.value(self.server),
            "port": self.port or PORTS[self.tls],
            "user": None if self.user is None else channel.value(self.user),
            "password": None if self.password is None else channel.value(self.password),
            "tls": self.tls,
        }
        detail = "sent"
        try:
            refused = await channel.mail(message, server=server)
        except Abort as stop:
            if picture is None:
                raise
            message = self._message(alert, channel, None)  # it may be the size that a server minds
            refused = await channel.mail(message, server=server)
            detail = f"sent without its picture, with which {stop}"
        if refused:
            detail = f"{detail}, but the server refuses {', '.join(refused)}"
        return Sent(
            ok=True, detail=detail, ref=dict(channel.ref) or {"message_id": str(message["Message-ID"])}
        )

    def _message(self, alert: Alert, channel: Channel, picture: Picture | None) -> EmailMessage:
        """The message, with the headers that make a thread and keep holiday replies away."""
        made = EmailMessage()
        made["Subject"] = channel.render("title", alert, limit=SUBJECT)
        sender = channel.value(self.from_)
        made["From"] = Address("Nano-SRE", addr_spec=sender)
        made["To"] = [Address(addr_spec=channel.value(each)) for each in self.to]
        made["Date"] = format_datetime(alert.at)
        domain = sender.rpartition("@")[2]
        made["Message-ID"] = message_id(alert.key, domain)
        first = channel.ref.get("message_id")
        if first:
            made["In-Reply-To"] = first
        made["References"] = (
            f"{message_id(alert.thread, domain)} {first}" if first else message_id(alert.thread, domain)
        )
        made["Auto-Submitted"] = "auto-generated"
        made["X-Auto-Response-Suppress"] = "All"
        if alert.severity in ("P0", "P1") and not alert.is_over and alert.kind != "test":
            made["Importance"] = "high"
        self._fill(made, alert, channel, picture)
        return made

    def _fill(self, made: EmailMessage, alert: Alert, channel: Channel, picture: Picture | None) -> None:
        """The text, the HTML, and the picture that stands in it."""
        attached = None if picture is None else "attached"
        made.set_content(channel.render("email", alert, limit=TEXT, picture=attached))
        if picture is None:
            made.add_alternative(channel.render("email.html", alert, markup="html"), subtype="html")
            return
        cid = message_id(f"{alert.key}/{picture.name}", str(made["Message-ID"])[1:-1].rpartition("@")[2])
        html = channel.render(
            "email.html",
            alert,
            markup="html",
            picture_src=f"cid:{cid[1:-1]}",
            picture_alt=picture.alt,
            picture_width=picture.width,
        )
        made.add_alternative(html, subtype="html")
        *_, part = made.iter_parts()
        assert isinstance(part, EmailMessage)
        maintype, _, subtype = picture.media_type.partition("/")
        part.add_related(
            picture.data, maintype, subtype, cid=cid, filename=picture.name, disposition="inline"
        )


def message_id(name: str, domain: str) -> str:
    """The same for the same name: a message that is sent twice is one to a mail program."""
    return f"<{hashlib.sha256(name.encode()).hexdigest()[:32]}@{domain}>"
