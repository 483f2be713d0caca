from __future__ import annotations

import socket
from email.message import EmailMessage

import pytest

from nano_sre.alerts.samples import sample_alerts
from nano_sre.core.fields import Unfit
from nano_sre.core.forms import Email as EmailAddress
from nano_sre.kinds.alerters.email import Email
from support.mailbox import PASSWORD, USER, Mailbox, mailbox
from support.sending import secret, send
from support.uploads import png

ALERTS = sample_alerts()
# aiosmtpd warns of itself when it takes a password without TLS, which on loopback is what is wanted.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


def by_mail(server: Mailbox, *to: str, **more: object) -> Email:
    return Email(
        to=tuple(map(EmailAddress, to or ("shop@example.com",))),
        from_=EmailAddress("nano-sre@example.com"),
        server=server.host,
        port=server.port,
        **{"tls": "off", **more},  # type: ignore[arg-type]
    )


def test_every_kind_of_message_is_good_mail() -> None:
    with mailbox() as server:
        done = send(by_mail(server), *ALERTS.values())
        assert [sent.detail for sent in done if not sent.ok] == []
        assert len(server.messages) == len(ALERTS)
        for message in server.messages:
            assert message.get_content_type() == "multipart/alternative"
            text, html = (part.get_content() for part in message.iter_parts())
            assert text.strip()
            assert "</html>" in html
            assert len(str(message["Subject"])) <= 200
            assert "<script>" not in html
            assert "\n" not in str(message["Subject"])


def test_the_messages_of_one_trouble_make_a_thread() -> None:
    with mailbox() as server:
        send(by_mail(server), ALERTS["fired"], ALERTS["fired-with-rivals"])
        send(by_mail(server), ALERTS["fired"])
        first, second, again = server.messages
    assert second["In-Reply-To"] == first["Message-ID"]
    assert first["Message-ID"] in second["References"]
    assert second["Message-ID"] != first["Message-ID"] == again["Message-ID"]
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Importance"] == "high"


def test_the_password_is_a_secret_and_a_wrong_one_is_wrong_for_good() -> None:
    with mailbox(login=True) as server:
        made = by_mail(server, user=USER, password=secret("MAIL"))
        assert send(made, ALERTS["fired"], environ={"MAIL": PASSWORD})[0].ok
        (sent,) = send(made, ALERTS["fired"], environ={"MAIL": "another password"})
    assert (sent.ok, sent.permanent) == (False, True)
    assert "535" in sent.detail
    assert "another password" not in sent.detail


@pytest.mark.parametrize(
    ("refuse", "permanent", "detail"),
    [
        (
            {"RCPT": ["550 no such mailbox"]},
            True,
            "takes none of the addresses: shop@example.com: 550 no such mailbox",
        ),
        ({"RCPT": ["451 try later"]}, False, "451 try later"),
        ({"DATA": ["452 no room"]}, False, "452 no room"),
        ({"DATA": ["554 spam"]}, True, "554 spam"),
    ],
)
def test_what_may_pass_is_told_from_what_will_not(
    refuse: dict[str, list[str]], permanent: bool, detail: str
) -> None:
    with mailbox() as server:
        server.refuse = refuse
        (sent,) = send(by_mail(server), ALERTS["fired"])
    assert (sent.ok, sent.permanent) == (False, permanent)
    assert detail in sent.detail


def test_an_address_that_is_refused_while_another_is_taken_is_named() -> None:
    with mailbox() as server:
        server.refuse = {"RCPT": ["550 no such mailbox"]}
        (sent,) = send(by_mail(server, "gone@example.com", "here@example.com"), ALERTS["fired"])
    assert sent.ok
    assert sent.detail.startswith("sent, but the server refuses gone@example.com")


def test_a_server_that_is_not_there_may_come_back() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (sent,) = send(by_mail(Mailbox(port=port)), ALERTS["fired"])
    assert (sent.ok, sent.permanent) == (False, False)


def test_a_server_without_tls_gets_nothing_when_tls_is_wanted() -> None:
    with mailbox() as server:
        (sent,) = send(by_mail(server, tls="starttls"), ALERTS["fired"])
        assert (sent.ok, sent.permanent) == (False, True)
        assert server.messages == []


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"user": "me"}, "“user” says nothing without “password”"),
        ({"password": secret("X")}, "“password” says nothing without “user”"),
        ({"user": "me", "password": "plain"}, "for everybody to read"),
    ],
)
def test_what_makes_no_sense(more: dict[str, object], told: str) -> None:
    with pytest.raises(Unfit, match=told):
        by_mail(Mailbox(), **more)


SHOT = "runs/01JDB0/buy-a-snowboard-3.png"


def parts_of(message: EmailMessage) -> tuple[str, str, list[EmailMessage]]:
    """The text, the HTML and the pictures."""
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    pictures = [part for part in message.walk() if part.get_content_maintype() == "image"]
    return text.get_content(), html.get_content(), pictures


def test_what_the_shopper_saw_stands_in_the_message() -> None:
    with mailbox() as server:
        (sent,) = send(by_mail(server), ALERTS["fired"], files={SHOT: png(1280, 720)})
        (message,) = server.messages
    assert sent.detail == "sent"
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "multipart/related"]
    text, html, (picture,) = parts_of(message)
    assert picture.get_content() == png(1280, 720)
    assert picture.get_filename() == "buy-a-snowboard-buy-a-snowboard-3.png"
    assert "Screenshot: attached" in text
    assert f'src="cid:{str(picture["Content-ID"])[1:-1]}"' in html
    assert (
        'alt="The page that “Buy a snowboard” saw on desktop at the step “Add to cart”, when it failed."'
        in html
    )
    assert 'width="584"' in html


def test_the_same_message_has_the_same_picture_twice_and_a_recovery_has_none() -> None:
    with mailbox() as server:
        send(by_mail(server), ALERTS["fired"], files={SHOT: png()})
        send(by_mail(server), ALERTS["fired"], ALERTS["resolved"], files={SHOT: png()})
        first, again, resolved = server.messages
    assert [part["Content-ID"] for part in parts_of(first)[2]] == [
        part["Content-ID"] for part in parts_of(again)[2]
    ]
    assert first["Message-ID"] == again["Message-ID"]
    assert parts_of(resolved)[2] == []
    assert "Screenshot" not in parts_of(resolved)[0]


def test_a_server_that_minds_the_picture_gets_the_words() -> None:
    with mailbox() as server:
        server.refuse = {"DATA": ["552 message too large"]}
        (sent,) = send(by_mail(server), ALERTS["fired"], files={SHOT: png()})
        (message,) = server.messages
    assert sent.ok
    assert (
        sent.detail == "sent without its picture, with which the mail server refuses: 552 message too large"
    )
    text, html, pictures = parts_of(message)
    assert pictures == []
    assert f"Screenshot: {SHOT} in the data folder" in text
    assert SHOT in html
