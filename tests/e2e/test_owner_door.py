"""Skills, triggers and alerters written as the architecture document shows them, against the demo store."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Page

from nano_sre.agent.core import Agent, Skill, SkillResult
from nano_sre.agent.trigger import IntervalTrigger
from nano_sre.config.settings import get_settings
from nano_sre.demo.server import DemoServer
from support.cli import Desk
from support.demo import ROOT, skills_in_reach

STORE_URL = ""


class CheckoutValidator(Skill):
    """Validates checkout flow completes without errors."""

    def name(self) -> str:
        return "checkout_validator"

    async def run(self, context: dict[str, Any]) -> SkillResult:
        page: Page = context["page"]

        try:
            # Put something into the cart, then navigate to checkout
            catalogue = await page.request.get(f"{STORE_URL}/products/complete-snowboard.js")
            variant = (await catalogue.json())["variants"][0]["id"]
            await page.request.post(f"{STORE_URL}/cart/add.js", data={"id": variant, "quantity": 1})
            await page.goto(f"{STORE_URL}/checkout")

            # Fill in checkout form
            await page.fill('input[name="email"]', "test@example.com", timeout=3_000)
            await page.fill('input[name="firstName"]', "Test", timeout=3_000)

            # Check for error messages
            error_selector = "[role=alert]"
            has_errors = await page.locator(error_selector).count() > 0

            if has_errors:
                error_text = await page.locator(error_selector).first.inner_text()
                return SkillResult(
                    skill_name=self.name(),
                    status="FAIL",
                    summary=f"Checkout error: {error_text}",
                    error=error_text,
                )

            # Success case
            return SkillResult(
                skill_name=self.name(),
                status="PASS",
                summary="Checkout completed successfully",
                details={"checkout_time_ms": 1200},
            )

        except Exception as e:  # noqa: BLE001 - as the document has it
            return SkillResult(
                skill_name=self.name(),
                status="FAIL",
                summary=f"Checkout validation failed: {e!s}",
                error=str(e),
            )


class Speed(Skill):
    """Keeps a baseline, reads earlier runs with plain SQL, leaves a screenshot."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def name(self) -> str:
        return "speed"

    async def run(self, context: dict[str, Any]) -> SkillResult:
        store = context["store"]
        await context["page"].goto(STORE_URL)
        await context["page"].screenshot(path=self.folder / "home.png")
        baseline = store.update_baseline(self.name(), STORE_URL, {"lcp_ms": 1200})
        baseline = store.update_baseline("speed", STORE_URL, ttfb_ms=350)
        earlier = store.db.execute(
            "SELECT COUNT(*) FROM check_runs WHERE skill_name = ?", ("checkout_validator",)
        ).fetchone()[0]
        details = {"baseline": baseline, "earlier": earlier, "settings": context["settings"].store_url}
        return SkillResult("speed", "WARN", "Slower than usual", details, [str(self.folder / "home.png")])


class Breaks(Skill):
    def name(self) -> str:
        return "breaks"

    async def run(self, context: dict[str, Any]) -> SkillResult:
        raise LookupError("the feed has no rows")


class CloudWatchEventTrigger:
    """Trigger from a queue."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def has_pending_events(self) -> bool:
        return len(self.events) > 0

    def pop_event(self) -> dict[str, Any]:
        return self.events.pop(0) if self.events else {}


class PagerDutyAlerter:
    """Send alerts to PagerDuty."""

    def __init__(self, integration_key: str, url: str) -> None:
        self.integration_key = integration_key
        self.url = url

    async def send_alert(self, skill_result: SkillResult) -> bool | None:
        """Send PagerDuty event."""
        if skill_result.status != "FAIL":
            return None  # Only alert on failures

        payload = {
            "routing_key": self.integration_key,
            "event_action": "trigger",
            "payload": {
                "summary": skill_result.summary,
                "severity": "error",
                "source": "shopify-nano-sre",
                "custom_details": skill_result.details,
            },
        }

        async with httpx.AsyncClient() as client:
            response = await client.post(self.url, json=payload)
            return response.status_code == 202


class Enqueue(BaseHTTPRequestHandler):
    """Takes what the Events API takes, and nothing else."""

    received: list[dict[str, Any]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        problem = self._problem(body)
        self.send_response(400 if problem else 202)
        self.end_headers()
        self.wfile.write(json.dumps({"status": problem or "success"}).encode())

    def _problem(self, body: bytes) -> str | None:
        if self.path != "/v2/enqueue" or self.headers["content-type"] != "application/json":
            return "wrong address or type"
        event = json.loads(body)
        inner = event.get("payload", {})
        if len(event.get("routing_key", "")) != 32 or event.get("event_action") != "trigger":
            return "routing_key or event_action"
        if not 0 < len(inner.get("summary", "")) <= 1024 or not inner.get("source"):
            return "summary or source"
        if inner.get("severity") not in {"critical", "error", "warning", "info"}:
            return "severity"
        if not isinstance(inner.get("custom_details"), dict):
            return "custom_details"
        self.received.append(event)
        return None

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def pager() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    received: list[dict[str, Any]] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Enqueue,), {"received": received}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v2/enqueue", received
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoServer]:
    with DemoServer() as server:
        monkeypatch.setitem(globals(), "STORE_URL", server.url)
        monkeypatch.setenv("STORE_URL", server.url)
        yield server


@pytest.fixture
def agent(store: DemoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Agent:
    monkeypatch.setenv("NANO_SRE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("NANO_SRE_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    return Agent(get_settings())


def rows(agent: Agent) -> list[tuple[Any, ...]]:
    """The runs as anybody with an SQLite shell sees them."""
    desk = Desk(agent.settings.data_dir.parent)
    return desk.rows(
        "SELECT skill_name, status, summary, details, screenshots, error, store_url FROM check_runs ORDER BY id"
    )


async def by_hand(agent: Agent, pagerduty: PagerDutyAlerter) -> list[SkillResult]:
    """The integration example, word for word."""
    # Execute skills
    results = await agent.execute_skills()

    # Alert on failures
    for result in results:
        if result.status == "FAIL":
            assert await pagerduty.send_alert(result)
    return results


def test_skills_run_in_order_and_are_recorded(agent: Agent, store: DemoServer, tmp_path: Path) -> None:
    for skill in (CheckoutValidator(), Breaks(), Speed(tmp_path)):
        agent.register_skill(skill)
    results = asyncio.run(agent.execute_skills())
    assert [(r.skill_name, r.status) for r in results] == [
        ("checkout_validator", "PASS"),
        ("breaks", "FAIL"),
        ("speed", "WARN"),
    ]
    good, broken, slow = results
    assert (good.summary, good.error) == ("Checkout completed successfully", None)
    assert good.details["checkout_time_ms"] == 1200
    assert (broken.summary, broken.error) == (
        "LookupError: the feed has no rows",
        "LookupError: the feed has no rows",
    )
    assert slow.details["baseline"] == {"lcp_ms": 1200, "ttfb_ms": 350}
    assert slow.details["earlier"] == 1, "a result is written before the next skill begins"
    kept = rows(agent)
    assert [row[:3] for row in kept] == [(r.skill_name, r.status, r.summary) for r in results]
    assert json.loads(kept[0][3])["checkout_time_ms"] == 1200
    assert kept[1][5] == "LookupError: the feed has no rows"
    (picture,) = json.loads(kept[2][4])
    assert (agent.settings.data_dir / picture).read_bytes().startswith(b"\x89PNG")
    assert {row[6] for row in kept} == {store.url}


def test_named_skills_in_the_order_asked_for(agent: Agent) -> None:
    agent.register_skill(CheckoutValidator())
    agent.register_skill(Breaks())
    results = asyncio.run(agent.execute_skills(["breaks", "checkout_validator"]))
    assert [r.skill_name for r in results] == ["breaks", "checkout_validator"]
    with pytest.raises(KeyError, match="checkout"):
        asyncio.run(agent.execute_skills(["checkout"]))


def test_failures_reach_pagerduty(
    agent: Agent, pager: tuple[str, list[dict[str, Any]]], store: DemoServer
) -> None:
    url, received = pager
    store.fault("checkout-500")
    agent.register_skill(CheckoutValidator())
    results = asyncio.run(by_hand(agent, PagerDutyAlerter("k" * 32, url)))
    assert [r.status for r in results] == ["FAIL"]
    (event,) = received
    assert event["payload"]["summary"] == results[0].summary
    assert event["payload"]["summary"].startswith("Checkout validation failed")
    assert event["payload"]["custom_details"] == results[0].details


class FakeClock:
    def __init__(self) -> None:
        self.time = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()


def test_triggers_of_both_sorts_start_rounds(agent: Agent, pager: tuple[str, list[dict[str, Any]]]) -> None:
    url, received = pager
    agent.register_skill(Breaks())
    clock, queue = FakeClock(), CloudWatchEventTrigger()
    every_minute = IntervalTrigger(60, clock=clock)

    def turn() -> int:
        return len(asyncio.run(agent.run_pending([every_minute, queue], [PagerDutyAlerter("k" * 32, url)])))

    assert turn() == 1, "the interval is due at once"
    assert turn() == 0
    queue.events += [{"detail": 1}, {"detail": 2}]
    assert turn() == 2
    clock.time += timedelta(seconds=61)
    assert turn() == 1
    assert len(received) == len(rows(agent)) == 4


def test_the_same_door_from_yaml(store: DemoServer, tmp_path: Path) -> None:
    """`kind: skill` runs a class of the folder; its result goes down the same road."""
    desk = Desk(tmp_path, {"DEMO_STORE_URL": store.url, "DEMO_STORE_DE_URL": store.url})
    for name in ("stores.yaml", "checkout-validator.yaml", "skills/checkout_validator.py"):
        desk.write(name, (ROOT / "checks" / name).read_text())
    assert desk.nano("apply").code == 0
    with skills_in_reach(desk.folder):
        done = desk.nano("run", "--store", "ridge")
        assert done.code == 0, done.said
        store.fault("checkout-500")
        done = desk.nano("run", "--store", "ridge", "--retries", "0")
    assert done.code == 1, done.said
    assert "checks/checkout-validator.yaml:" in done.out
    kept = desk.rows("SELECT skill_name, status, summary, target FROM check_runs ORDER BY id")
    assert [row[:2] for row in kept] == [("skill", "PASS"), ("skill", "FAIL")]
    assert kept[0][2] == "The checkout opens without an error"
    assert kept[1][2].startswith("The checkout answers with status 500")
    assert {row[3] for row in kept} == {"ridge/checkout-validator@desktop/us"}
    ((baseline,),) = desk.rows("SELECT baseline_data FROM baselines")
    assert "price" in json.loads(baseline)
