"""A message to people: what it says, and the seam between what a channel is told and what carries it there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, Protocol

from nano_sre.core.diagnosis import Cause
from nano_sre.core.values import frozen

AlertKind = Literal[
    "fired",
    "reminder",
    "resolved",
    "partly_resolved",
    "was_down",
    "flapping",
    "calm",
    "no_data",
    "still_no_data",
    "data_back",
    "test",
]
Markup = Literal["plain", "slack", "discord", "teams", "html"]
"""How a channel writes bold and links, and so what page text must not smuggle in."""
BOLD_ON, BOLD_OFF = "\ue000", "\ue001"
"""What bold is written with for `teams`, whose cards take runs of text in which no markup is looked for."""
MARKS: dict[AlertKind, str] = {
    "fired": "🔴",
    "reminder": "🔴",
    "flapping": "🟠",
    "no_data": "⚪",
    "still_no_data": "⚪",
    "partly_resolved": "🟡",
    "resolved": "🟢",
    "was_down": "🟢",
    "calm": "🟢",
    "data_back": "🟢",
    "test": "🔵",
}
MOST_INCIDENTS = 50  # that one press acknowledges: what it names has to fit into a link
REMINDERS: frozenset[str] = frozenset({"reminder", "still_no_data"})
TROUBLE: frozenset[str] = frozenset({"fired", "flapping", "no_data"}) | REMINDERS


@frozen
class AlertItem:
    """One target in a message. Texts may hold what a page said: neutralise them for the channel.

    `place` is `checks/checkout.yaml:14:5`; `screenshot` a path below the data folder.
    """

    target: str
    check_id: str
    name: str
    kind: str
    severity: str
    store_id: str
    store_url: str
    summary: str
    since: datetime | None = None
    until: datetime | None = None
    episode: str = ""
    incident: int | None = None
    device: str | None = None
    market: str | None = None
    step: str | None = None
    expected: str | None = None
    actual: str | None = None
    hint: str | None = None
    evidence: tuple[str, ...] = ()
    place: str | None = None
    runbook: str | None = None
    owner: str | None = None
    tags: tuple[str, ...] = ()
    screenshot: str | None = None
    run_id: str | None = None
    failures: int = 0


@frozen
class Alert:
    """One message. `key` is the same however often it is sent, `thread` the same for all messages of one trouble.

    `severity` is the worst of the items. `still_failing` names targets of the thread that have not recovered;
    `remark` is a line of the monitor's own (a template was broken, messages were held). `link` leads to the page of
    the monitor, `silence` is the command that snoozes it. `picture` is the address of what the shopper saw,
    `acknowledge` that of a page to say on that somebody is at it; both are signed, and made when it is sent.
    """

    key: str
    thread: str
    kind: AlertKind
    severity: str
    title: str
    items: tuple[AlertItem, ...]
    at: datetime
    cause: Cause | None = None
    also_possible: tuple[Cause, ...] = ()
    still_failing: tuple[str, ...] = ()
    remark: str | None = None
    link: str | None = None
    silence: str | None = None
    environment: str | None = None
    picture: str | None = None
    acknowledge: str | None = None

    @property
    def shot(self) -> AlertItem | None:
        """The worst of the targets that have a picture; nobody wants one of what is over."""
        if self.kind not in TROUBLE and self.kind != "test":
            return None
        pictured = (each for each in self.items if each.screenshot)
        return min(pictured, key=lambda each: each.severity, default=None)

    @property
    def incidents(self) -> tuple[int, ...]:
        """The incidents that somebody could look after, the first fifty; none of what is over."""
        known = (each.incident for each in self.items if each.incident is not None)
        return tuple(dict.fromkeys(known))[:MOST_INCIDENTS] if self.kind in TROUBLE else ()

    @property
    def first(self) -> AlertItem:
        return self.items[0]

    @property
    def mark(self) -> str:
        """The colour of the message, for those who only glance at it."""
        return MARKS[self.kind]

    @property
    def is_over(self) -> bool:
        """Whether nothing of the thread fails any more: a pager may close it."""
        return self.kind in ("resolved", "was_down", "calm", "data_back") and not self.still_failing


@frozen
class Sent:
    """What became of one try to send.

    `permanent` means that trying again cannot help (a wrong token, a channel that is gone); `retry_after` is what
    the channel asked for, in seconds; `ref` is what later messages of the thread need (a Slack `ts`).
    """

    ok: bool
    detail: str = ""
    permanent: bool = False
    retry_after: float | None = None
    ref: Mapping[str, str] | None = None


@frozen
class Picture:
    """What the shopper saw when it failed, to be sent along. `name` is safe for a header, `alt` says what it shows.

    `width` is in pixels.
    """

    name: str
    data: bytes
    media_type: str
    alt: str
    width: int


@frozen
class Reply:
    """An HTTP answer of a channel. `headers` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    text: str


class Channel(Protocol):
    """What an alerter may use. Everything but `post` and `mail` is at hand at once."""

    @property
    def ref(self) -> Mapping[str, str]:
        """What an earlier message of this thread left in `Sent.ref`; empty for the first one."""
        ...

    def value(self, given: Any) -> str:
        """A field of the alerter with `${secret.…}` and `${env.…}` filled in. Raises `Abort` when one is not set."""
        ...

    def render(
        self,
        name: str,
        alert: Alert,
        *,
        markup: Markup = "plain",
        limit: int | None = None,
        source: str | None = None,
        **more: Any,
    ) -> str:
        """The text of the template of that name, the user's own where there is one. Falls back, never raises.

        All that the alert holds is neutralised for the `markup`. More than `limit` UTF-16 units are shortened, so
        that the link, the place and the count of the targets stay. `source` is a template in place of a file's:
        when that one is broken there is nothing to fall back on, and it raises `Abort`.
        """
        ...

    async def post(
        self,
        url: str,
        *,
        json: Any = None,
        content: bytes | None = None,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, Picture] | None = None,
        headers: Mapping[str, str] | None = None,
        method: str = "POST",
    ) -> Reply:
        """One HTTP request within the channel's time limit. Raises `OSError` when nothing came back.

        Its body is `json`, `content`, or a `form`, which with `files` is one of several parts (multipart/form-data).
        """
        ...

    async def picture(self, alert: Alert) -> Picture | None:
        """What the shopper saw, of the worst target. None when it is over, or when there is nothing to show.

        A picture that should be there and cannot be sent costs no message: what is recorded of it says why.
        """
        ...

    async def mail(self, message: Any, *, server: Mapping[str, Any]) -> tuple[str, ...]:
        """Hand an `email.message.EmailMessage` to a mail server; returns the addresses that it refused.

        `server` has `host`, `port`, `user`, `password` and `tls`. Raises `OSError`, or `Abort` when all is refused.
        """
        ...

    async def apprise(self, url: str, *, title: str, body: str, mood: str) -> None:
        """Send by the Apprise library. `mood` is info, success, warning or failure. Raises `OSError` or `Abort`."""
        ...

    def say(self, text: str) -> None:
        """A line on the terminal of the process."""
        ...

    def now(self) -> datetime:
        """The time of day, in UTC."""
        ...


PressFor = Literal["acknowledge", "snooze", "open"]


@frozen
class Press:
    """Somebody pressed a button of a message. `message` is the message, as its service knows it."""

    wanted: PressFor
    incidents: tuple[int, ...]
    who: str
    message: Mapping[str, Any]


class Pressable(Protocol):
    """An alerter whose messages have buttons, when what its service signs with is known."""

    @property
    def has_buttons(self) -> bool: ...

    def pressed(self, headers: Mapping[str, str], content: bytes, channel: Channel) -> Press | None:
        """A request of its service, if that has signed it and it is a press. Names of headers are lower case.

        Raises `Unsigned` when it is somebody else's, `Abort` when that cannot be told.
        """
        ...

    async def show(self, press: Press, words: str, channel: Channel, *, gone: tuple[str, ...]) -> Sent:
        """Put the words into the message in place of the buttons that are `gone`."""
        ...


class Unsigned(Exception):
    """A request that the service did not sign."""


class Alerter(Protocol):
    """A way to tell people. Registered as family `alerter`; its fields are YAML keys.

    Its class says in `markup` what the template of its name is written in.
    """

    async def send_alert(self, alert: Alert, channel: Channel) -> Sent: ...
