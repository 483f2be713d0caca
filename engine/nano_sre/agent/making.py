"""An agent put together from its parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from nano_sre.agent.expected import Expected
from nano_sre.agent.inbox import Inbox
from nano_sre.agent.loop import LOOK, AgentLoop
from nano_sre.agent.pulse import Pulse
from nano_sre.agent.sources import Sources
from nano_sre.alerting import Alerting, diagnosing
from nano_sre.config.secrets import Secrets
from nano_sre.config.settings import Settings
from nano_sre.core.clock import Pace, SystemClock
from nano_sre.core.events import Listener, nobody
from nano_sre.core.fields import Text
from nano_sre.core.template import Ref, Template
from nano_sre.runtime.options import free_cores
from nano_sre.store.store import Store


def agent_loop(
    settings: Settings,
    store: Store,
    *,
    say: Callable[[str], None],
    listener: Listener = nobody,
    concurrency: int | None = None,
    pace: Pace | None = None,
    look: float = LOOK,
    foreign: Mapping[str, Any] | None = None,
) -> AgentLoop:
    """The agent of a database. `foreign` are trigger objects of other people, by name."""
    clock = pace or SystemClock()
    pulse = Pulse(started=clock.now(), say=say)
    expected = Expected({row.target: row.timestamp for row in store.latest()})
    return AgentLoop(
        settings=settings,
        store=store,
        pace=clock,
        pulse=pulse,
        alerting=Alerting(
            store,
            settings=settings,
            diagnose=diagnosing(store, clock),
            due=expected.due,
            clock=clock,
        ),
        sources=Sources(
            inbox=Inbox(store, clock=clock, say=say),
            reveal=partial(_reveal, settings, Secrets(settings.environ)),
            clock=clock,
            say=say,
            foreign=foreign or {},
        ),
        expected=expected,
        concurrency=concurrency or free_cores(),
        listener=listener,
        look=look,
    )


def _reveal(settings: Settings, secrets: Secrets, text: Text) -> str:
    """A text with its variables and secrets filled in. Raises `SecretTrouble`."""

    def value(ref: Ref) -> str:
        return secrets.value(ref.rest) if ref.is_secret else settings.environ.get(ref.rest, "")

    return str(text.resolve(value)) if isinstance(text, Template) else str(text)
