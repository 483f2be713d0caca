"""Triggers that are called over HTTP: a request is judged, kept, and then answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping

from nano_sre.agent.inbox import Inbox
from nano_sre.config.secrets import SecretTrouble
from nano_sre.core.clock import Clock, SystemClock
from nano_sre.core.trigger import Delivery, NamedTrigger, Receiver, Reply, Reveal
from nano_sre.store import StoreError


class Receivers:
    """What the HTTP server asks. `say` tells the operator what the sender must not know."""

    def __init__(
        self,
        triggers: Iterable[NamedTrigger],
        inbox: Inbox,
        *,
        reveal: Reveal,
        say: Callable[[str], None],
        clock: Clock | None = None,
    ) -> None:
        self._kinds: dict[str, Receiver] = {
            each.name: each.kind for each in triggers if each.kind.comes == "request"
        }
        self._inbox = inbox
        self._reveal = reveal
        self._say = say
        self._clock = clock or SystemClock()

    @property
    def names(self) -> tuple[str, ...]:
        """The triggers that can be called."""
        return tuple(self._kinds)

    async def receive(self, trigger: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        """HTTP status and a sentence for the sender. With 202 the event is on disk and will run, whatever happens.

        `body` is the bytes as they came: signatures are made over them.
        """
        kind = self._kinds.get(trigger)
        if kind is None:
            return 404, "There is no trigger of this name that can be called."
        delivery = Delivery(
            trigger=trigger,
            headers={name.lower(): value for name, value in headers.items()},
            body=body,
            at=self._clock.now(),
        )
        try:
            # In a thread: a secret may come from a command, and a body may be long.
            judged = await asyncio.to_thread(kind.accepts, delivery, reveal=self._reveal)
        except SecretTrouble as trouble:
            self._say(f"A call of the trigger “{trigger}” cannot be judged. {trouble}")
            return 503, "This cannot be judged now. Please send it again later."
        if isinstance(judged, Reply):
            return judged.status, judged.text
        try:
            fresh = await self._inbox.put(judged)
        except StoreError as error:
            self._say(f"A call of the trigger “{trigger}” could not be kept: {error}")
            return 503, "This could not be kept. Please send it again later."
        if not fresh:
            return 200, "This has come before: it runs once."
        return 202, "Accepted: the checks will run."
