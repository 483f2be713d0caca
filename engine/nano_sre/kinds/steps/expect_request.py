from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

from nano_sre.core.check import nothing
from nano_sre.core.fields import Doc, Duration, Example
from nano_sre.core.ports import Browser, Exchange, Outcome, cannot_work, failed
from nano_sre.core.registry import register
from nano_sre.kinds._shared.answers import matches
from nano_sre.kinds._shared.compare import Expectation, Verdict, conclude, judge
from nano_sre.kinds._shared.jsonpaths import must_be_path
from nano_sre.kinds._shared.parts import ACTING, NOWHERE
from nano_sre.kinds._shared.sent_data import sent_data
from nano_sre.kinds._shared.sentence import said

BOT_PROTECTION = (429, 430)


@register("step", "expect_request", short="url")
class ExpectRequest:
    """Checks that the page asked for something behind the scenes, such as the cart's address, and waits for it.

    It looks at all requests since the step before it began, so it stands right behind the step that causes the
    request; several in a row look at the same requests. `after` goes back further: to an earlier step, by its
    name or its word, or to `start`, the beginning of the visit. An address that begins with a slash is a path,
    without the market's own.
    """

    asserts: ClassVar[bool] = True
    patience: ClassVar[Duration] = ACTING
    needs: ClassVar[tuple[str, ...]] = ("requests",)
    modifiers: ClassVar[tuple[str, ...]] = NOWHERE
    example: ClassVar[str] = "- expect_request: {url: {contains: /cart/add}, method: POST, status: 200}"

    url: Annotated[Expectation, Doc("The address asked for."), Example("{contains: /cart/add}")]
    method: Annotated[
        Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] | None,
        Doc("How it is asked; in any way if not said."),
    ] = None
    status: Annotated[Expectation | None, Doc("The HTTP status of the answer."), Example("200")] = None
    sent: Annotated[
        Mapping[str, Expectation],
        Doc("Values that the page sent with it, by JSONPath; the fields of a form are `$.name`."),
        Example('{"$.quantity": 1}'),
    ] = nothing()
    json: Annotated[
        Mapping[str, Expectation],
        Doc("Values of the JSON answer, by JSONPath."),
        Example('{"$.id": {type: number}}'),
    ] = nothing()
    after: Annotated[
        str | None,
        Doc("The step from whose beginning on requests count, or `start`."),
        Example("add_to_cart"),
    ] = None

    def __post_init__(self) -> None:
        for key in ("sent", "json"):
            for path in getattr(self, key):
                must_be_path(path, key, path, key=True)

    def title(self) -> str:
        return f"Expect {self._what}"

    @property
    def _what(self) -> str:
        how = f"a {self.method} request" if self.method else "a request"
        if self.url.words == ("equals",):
            return f"{how} to {self.url.equals}"
        if self.url.words == ("contains",):
            return f"{how} with “{self.url.contains}” in its address"
        return f"{how} whose address is to {said(self.url)}"

    def details(self) -> tuple[str, ...]:
        """What is expected further, for `explain`."""
        status = [f"the status to {said(self.status)}"] if self.status else []
        sent = [f"what is sent at {path} to {said(wanted)}" for path, wanted in self.sent.items()]
        answered = [f"{path} of the answer to {said(wanted)}" for path, wanted in self.json.items()]
        return (*status, *sent, *answered)

    async def run(self, io: Browser) -> Outcome | None:
        fitting: list[Exchange] = []
        wrong: list[tuple[str, Verdict]] = []

        async def came() -> bool:
            fitting[:] = [each for each in await io.requests(self.after) if self._is_meant(each, io)]
            for each in fitting:
                wrong[:] = [(what, v) async for what, v in self._judged(each, io) if not v.ok]
                if not wrong:
                    fitting[:] = [each]
                    return True
            return False

        if await io.until(came, pause=0.1):
            return Outcome(note=f"{fitting[0].method} {_shown(fitting[0].url)}")
        if not fitting:
            raise await self._none(io)
        what, verdict = max(wrong, key=lambda each: each[1].status == "fail")
        return conclude(verdict, code="R540", what=f"{what} {fitting[-1].method} {_shown(fitting[-1].url)}")

    def _is_meant(self, each: Exchange, io: Browser) -> bool:
        if self.method is not None and each.method != self.method:
            return False
        return any(judge(self.url, said_, value=io.value).ok for said_ in self._addresses(each.url, io))

    def _addresses(self, url: str, io: Browser) -> Iterator[str]:
        """The ways to write an address: whole; and as a path, the market's own taken off, with its query or without."""
        yield url
        if self.url.not_ is not None:
            return
        parts = urlsplit(url)
        prefix = io.store.market.path.rstrip("/")
        path = parts.path.removeprefix(prefix) if parts.path.startswith(f"{prefix}/") else parts.path
        for each in dict.fromkeys((parts.path, path)):
            yield each
            yield f"{each}?{parts.query}"

    async def _judged(self, each: Exchange, io: Browser) -> Any:
        if each.status in BOT_PROTECTION:
            raise cannot_work(
                f"blocked by bot protection (HTTP {each.status}): {_shown(each.url)} was not answered."
            )
        if self.status is not None:
            actual = each.failure or "no answer yet" if each.status is None else each.status
            verdict = judge(self.status, actual, value=io.value)
            yield "The status of", replace(verdict, difference=None)
        sent = sent_data(*each.sent) if self.sent else None
        for path, wanted in self.sent.items():
            for where, value in matches(path, sent):
                yield (
                    f"{where}, sent with",
                    judge(wanted, value, value=io.value, locale=io.store.market.locale),
                )
        if self.json:
            body = await self._answer(each)
            for path, wanted in self.json.items():
                for where, value in matches(path, body):
                    verdict = judge(wanted, value, value=io.value, locale=io.store.market.locale)
                    yield f"{where} in the answer to", verdict

    async def _answer(self, each: Exchange) -> Any:
        if each.status is None:
            return None
        body = await each.body()
        if body is None:
            raise cannot_work(
                f"The browser no longer holds the answer to {each.method} {_shown(each.url)}: the page has moved on. "
                "Expect the request right after the step that causes it."
            )
        try:
            return json.loads(body)
        except ValueError:
            return None

    async def _none(self, io: Browser) -> Exception:
        everything = await io.requests("start")
        counted = await io.requests(self.after)
        since = f" since {self.after}" if self.after else ""
        near = _nearest(str(self.url.equals or self.url.contains or ""), [*counted] or [*everything])
        earlier = next((each for each in everything if self._is_meant(each, io)), None)
        hint = f"The page asked for: {', '.join(near)}." if near else None
        if earlier is not None:
            hint = f"It was asked for earlier: write “after: {earlier.during}” to count from there."
        return failed(
            "R540",
            f"The page did not make {self._what}{since}.",
            expected=self._what,
            actual=f"{len(counted)} other request{'' if len(counted) == 1 else 's'}"
            if counted
            else "no request",
            hint=hint,
            evidence=(f"the page is {io.url}",),
        )


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _nearest(wanted: str, made: Sequence[Exchange]) -> list[str]:
    """A few of the requests, those most like what is wanted first, each once."""
    lines = list(dict.fromkeys(f"{each.method} {_shown(each.url)[:100]}" for each in made))
    scores = {line: difflib.SequenceMatcher(None, wanted, line.partition(" ")[2]).ratio() for line in lines}
    return sorted(lines, key=lambda line: -scores[line])[:5]
