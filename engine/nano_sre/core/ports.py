"""The seams between what is judged (kinds) and what performs it (runtime). Kinds see these and no library.

Times are seconds unless a name says otherwise. Everything async may raise `Abort`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from nano_sre.core.fields import Element
from nano_sre.core.result import Finding
from nano_sre.core.values import frozen

if TYPE_CHECKING:
    from nano_sre.core.program import ShopperData, StoreFacts

T = TypeVar("T")


class Abort(Exception):
    """Ends a session early: with a finding (the store broke a promise) or because the monitor cannot work."""

    def __init__(self, *, finding: Finding | None = None, inconclusive: str | None = None) -> None:
        super().__init__(finding.summary if finding else inconclusive)
        self.finding = finding
        self.inconclusive = inconclusive


class ScriptError(Exception):
    """JavaScript given to `js` raised an exception; the text is its first line."""


def failed(code: str, summary: str, **more: Any) -> Abort:
    """An `Abort` that says which promise the store broke; `more` are fields of `Finding`."""
    return Abort(finding=Finding(code=code, summary=summary, **more))


def cannot_work(reason: str) -> Abort:
    """An `Abort` that says why the monitor could not do its work: the result is inconclusive, never a failure."""
    return Abort(inconclusive=reason)


@frozen
class Outcome:
    """What a step that went well has to add: a note for the report, or a finding that only warns."""

    note: str | None = None
    warning: Finding | None = None
    skipped: str | None = None


@frozen
class Answer:
    """An HTTP answer. `headers` have lower-case names; `took_ms` is the time to the last byte."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    took_ms: int

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", errors="replace")


class Exchange(Protocol):
    """A request that a page made, and what came of it so far."""

    @property
    def method(self) -> str: ...

    @property
    def url(self) -> str: ...

    @property
    def during(self) -> str:
        """The step in which it was made, by its name, or else its word."""
        ...

    @property
    def status(self) -> int | None:
        """The HTTP status; None while there is no answer."""
        ...

    @property
    def failure(self) -> str | None:
        """Why there will be no answer."""
        ...

    @property
    def sent(self) -> tuple[str, bytes]:
        """The media type and the bytes of its body."""
        ...

    async def body(self) -> bytes | None:
        """The answer's bytes; None when the browser has thrown them away. Waits for the last of them."""
        ...


class Handle(Protocol):
    """Exactly one element of the page (of whichever frame it is in)."""

    async def press(self) -> None:
        """Click it as a shopper does: it must be visible, enabled and not covered. Raises `Abort` (R502 covered…)."""
        ...

    async def fill(self, value: str, *, secret: bool = False) -> None:
        """Replace its text. Fields filled with a secret are masked in every picture."""
        ...

    async def choose(self, option: str) -> None:
        """Choose an option of a select, by its label or else its value."""
        ...

    async def tick(self, *, on: bool = True) -> None: ...

    async def hover(self) -> None:
        """Move the mouse over it."""
        ...

    async def press_key(self, key: str) -> None:
        """Give it the focus and press a key, such as Enter or Control+A."""
        ...

    async def upload(self, files: Sequence[str]) -> None:
        """Give a file field, or what opens the file dialog, these files (whole paths)."""
        ...

    async def scroll_to(self) -> None:
        """Bring it into the window."""
        ...

    async def text(self) -> str:
        """Its visible text (a field's value), white space folded."""
        ...

    async def attribute(self, name: str) -> str | None: ...

    async def js(self, function: str, argument: Any = None) -> Any:
        """Evaluate ``(element, argument) => …`` on it; the result must be JSON-able. Raises `ScriptError`."""
        ...

    async def within(self, selector: str, *, visible: bool = True) -> Sequence[Handle]:
        """Elements inside it that match a CSS selector now."""
        ...


class Browser(Protocol):
    """A shopper's browser during one visit: what a step may do. One context, one page, the step's own deadline."""

    @property
    def store(self) -> StoreFacts: ...

    @property
    def device(self) -> str: ...

    @property
    def url(self) -> str:
        """The address of the page now."""
        ...

    @property
    def left(self) -> float:
        """Seconds until the step's deadline."""
        ...

    # values
    def value(self, given: Any) -> Any:
        """Resolve a `Template` (secrets included); anything else comes back as it is."""
        ...

    def keep(self, name: str, value: Any) -> None:
        """Save a value under a name for later steps and for watchers."""
        ...

    def shopper(self, name: str = "default") -> ShopperData: ...

    # a scratch pad for shop steps of one visit ("which variant did we choose"): never part of a result
    @property
    def memory(self) -> dict[str, Any]: ...

    # the page
    async def open(self, path: str) -> int:
        """Go to a path of the store (market path included) or an absolute address of its origin; the HTTP status.

        Unlocks the storefront's password page when the store document has a password; a 429/430 or a challenge
        page is `inconclusive`; a host that cannot be reached from here is `inconclusive`.
        """
        ...

    async def back(self) -> None: ...

    async def reload(self) -> int: ...

    async def new_tab(self, opens: Callable[[], Awaitable[None]], *, what: str) -> int:
        """Do what opens a tab, and go on in it; the HTTP status. Raises `Abort` (R505) when none opens.

        `what` is what is done, for the message: `Press “Size guide”`.
        """
        ...

    async def open_in_new_tab(self, path: str) -> int:
        """Like `open`, in a tab of its own."""
        ...

    async def close_tab(self) -> bool:
        """Close the tab and go back to the one before; False when there is no other."""
        ...

    async def one(self, element: Element, *, purpose: str = "act") -> Handle:
        """Wait for exactly one visible match. Raises `Abort`: R501 nothing (with the nearest names on the page),
        R503 several (with the candidates).
        """
        ...

    async def seen(self, element: Element) -> Sequence[Handle]:
        """Visible matches right now; possibly none."""
        ...

    async def css(self, selector: str, *, visible: bool = True) -> Sequence[Handle]:
        """Elements matching a CSS selector now, inside the step's `within`."""
        ...

    def at(self, path: str) -> Handle:
        """The element at a CSS path that a script of ours has just given: not looked for until it is used.

        Using it raises `Abort` (R501) soon when it has gone since.
        """
        ...

    async def js(self, function: str, argument: Any = None) -> Any:
        """Evaluate ``(argument) => …`` in the page; the result must be JSON-able. Raises `ScriptError`."""
        ...

    async def until(self, probe: Callable[[], Awaitable[T]], *, pause: float = 0.05) -> T:
        """Ask again and again until the answer is truthy or the step's time is nearly up; the last answer."""
        ...

    async def nearest_names(self, wanted: str, *, limit: int = 5) -> Sequence[str]:
        """Accessible names on the page most like `wanted`, for messages."""
        ...

    async def press_key(self, key: str) -> None:
        """Press a key, such as Escape, wherever the focus is."""
        ...

    async def scroll(self, edge: Literal["top", "bottom"]) -> None:
        """To the top or the bottom of the page (of the part of it that `within` says), loading what comes then."""
        ...

    def beside(self, file: str) -> str:
        """The whole path of a file that lies beside the check. Raises `Abort` (inconclusive) when it is not there."""
        ...

    async def fetch(
        self,
        path: str,
        *,
        method: str = "GET",
        json: Any = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """A request in the page's session (same cookies), to the store's origin, market path included."""
        ...

    async def requests(self, after: str | None = None) -> Sequence[Exchange]:
        """What the pages asked for since the step before this one began; only for kinds that need `requests`.

        `after` names an earlier step, by its name or word; `start` is the beginning of the visit.
        """
        ...

    async def frames(self) -> Sequence[Browser]:
        """The frames of the page now, each as a place to look in."""
        ...

    async def screenshot(self, name: str) -> None: ...
