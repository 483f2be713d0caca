"""What people press in messages: judged, done in the name of who pressed, and shown in the message."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from nano_sre.core.alert import Press, Pressable, Sent, Unsigned
from nano_sre.core.clock import Clock
from nano_sre.core.policy import AlertersFile
from nano_sre.core.ports import Abort
from nano_sre.store import incident_desk
from nano_sre.store.errors import StoreError

if TYPE_CHECKING:
    from nano_sre.alerts.channels import Channels
    from nano_sre.alerts.courier import Courier
    from nano_sre.store.store import Store

SNOOZE = timedelta(hours=1)

Answer = tuple[int, str]
"""An HTTP status, and a sentence for whoever asked."""


class Presses:
    """Takes the requests that services send when somebody presses a button."""

    def __init__(self, store: Store, courier: Courier, *, clock: Clock) -> None:
        self._store = store
        self._courier = courier
        self._clock = clock
        self._alerters: tuple[Pressable, ...] = ()
        self._channels: Channels | None = None
        self._showing: set[asyncio.Task[None]] = set()

    def follow(self, file: AlertersFile, channels: Channels) -> None:
        """From now on these alerters have buttons."""
        kinds: Iterable[Any] = (each.alerter for each in file.alerters)
        self._alerters = tuple(each for each in kinds if getattr(each, "has_buttons", False))
        self._channels = channels

    async def take(self, headers: Mapping[str, str], content: bytes) -> Answer:
        """Do what was pressed, if a service of ours has signed the request. Names of headers are lower case.

        The answer is given as soon as it is written down; the message is changed after it.
        """
        channels = self._channels
        if channels is None or not self._alerters:
            return 404, "No alerter here has buttons."
        for alerter in self._alerters:
            try:  # in a thread: a secret may come from a command
                press = await asyncio.to_thread(alerter.pressed, headers, content, channels.to())
            except Unsigned:
                continue
            except Abort as stop:
                channels.say(f"A button was pressed, and nobody can tell by whom. {stop}")
                return 503, "This cannot be judged now."
            return await self._do(press, alerter, channels)
        return 401, "The signature is wrong, or too old."

    async def _do(self, press: Press | None, alerter: Pressable, channels: Channels) -> Answer:
        if press is None or press.wanted == "open":  # a button that is a link tells of itself too
            return 200, ""
        try:
            done, words = await self._store.write(lambda db: self._written(db, press))
        except StoreError as error:
            channels.say(f"{press.who} pressed a button, and it could not be kept: {error}")
            return 503, "This could not be kept. Please press it again."
        gone = ("snooze",) if done and press.wanted == "snooze" else ("acknowledge", "snooze")
        task = asyncio.create_task(self._show(press, words, alerter, channels, gone))
        self._showing.add(task)
        task.add_done_callback(self._showing.discard)
        return 200, ""

    def _written(self, db: Any, press: Press) -> tuple[list[int], str]:
        """Which incidents it was done to, and what to say of it."""
        done, troubles, now = [], [], self._clock.now()
        who = f"{press.who} (Slack)"
        for number in press.incidents:
            try:
                if press.wanted == "acknowledge":
                    incident_desk.acknowledge(db, number, who=who, now=now)
                else:
                    incident_desk.snooze(db, number, until=now + SNOOZE, who=who, now=now)
            except incident_desk.NoIncident as none:
                troubles.append(f"{str(none)[:1].upper()}{str(none)[1:]}.")
            else:
                done.append(number)
        named = f"incident{'s' if len(done) > 1 else ''} {', '.join(map(str, done))}"
        said = {
            "acknowledge": f"✅ {press.who} is looking after {named}.",
            "snooze": f"💤 {press.who} wants no messages of {named} until {now + SNOOZE:%H:%M} UTC.",
        }
        return done, " ".join([said[press.wanted]] if done else troubles)

    async def _show(
        self, press: Press, words: str, alerter: Pressable, channels: Channels, gone: tuple[str, ...]
    ) -> None:
        async def show() -> Sent:
            return await alerter.show(press, words, channels.to(), gone=gone)

        try:
            shown = await self._courier.do(show)
        except Exception as error:  # noqa: BLE001 - whatever the message is made of, the press is written down
            shown = Sent(ok=False, detail=f"{type(error).__name__}: {error}")
        if not shown.ok:
            said = channels.masked(shown.detail)
            channels.say(f"{press.who} pressed a button; it is done, but its message stays as it was: {said}")

    async def close(self) -> None:
        """Wait for what is being shown."""
        await asyncio.gather(*self._showing, return_exceptions=True)
