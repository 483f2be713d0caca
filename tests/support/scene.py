"""A store in which things happened: runs, incidents with diagnoses, pictures. For pages and their tests."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from nano_sre.core.diagnosis import Cause, Diagnosis
from nano_sre.core.policy import Policy
from nano_sre.core.result import Artifact, Attempt, TargetResult
from nano_sre.incidents.machine import decide
from nano_sre.server.desk import Health
from nano_sre.store import Store
from nano_sre.store.incident_facts import Beside
from nano_sre.store.incidents import apply
from support.results import make_failure, make_result

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
EVIL = '<script>document.title="taken"</script><b onclick=x>Add</b> \u202eevil\x1b[31m'
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CAUSE = Cause(
    id="theme-script-broke",
    title="A script of the theme broke the add-to-cart button",
    confidence=0.82,
    shoppers="Shoppers press the button and nothing happens: nobody can buy this product.",
    remedy="Look at what was last changed in assets/product-form.js, and take it back.",
    links=("https://example.com/docs", "javascript:alert(1)"),
    evidence=("Uncaught TypeError in assets/product-form.js", EVIL),
)


@dataclass
class StillDesk:
    """A desk that nobody sits at: a store, a health, and what triggers were called with."""

    store: Store
    made: Health
    calls: list[tuple[str, Mapping[str, str], bytes]]

    def health(self) -> Health:
        return self.made

    async def receive(self, trigger: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        self.calls.append((trigger, headers, body))
        return (202, "It will run.") if trigger == "called" else (404, "There is no trigger of this name.")

    async def pressed(self, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        self.calls.append(("", headers, body))
        return 200, ""


def still_desk(store: Store, **more: object) -> StillDesk:
    given = {"version": "0.1.0", "started": NOW - timedelta(days=3), "now": NOW, **more}
    return StillDesk(store, Health(**given), [])


def record(store: Store, result: TargetResult, *, run_id: str, diagnosis: Diagnosis | None = None) -> None:
    """One result and what it does to its incident."""
    at = result.result.timestamp
    asyncio.run(store.record(result, run_id=run_id))
    judge = partial(decide, policy=Policy(), now=at)
    store.write_now(
        lambda db: apply(db, result, decide=judge, now=at, diagnosis=diagnosis, beside=Beside(run_id=run_id))
    )


def play(store: Store, data_dir: Path) -> None:
    """Ninety rounds of three checks on two devices: most pass, one breaks at the end, one broke and was mended."""
    for number in range(90):
        at = NOW - timedelta(minutes=15 * (90 - number))
        run_id = f"round-{number:02}"
        for device in ("desktop", "iphone"):
            broken = number > 86
            picture = store.files.write(run_id, f"{device}.png", PIXEL)
            result = make_failure("buy-a-snowboard", device=device, at=at, store_id="hydrogen")
            if broken:
                frame = Artifact(kind="frame", path=picture, name="x.png", media_type="image/png")
                attempts = tuple(_filmed(each, frame) for each in result.attempts)
                result = replace(result, attempts=attempts)
                said = replace(result.findings[0], actual=EVIL)
                skill = replace(
                    result.result,
                    summary="Nothing happens when “Add to cart” is pressed. (checks/checkout.yaml:14:5)",
                )
                result = replace(result, findings=(said,), result=skill)
            else:
                result = make_result("buy-a-snowboard", device=device, at=at, store_id="hydrogen")
            record(store, result, run_id=run_id, diagnosis=Diagnosis(causes=(CAUSE,)) if broken else None)
        search = (
            make_failure("search", at=at, store_id="hydrogen")
            if 30 <= number < 34
            else make_result("search", at=at, store_id="hydrogen", flaky=number % 17 == 0)
        )
        record(store, search, run_id=run_id)
        blind = None if number % 29 else "The browser did not start."
        cart = make_result(
            "cart-api", at=at, store_id="hydrogen", inconclusive=blind, status="WARN" if blind else "PASS"
        )
        record(store, cart, run_id=run_id)


def _filmed(attempt: Attempt, frame: Artifact) -> Attempt:
    return replace(attempt, steps=tuple(replace(step, frame=frame) for step in attempt.steps))
