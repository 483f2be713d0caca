"""Which picture goes with a message, and that one which cannot go costs no message."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nano_sre.alerts.pictures import LARGEST, picture_of, width_of
from nano_sre.alerts.samples import AT, HOSTILE, alert, item, picture_of_samples, sample_alerts, several
from nano_sre.core.alert import Picture
from nano_sre.kinds.alerters.webhook import Webhook
from support.receivers import SECRET, receivers
from support.sending import secret, send
from support.uploads import png

JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0001108003001f403012200021101031101ffd9")


def test_a_picture_is_what_its_first_bytes_say() -> None:
    for data, media_type, suffix, width in (
        (png(320), "image/png", ".png", 320),
        (JPEG, "image/jpeg", ".jpg", 500),
    ):
        found = picture_of(item(screenshot="runs/x/1-failure.png"), {"runs/x/1-failure.png": data}.get)
        assert isinstance(found, Picture)
        assert (found.media_type, found.width) == (media_type, width)
        assert found.name == f"buy-a-snowboard-1-failure{suffix}"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (None, "is no longer there"),
        (b"<svg onload=alert(1)>", "is neither PNG nor JPEG"),
        (b"", "is neither PNG nor JPEG"),
        (b"\xff\xd8\xff", "is neither PNG nor JPEG"),
        (png(noise=LARGEST), "is too large to be sent (2.0 MB)"),
    ],
)
def test_what_is_no_picture_says_why(data: bytes | None, why: str) -> None:
    assert picture_of(item(screenshot="runs/x.png"), lambda _path: data) == f"runs/x.png {why}"


def test_names_and_descriptions_hold_nothing_that_a_page_smuggled_in() -> None:
    evil = item(screenshot='runs/a"\r\nX: y.png', name=HOSTILE, step=HOSTILE, check_id="../../etc")
    found = picture_of(evil, lambda _path: png())
    assert isinstance(found, Picture)
    assert found.name == "etc-a-X-y.png"
    assert len(found.alt) <= 400
    assert not set("\r\n\x1b\u202e") & set(found.alt)


def test_of_several_the_worst_is_shown_and_of_what_is_over_nothing() -> None:
    worst = item(target="hydrogen/pay@iphone/us", severity="P0", screenshot="runs/pay.png")
    made = alert("fired", "several", *several(3), worst, replace(worst, severity="P0", screenshot=None))
    assert made.shot == worst
    assert alert("flapping", "x").shot is not None
    assert sample_alerts()["test"].shot is not None
    for kind in ("resolved", "partly_resolved", "was_down", "calm", "data_back"):
        assert alert(kind, "x", item(until=AT)).shot is None  # type: ignore[arg-type]


def test_a_jpeg_that_ends_too_early_has_no_width() -> None:
    assert width_of(JPEG[:25]) == 0
    assert width_of(b"\xff\xd8\xff\xe0\x00\x00") == 0


def test_a_file_that_was_pruned_is_said_and_costs_nothing() -> None:
    from nano_sre.kinds.alerters.discord import Discord

    with receivers() as services:
        discord = Discord(webhook=f"{services.url}/discord/1/token")
        (gone,) = send(discord, sample_alerts()["fired"])
        (left,) = send(discord, sample_alerts()["fired"], files=ANY, pictures=False)
        assert gone.ok
        assert (
            gone.detail == "sent; without its picture: runs/01JDB0/buy-a-snowboard-3.png is no longer there"
        )
        assert left.ok
        assert left.detail == "sent; without its picture, since it could not be sent with it"
        assert all(each["files"] == {} for each in services.services.messages.values())


ANY = {"runs/01JDB0/buy-a-snowboard-3.png": png()}


def test_an_address_of_ones_own_gets_the_path_and_the_address_of_the_picture() -> None:
    made = replace(sample_alerts()["fired"], picture="https://status.example.com/pictures/x")
    with receivers() as services:
        desk = Webhook(url=f"{services.url}/webhook", secret=secret("KEY"))
        assert send(desk, made, environ={"KEY": SECRET})[0].ok
        (body,) = services.bodies
    assert body["picture"] == "https://status.example.com/pictures/x"
    assert body["items"][0]["screenshot"] == "runs/01JDB0/buy-a-snowboard-3.png"


def test_a_test_shows_whether_pictures_arrive() -> None:
    found = picture_of(sample_alerts()["test"].items[0], picture_of_samples)
    assert isinstance(found, Picture)
    assert (found.name, found.width, found.alt) == (
        "test-sample.png",
        640,
        "A picture of a test. Nothing is wrong.",
    )
