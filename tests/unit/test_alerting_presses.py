"""What somebody presses in Slack is done in their name, once Slack has signed for it, and shown in the message."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from nano_sre.alerting.presses import Presses
from nano_sre.alerts.channels import channels
from nano_sre.alerts.courier import Courier
from nano_sre.alerts.samples import alert, item
from nano_sre.config.settings import Settings
from nano_sre.core.alert import Sent
from nano_sre.core.chosen import chosen_from
from nano_sre.core.policy import AlerterEntry, AlertersFile, Route
from nano_sre.kinds.alerters.slack import Slack
from nano_sre.store import Store, incident_desk
from support.databases import Copies
from support.incidents import Round
from support.receivers import SIGNING_SECRET, SLACK_TOKEN, Receivers, press, receivers
from support.sending import NOON, FixedClock, secret

KEYS = {"TOKEN": SLACK_TOKEN, "SIGNING": SIGNING_SECRET}


@dataclass
class Scene:
    """Two open incidents, a message about both in Slack, and whoever takes what is pressed."""

    store: Store
    services: Receivers
    environ: dict[str, str] = field(default_factory=lambda: dict(KEYS))
    said: list[str] = field(default_factory=list)
    before: Any = None

    @property
    def slack(self) -> Slack:
        return Slack(
            token=secret("TOKEN"),
            channel="#alerts",
            signing_secret=secret("SIGNING"),
            api=f"{self.services.url}/slack/api",
        )

    def press(self, action: str = "acknowledge", *, late: float = 0.0, **more: Any) -> tuple[int, str]:
        """What the agent answers to Slack; the message is changed when this returns."""

        async def work() -> tuple[int, str]:
            settings = Settings(
                database_url="sqlite:///unused", data_dir=Path(), project_dir=Path(), environ=self.environ
            )
            chosen = chosen_from("alerter")(slack=self.slack)
            entry = AlerterEntry(name="team", chosen=chosen)  # type: ignore[arg-type]
            file = AlertersFile(version=1, alerters=(entry,), routes=(Route(send_to=("team",)),))  # type: ignore[arg-type]
            courier = Courier()
            presses = Presses(self.store, courier, clock=FixedClock())
            stack = AsyncExitStack()
            made = channels(settings, clock=FixedClock(), say=self.said.append)
            opened = await courier.do(lambda: stack.enter_async_context(made))
            if self.before is None:
                await courier.do(lambda: self._tell(opened))
            presses.follow(file, opened)
            given = {"key": SIGNING_SECRET, **more}
            headers, body = press(self.before, self.ts, action, at=NOON.timestamp() - late, **given)
            answer = await presses.take(headers, body)
            await presses.close()
            await courier.do(stack.aclose)
            courier.close()
            return answer

        return asyncio.run(work())

    async def _tell(self, opened: Any) -> Sent:
        trouble = alert("fired", "x", item(incident=1), item(incident=2))
        sent: Sent = await opened.send(self.slack, trouble)
        self.before = self.services.services.messages[self.ts]
        return sent

    @property
    def ts(self) -> str:
        return next(iter(self.services.services.messages))

    @property
    def line(self) -> str:
        """What the message says of the press."""
        blocks = self.services.services.messages[self.ts]["blocks"]
        return str(next(each for each in blocks if each["type"] == "context")["elements"][0]["text"])

    @property
    def buttons(self) -> list[str]:
        blocks = self.services.services.messages[self.ts]["blocks"]
        return [e["action_id"] for each in blocks if each["type"] == "actions" for e in each["elements"]]

    def incident(self, number: int) -> Any:
        return self.store.read(lambda db: incident_desk.one(db, number))


@pytest.fixture(params=["sqlite", "postgresql"])
def scene(request: pytest.FixtureRequest, tmp_path: Path, copies: Copies) -> Iterator[Scene]:
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = copies.sqlite(tmp_path)
        else:
            url = stack.enter_context(copies.postgresql(request.getfixturevalue("postgres")))
        store = stack.enter_context(Store.open(url, data_dir=tmp_path / "data"))
        seen = Round(store, fail_after=1)
        seen.fails("checkout")
        seen.fails("search")
        yield Scene(store, stack.enter_context(receivers()))


def test_who_acknowledges_is_at_all_of_it(scene: Scene) -> None:
    assert scene.press() == (200, "")
    assert [scene.incident(n).acknowledged_by for n in (1, 2)] == ["ada (Slack)"] * 2
    assert scene.line == "✅ ada is looking after incidents 1, 2."
    assert scene.buttons == ["open"]


def test_a_snooze_lasts_an_hour_and_leaves_the_other_button(scene: Scene) -> None:
    assert scene.press("snooze") == (200, "")
    assert scene.incident(1).snoozed_until == NOON + timedelta(hours=1)
    assert scene.incident(1).snoozed_by == "ada (Slack)"
    assert scene.line == "💤 ada wants no messages of incidents 1, 2 until 13:00 UTC."
    assert scene.buttons == ["acknowledge", "open"]


def test_a_link_that_is_pressed_changes_nothing(scene: Scene) -> None:
    assert scene.press("open") == (200, "")
    assert scene.incident(1).acknowledged_at is None
    assert scene.services.services.messages[scene.ts] == scene.before


@pytest.mark.parametrize("given", [{"key": "another secret"}, {"late": 301.0}, {"late": -301.0}])
def test_what_slack_did_not_sign_just_now_is_refused(given: dict[str, Any], scene: Scene) -> None:
    assert scene.press(**given) == (401, "The signature is wrong, or too old.")
    assert scene.incident(1).acknowledged_at is None


def test_what_is_over_is_said_in_the_message(scene: Scene) -> None:
    for number in (1, 2):
        scene.store.write_now(
            lambda db, n=number: incident_desk.resolve(db, n, because="mended", who="ada", now=NOON)  # type: ignore[misc]
        )
    assert scene.press() == (200, "")
    assert scene.line.startswith("Incident 1 is over already, since 2026-11-23 12:00 UTC.")
    assert scene.buttons == ["open"]


def test_a_name_is_only_text(scene: Scene) -> None:
    assert scene.press(who="<!channel>\x1b[31m\u202e" + "x" * 200) == (200, "")
    assert scene.line.startswith("✅ <!channel>xxx")  # plain text, in which Slack looks for nothing
    assert len(scene.line) < 110


def test_a_message_that_cannot_be_changed_is_acknowledged_all_the_same(scene: Scene) -> None:
    scene.services.failing.orders += [None, 500]
    assert scene.press() == (200, "")
    assert scene.incident(1).acknowledged_by == "ada (Slack)"
    assert scene.said == [
        "ada pressed a button; it is done, but its message stays as it was: HTTP 500: answers 500 by order"
    ]


def test_a_secret_that_is_not_set_is_told_to_the_operator_alone(scene: Scene) -> None:
    scene.press("open")
    del scene.environ["SIGNING"]
    status, text = scene.press()
    assert (status, text) == (503, "This cannot be judged now.")
    assert "SIGNING" in scene.said[-1]
