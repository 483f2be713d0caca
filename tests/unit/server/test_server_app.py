"""The agent's pages: what they show, who may see them, and that hostile text stays text."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from nano_sre.core.kept_hits import kept
from nano_sre.core.result import Artifact, RunReport
from nano_sre.server.serving import listening
from nano_sre.store import Store
from support.scene import NOW, StillDesk, play, still_desk
from support.serving import served
from support.tracked_report import tracked_result, watch_report


@contextmanager
def client_of(desk: StillDesk, token: str | None = None) -> Iterator[httpx.Client]:
    with (
        served(desk, listening("127.0.0.1", 0), token=token) as address,
        httpx.Client(base_url=address, follow_redirects=True) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StillDesk]:
    folder = tmp_path_factory.mktemp("scene")
    with Store.open(f"sqlite:///{folder}/nano_sre.db", data_dir=folder) as store:
        play(store, folder)
        yield still_desk(store, last_cycle=NOW - timedelta(seconds=20), next_due=NOW + timedelta(minutes=4))


@pytest.fixture(scope="module")
def client(desk: StillDesk) -> Iterator[httpx.Client]:
    with client_of(desk) as made:
        yield made


def test_the_first_page_tells_how_everything_stands(client: httpx.Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "<h1>2 open incidents</h1>" in page.text
    assert "Nothing happens when “Add to cart” is pressed." in page.text
    assert "The last 90 runs: 3 failed, 87 passed" in page.text
    assert (
        "The monitor is well. Its last full cycle ended 20 s ago; the next run is due in 4 min." in page.text
    )


def test_an_incident_tells_cause_evidence_and_timeline(client: httpx.Client) -> None:
    page = client.get("/incidents/2").text
    assert "A script of the theme broke the add-to-cart button" in page
    assert "82 % sure" in page
    assert "take it back" in page
    assert "checks/checkout.yaml:14:5" in page
    assert "nano-sre incidents ack 2" in page
    assert 'src="/artifacts/runs/' in page
    assert client.get("/incidents/999").status_code == 404


def test_text_of_a_page_stays_text(client: httpx.Client) -> None:
    for path in ("/", "/incidents/2", "/checks/buy-a-snowboard", "/runs/round-89"):
        page = client.get(path).text
        assert "<script" not in page
        assert "\x1b" not in page
        assert "\u202e" not in page
    assert "&lt;script&gt;document.title" in client.get("/incidents/2").text
    assert "javascript:" not in client.get("/incidents/2").text


def test_a_check_and_a_round_have_pages(client: httpx.Client) -> None:
    page = client.get("/checks/search")
    assert page.status_code == 200
    assert "hydrogen/search@desktop/us" in page.text
    assert "press Add to cart" in client.get("/runs/round-89").text
    assert client.get("/checks/nonsense").status_code == 404
    assert client.get("/runs/nonsense").status_code == 404


def test_a_round_shows_the_hits_of_its_visit(client: httpx.Client, desk: StillDesk) -> None:
    result = tracked_result(kept(watch_report()))
    path = desk.store.files.write("round-t", "1-hits.jsonl.gz", b"{}")
    recording = Artifact(kind="hits", path=path, name="1-hits.jsonl.gz")
    attempt = replace(result.attempts[0], artifacts=(recording,))
    report = RunReport(
        run_id="round-t", started=NOW, finished=NOW, results=(replace(result, attempts=(attempt,)),)
    )
    asyncio.run(desk.store.record_run(report))
    page = client.get("/runs/round-t").text
    assert "Who heard what" in page
    assert "Meta was told EUR where the shop sells in USD" in page
    assert "cd[value]" in page
    assert f"nano-sre pixels replay {desk.store.files.data_dir}/{path}" in page
    assert client.get(f"/artifacts/{path}").headers["content-disposition"].startswith("attachment")


def test_pictures_are_shown_and_nothing_else_of_the_disk(client: httpx.Client, desk: StillDesk) -> None:
    path = client.get("/incidents/2").text.partition('src="/artifacts/')[2].partition('"')[0]
    picture = client.get(f"/artifacts/{path}")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
    assert "inline" in picture.headers["content-disposition"]
    for wrong in ("nano_sre.db", "runs/../nano_sre.db", "..%2fnano_sre.db", "/etc/passwd", "runs"):
        assert client.get(f"/artifacts/{wrong}").status_code == 404


def test_what_a_page_left_behind_is_saved_and_not_run(client: httpx.Client, desk: StillDesk) -> None:
    path = desk.store.files.write("round-x", "page.html", b"<script>alert(1)</script>")
    answer = client.get(f"/artifacts/{path}")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_other_names_of_this_machine_are_not_answered(client: httpx.Client) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 421
    assert client.get("/metrics", headers={"host": "evil.example"}).status_code == 421
    for host in ("127.0.0.1:8787", "[::1]:8787", "LOCALHOST"):
        assert client.get("/healthz", headers={"host": host}).status_code == 200
        assert client.get("/", headers={"host": host}).status_code == 200


def test_health_is_bad_while_something_troubles_the_agent(desk: StillDesk) -> None:
    unwell = replace(desk, made=replace(desk.made, troubles=("The disk is full.",)))
    with client_of(unwell) as client:
        answer = client.get("/healthz")
        assert (answer.status_code, answer.json()["troubles"]) == (503, ["The disk is full."])
        assert "The disk is full." in client.get("/").text
        assert "nano_sre_up 0.0" in client.get("/metrics").text


def test_metrics_are_in_the_format_of_prometheus(desk: StillDesk) -> None:
    from prometheus_client.parser import text_string_to_metric_families

    counted = replace(
        desk,
        made=replace(
            desk.made,
            results={"pass": 5, "fail": 2},
            deliveries={("team", "sent"): 3, ("pager", "dead"): 1},
            outbox_depth=4,
            outbox_age=12.5,
            lag=0.25,
        ),
    )
    with client_of(counted) as client:
        answer = client.get("/metrics")
    found = {
        (sample.name, tuple(sorted(sample.labels.values()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert found["nano_sre_results_total", ("fail",)] == 2
    assert found["nano_sre_deliveries_total", ("sent", "team")] == 3
    assert found["nano_sre_outbox_depth", ()] == 4
    assert found["nano_sre_outbox_age_seconds", ()] == 12.5
    assert found["nano_sre_schedule_lag_seconds", ()] == 0.25


TOKEN = "a-token-that-is-long-enough"


@pytest.fixture
def guarded(desk: StillDesk) -> Iterator[httpx.Client]:
    with client_of(desk, TOKEN) as made:
        made.headers["host"] = "status.example.com"
        yield made


def test_elsewhere_a_token_is_needed(guarded: httpx.Client) -> None:
    assert guarded.get("/").status_code == 401
    assert guarded.get("/metrics").status_code == 401
    assert guarded.get("/artifacts/runs/x").status_code == 401
    assert guarded.get("/", headers={"authorization": "Bearer wrong"}).status_code == 401
    assert guarded.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert guarded.get("/healthz").status_code == 200


def test_people_type_the_token_once(guarded: httpx.Client) -> None:
    asked = guarded.get("/", headers={"accept": "text/html"})
    assert "Which token?" in asked.text
    assert guarded.post("/login", data={"token": "wrong"}).status_code == 403
    shown = guarded.post("/login", data={"token": TOKEN})
    assert "open incidents" in shown.text
    cookie = shown.history[0].headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert TOKEN not in str(shown.url)


def test_triggers_are_called_without_the_token_of_the_page(guarded: httpx.Client, desk: StillDesk) -> None:
    answer = guarded.post("/triggers/called", content=b"{}", headers={"X-Sig": "1"})
    assert (answer.status_code, answer.text) == (202, "It will run.\n")
    name, headers, body = desk.calls[-1]
    assert (name, headers["x-sig"], body) == ("called", "1", b"{}")
    assert guarded.post("/triggers/other").status_code == 404
    assert guarded.get("/triggers/called").status_code == 405
    assert guarded.post("/triggers/called", content=b"x" * 5_000_001).status_code == 413
