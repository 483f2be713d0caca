"""The requests of a visit, for the steps that look at them: listened to, never routed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playwright.async_api import BrowserContext, Error, Request, Response

from nano_sre.core.program import StepCall
from nano_sre.runtime.trouble import is_dead

START = "start"
MOST = 20_000  # requests of one visit: a page that asks for ever must not fill the memory


@dataclass(frozen=True, slots=True)
class _Mark:
    verb: str
    name: str | None
    first: int  # index of the first request made after this step began
    looks_back: bool  # the step itself only looks at requests

    @property
    def word(self) -> str:
        return self.name or self.verb


class SeenRequest:
    """One request. Implements `core.ports.Exchange`."""

    __slots__ = ("_answer", "_body", "_request", "during")

    def __init__(self, request: Request, during: str) -> None:
        self._request = request
        self._answer: Response | None = None
        self._body: bytes | None = None
        self.during = during

    @property
    def method(self) -> str:
        return self._request.method

    @property
    def url(self) -> str:
        return self._request.url

    @property
    def status(self) -> int | None:
        return self._answer.status if self._answer else None

    @property
    def failure(self) -> str | None:
        return self._request.failure

    @property
    def sent(self) -> tuple[str, bytes]:
        """The media type and the bytes of its body."""
        return self._request.headers.get("content-type", ""), self._request.post_data_buffer or b""

    def answered(self, answer: Response) -> None:
        self._answer = answer

    async def body(self) -> bytes | None:
        """The answer's bytes; None when the browser has thrown them away."""
        if self._answer is not None and 300 <= self._answer.status < 400:
            return b""  # browsers follow it unread
        if self._body is None and self._answer is not None:
            try:
                self._body = await self._answer.body()
            except Error as error:
                if is_dead(error):
                    raise
        return self._body


class RequestLog:
    """What all tabs of a visit ask for, and during which step."""

    def __init__(self, context: BrowserContext) -> None:
        self._seen: list[SeenRequest] = []
        self._open: dict[Request, SeenRequest] = {}
        self._marks: list[_Mark] = []
        context.on("request", self._on_request)
        context.on("response", self._on_response)

    def begin(self, call: StepCall) -> None:
        """A step begins."""
        looks_back = "requests" in getattr(call.step, "needs", ())
        self._marks.append(_Mark(call.verb, call.modifiers.name, len(self._seen), looks_back))

    def since(self, after: str | None) -> Sequence[SeenRequest]:
        """Requests since the step before the one that runs now began, or since the last one called `after` did."""
        return self._seen[self._first(after) :]

    def _first(self, after: str | None) -> int:
        if after == START:
            return 0
        for mark in reversed(self._marks[:-1]):
            if after in {mark.name, mark.verb} if after else not mark.looks_back:
                return mark.first
        return 0

    def _on_request(self, request: Request) -> None:
        if len(self._seen) < MOST:
            made = SeenRequest(request, self._marks[-1].word if self._marks else START)
            self._seen.append(made)
            self._open[request] = made

    def _on_response(self, answer: Response) -> None:
        made = self._open.pop(answer.request, None)
        if made is not None:
            made.answered(answer)
