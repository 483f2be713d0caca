"""Hits that a page tried to send and its own security policy forbade: no sink ever hears of them."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.async_api import ConsoleMessage

from nano_sre.core.watch import FailedRequest

MOST = 200
LONGEST = 2_000
_FORBIDDEN = re.compile(
    r"^\w+(?: \w+){0,3} '(https?://[^']+)' .*violates the following Content Security Policy directive: \"([^\"]+)\""
)


class LostHits:
    """What the console says of requests that were forbidden; `step` says which step is at work."""

    def __init__(self, step: Callable[[], int]) -> None:
        self._step = step
        self._found: dict[str, FailedRequest] = {}

    @property
    def requests(self) -> tuple[FailedRequest, ...]:
        """Each address once. They are all sorts of requests: who knows the vendors finds the hits among them."""
        return tuple(self._found.values())

    def on_console(self, message: ConsoleMessage) -> None:
        """A message of the console, perhaps about a policy."""
        if message.type != "error" or len(self._found) >= MOST:
            return
        forbidden = _FORBIDDEN.match(message.text[:LONGEST])
        if forbidden is not None:
            directive = " ".join(forbidden[2].split())[:80]
            self._found.setdefault(
                forbidden[1],
                FailedRequest(
                    url=forbidden[1],
                    reason=f"the page's content security policy forbids it ({directive})",
                    page=str(message.location.get("url", "")),
                    own=False,
                    step=self._step(),
                ),
            )
