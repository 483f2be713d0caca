"""Links of messages: followed without a token, and changing nothing until somebody presses the button."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from nano_sre.alerts.links import signed
from nano_sre.server.serving import listening
from nano_sre.store import Store, incident_desk
from support.scene import NOW, PIXEL, StillDesk, play, still_desk
from support.serving import served

TOKEN = "a-token-of-more-than-sixteen-characters"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[StillDesk]:
    with Store.open(f"sqlite:///{tmp_path}/nano_sre.db", data_dir=tmp_path) as store:
        play(store, tmp_path)
        yield still_desk(store)


@pytest.fixture
def client(desk: StillDesk) -> Iterator[httpx.Client]:
    with (
        served(desk, listening("127.0.0.1", 0), token=TOKEN) as address,
        httpx.Client(base_url=address) as made,
    ):
        yield made


def link(*said: str | int, token: str = TOKEN, days: int = 1) -> str:
    purpose = "pictures" if isinstance(said[0], str) and said[0].startswith("runs") else "acknowledge"
    return f"/{purpose}/{signed(purpose, said, until=NOW + timedelta(days=days), token=token)}"  # type: ignore[arg-type]


def acknowledged_by(desk: StillDesk, number: int) -> str | None:
    return desk.store.read(lambda db: incident_desk.one(db, number)).acknowledged_by


def test_a_preview_acknowledges_nothing_and_the_button_does(client: httpx.Client, desk: StillDesk) -> None:
    address = link("team", 2)
    assert client.head(address).status_code == 200
    page = client.get(address)
    assert page.status_code == 200
    assert "Will you look after it?" in page.text
    assert "<script" not in page.text
    assert acknowledged_by(desk, 2) is None
    done = client.post(address)
    assert "Somebody is at it" in done.text
    assert "Thank you." in done.text
    assert acknowledged_by(desk, 2) == "somebody (by link from team)"


def test_a_link_works_once(client: httpx.Client, desk: StillDesk) -> None:
    client.post(link("team", 2))
    before = desk.store.read(lambda db: incident_desk.timeline(db, 2))
    again = client.post(link("pager", 2))
    assert acknowledged_by(desk, 2) == "somebody (by link from team)"
    assert "Acknowledged by somebody (by link from team)" in again.text
    assert "<button" not in client.get(link("team", 2)).text
    assert desk.store.read(lambda db: incident_desk.timeline(db, 2)) == before


def test_what_is_over_or_forgotten_says_so(client: httpx.Client, desk: StillDesk) -> None:
    desk.store.write_now(lambda db: incident_desk.resolve(db, 2, because="mended", who="ada", now=NOW))
    page = client.post(link("team", 2))
    assert "It is over" in page.text
    assert acknowledged_by(desk, 2) is None
    assert "Nothing is known of it any more." in client.get(link("team", 999)).text


@pytest.mark.parametrize(
    "address",
    [
        link("team", 2, token="another-token-of-some-length"),
        link("team", 2, days=-1),
        "/acknowledge/nonsense",
        "/pictures/nonsense",
        link("runs/x.png", days=-1),
    ],
)
def test_what_is_not_signed_for_now_is_nothing(address: str, client: httpx.Client, desk: StillDesk) -> None:
    for method in ("GET", "POST"):
        answer = client.request(method, address)
        assert answer.status_code in (404, 405)
    assert acknowledged_by(desk, 2) is None


def test_a_picture_is_shown_without_the_token_and_nothing_else_is(
    client: httpx.Client, desk: StillDesk
) -> None:
    path = desk.store.files.write("round-p", "1-failure.png", PIXEL)
    answer = client.get(link(path))
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "image/png", PIXEL)
    assert client.get(f"/artifacts/{path}").status_code == 401
    assert client.get(link("runs/../nano_sre.db")).status_code == 404
    desk.store.files.remove([path])
    assert client.get(link(path)).status_code == 404


def test_without_a_token_there_is_nothing_to_sign_with(desk: StillDesk) -> None:
    with served(desk, listening("127.0.0.1", 0)) as address, httpx.Client(base_url=address) as client:
        assert client.get(link("team", 2)).status_code == 404


def test_slack_is_let_through_to_who_knows_its_signature(client: httpx.Client, desk: StillDesk) -> None:
    assert (
        client.post("/slack/actions", content=b"payload=x", headers={"X-Slack-Signature": "v0=y"}).status_code
        == 200
    )
    ((_, headers, body),) = desk.calls
    assert (headers["x-slack-signature"], body) == ("v0=y", b"payload=x")
    assert client.post("/slack/actions", content=b"x" * 5_000_001).status_code == 413
    assert client.get("/slack/actions").status_code == 405
