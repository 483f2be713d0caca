"""The intermediate form: what a check becomes before anything is opened. Frozen, typed, equal when alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from typing import Annotated, Any, ClassVar, Literal, Protocol

from nano_sre.core.diagnostics import Span
from nano_sre.core.fields import (
    Doc,
    Duration,
    Element,
    Example,
    Slug,
    Text,
    Unfit,
    Viewport,
    record,
    spanless,
)
from nano_sre.core.forms import ApiVersion, Country, Currency, Email, Locale, Tracking, UrlPath
from nano_sre.core.ports import Browser, Outcome
from nano_sre.core.probe import ProbeIO
from nano_sre.core.result import Skill
from nano_sre.core.template import Template
from nano_sre.core.values import frozen, frozen_row
from nano_sre.core.vendor import Vendor

Severity = Literal["P0", "P1", "P2", "P3"]
Consent = Literal["accept", "refuse", "leave"]


class Step(Protocol):
    """One action of a journey. Fields are YAML keys; state lives in `io`, never in the step."""

    kind_name: ClassVar[str]
    asserts: ClassVar[bool]  # whether the step checks something a store promises
    patience: ClassVar[Duration]  # how long it may take unless `timeout` says otherwise

    def title(self) -> str:
        """The step in plain English, imperative, without a full stop: `Press “Add to cart”`."""
        ...

    async def run(self, io: Browser) -> Outcome | None:
        """Do it. Raises `Abort` when the store breaks the promise or the monitor cannot work."""
        ...


@record(short="see", one_of=("see", "device", "market"))
class When:
    """A step only runs when this holds; otherwise it is reported as skipped."""

    see: Annotated[Element | None, Doc("Something is visible on the page right now.")] = None
    device: Annotated[str | None, Doc("The visit uses this device.")] = None
    market: Annotated[str | None, Doc("The visit is in this market.")] = None


@record(short="region", one_of=("region", "frame", "css"))
class Within:
    """Looks only inside one part of the page."""

    region: Annotated[
        Text | None, Doc("A region, dialog, form or other part of the page with this name.")
    ] = None
    frame: Annotated[Text | None, Doc("A frame with this title or name.")] = None
    css: Annotated[Text | None, Doc("The way out: a CSS selector.")] = None


@record()
class Modifiers:
    """Keys that every step's long form takes."""

    name: Annotated[str | None, Doc("A name for this step, shown in reports and used by `after`.")] = None
    timeout: Annotated[Duration | None, Doc("How long the step may take.")] = None
    optional: Annotated[
        bool, Doc("The step may fail: it is then reported as skipped. Not for steps that check something.")
    ] = False
    when: Annotated[When | None, Doc("The step runs only when this holds.")] = None
    within: Annotated[Within | None, Doc("Look only inside this part of the page.")] = None


_SAVED = re.compile(r"\$\{([a-z][a-z0-9_]*)\}")  # plain English says “the saved price”, not “${price}”


@frozen_row
class AnyOf:
    """Where a list of several names is written: the document's id, the YAML path in it, and the names as written."""

    document: str
    path: tuple[str | int, ...]
    names: tuple[str, ...]


@frozen
class StepCall:
    """A step as it stands in a check: the kind, its modifiers and where it is written.

    `lead` stands before the title in reports: `Size S` for a step of a loop. `any_of` are the lists of names in it.
    """

    verb: str
    step: Any  # a registered Step; Any because plug-ins bring their own
    modifiers: Modifiers = field(default_factory=Modifiers)
    span: Span | None = spanless()
    used_at: Span | None = spanless()  # the `use` that brought the step in from a fragment
    lead: str = ""
    any_of: tuple[AnyOf, ...] = field(default=(), compare=False, repr=False)

    @property
    def title(self) -> str:
        said = self.modifiers.name or _SAVED.sub(r"the saved \1", str(self.step.title()))
        return f"{self.lead}: {said}" if self.lead else said

    @property
    def inner(self) -> tuple[StepCall, ...]:
        """The steps that stand inside this one (`for_each`)."""
        found: tuple[StepCall, ...] = getattr(self.step, "steps", ())
        return found

    @property
    def patience(self) -> Duration:
        return self.modifiers.timeout or self.step.patience


Steps = tuple[StepCall, ...]


def every(calls: Iterable[StepCall]) -> Iterator[StepCall]:
    """Steps and the steps inside them, in the order they are written."""
    for call in calls:
        yield call
        yield from every(call.inner)


LONGEST_ATTEMPT = Duration(120_000)
PRODUCTION = "production"
"""What the store is called as it stands, without any of its `environments`."""


@record()
class Market:
    """One market of the store: its currency, its language and the path it lives under."""

    currency: Annotated[Currency, Doc("ISO 4217 code, such as USD.")]
    locale: Annotated[Locale, Doc("How money and numbers are written, such as en-US or de-DE.")]
    path: Annotated[UrlPath, Doc("The path the market's pages start with, such as /de.")] = UrlPath("")
    country: Annotated[Country | None, Doc("ISO 3166 code, such as DE.")] = None


@record()
class Address:
    """Where a shopper wants things sent."""

    address1: Annotated[str, Doc("Street and number.")]
    city: Annotated[str, Doc("Town.")]
    zip: Annotated[str, Doc("Postal code, as written.")]
    country: Annotated[Country, Doc("ISO 3166 code, such as US.")]
    province: Annotated[str | None, Doc("State or province code, such as NY.")] = None
    address2: Annotated[str | None, Doc("Flat, floor or company.")] = None
    phone: Annotated[str | None, Doc("Telephone number.")] = None


@record()
class ShopperData:
    """A test shopper. Use an address that is clearly a test: Shopify writes to people who abandon a checkout."""

    email: Annotated[Template | Email, Doc("The e-mail address given at checkout.")]
    first_name: Annotated[str, Doc("First name.")] = "Nano"
    last_name: Annotated[str, Doc("Last name.")] = "Test"
    address: Annotated[
        Address | None, Doc("The delivery address; an invented one of the market's country by default.")
    ] = None
    password: Annotated[
        Text | None,
        Doc("The password of the shopper's account, as a secret; `log_in` needs it."),
        Example('"${secret.WHOLESALE_PASSWORD}"'),
    ] = None
    code_from: Annotated[
        Literal["inbox"] | None,
        Doc(
            "Where the code comes from that new customer accounts send by e-mail. Not supported by `log_in` yet."
        ),
    ] = None

    def __post_init__(self) -> None:
        if isinstance(self.password, str):
            raise Unfit(
                "this password stands here for everybody to read",
                "password",
                code="E314",
                hint='write “password: "${secret.SHOPPER_PASSWORD}"” and set SHOPPER_PASSWORD in the environment or '
                "in .env",
            )


SHOPPER_VALUES = ("email", "first_name", "last_name", "address")  # what `${shopper.…}` may name: no password


@record()
class DeviceSpec:
    """A device a shopper holds: a window size, or one of Playwright's device descriptions."""

    viewport: Annotated[Viewport | None, Doc("Window size in CSS pixels, such as 1280x800.")] = None
    like: Annotated[str | None, Doc("One of Playwright's devices, such as iPhone 15 Pro.")] = None


@record()
class Variant:
    """One side of an experiment: what makes the store show it."""

    cookies: Annotated[
        Mapping[str, Text], Doc("Cookies that the browser has before it opens the first page.")
    ]

    def __post_init__(self) -> None:
        if not self.cookies:
            raise ValueError("“cookies” is empty: this variant would be the same as none")


@record(one_of=())
class Overlay:
    """Something that may lie over the page at any time, and how to be rid of it."""

    name: Annotated[str, Doc("A name for reports.")]
    see: Annotated[Text, Doc("Text that shows it is there.")]
    press: Annotated[Text, Doc("What to press to close it.")]


@record(one_of=())
class AdminAccess:
    """How the store's Admin API is reached."""

    domain: Annotated[Text, Doc("The store's own domain at Shopify."), Example("hydrogen.myshopify.com")]
    token: Annotated[Text, Doc("The access token of an app."), Example('"${secret.SHOPIFY_ADMIN_TOKEN}"')]
    api_version: Annotated[ApiVersion, Doc("The version of the API that is asked.")] = ApiVersion("2026-10")


@frozen
class StoreFacts:
    """What a program needs to know about its store. Addresses and secrets stay references until a session opens."""

    id: Slug
    name: str
    url: Text
    market_id: str
    market: Market
    password: Text | None = None
    timezone: str = "UTC"
    vars: Mapping[str, Any] = field(default_factory=dict)
    shoppers: Mapping[str, ShopperData] = field(default_factory=dict)
    overlays: tuple[Overlay, ...] = ()
    allow_orders: bool = False
    tracking: Tracking = Tracking("swallow")
    environment: str | None = None  # None is the store as it stands: production
    variant_id: str | None = None
    variant: Variant | None = None
    crawler: Text | None = None
    admin: AdminAccess | None = None
    theme: int | None = None
    vendors: tuple[Vendor, ...] = ()  # of the project's own, beside the built-in ones


class Probe(Protocol):
    """What a check without a browser compiles to: it asks through ports and judges."""

    async def run(self, io: ProbeIO) -> None:
        """Ask and judge, inside ``async with io.step(...)`` blocks that keep each finding."""
        ...

    def titles(self) -> tuple[str, ...]:
        """What it will do, in plain English, for `explain`."""
        ...


@frozen
class SkillCall:
    """A skill to run: `module:Class`, or a function that makes one, and the mapping given to it."""

    skill: str | Callable[[], Skill]
    given: Mapping[str, Any] = field(default_factory=dict)


@frozen
class JourneyParts:
    """A shopper's journey: its steps, the clean-up that always runs, and how the cookie banner is treated.

    `first_party` are hosts of the store's own that take tracking hits: the sink reads what is sent to them.
    """

    steps: Steps
    always: Steps = ()
    consent: Consent = "accept"
    overlays: bool = True
    first_party: tuple[str, ...] = ()


Parts = JourneyParts | Probe | SkillCall


@frozen
class WatchCall:
    """A watcher as it stands in a check: its word, the kind and where it is written."""

    word: str
    watcher: Any  # a registered Watcher; Any because plug-ins bring their own
    span: Span | None = spanless()


@frozen
class WatchParts:
    """What watches the visit of a program that is judged by watchers, not by its steps.

    `journey` is the id of the journey that is watched, None for a visit of the check's own. `confirm` allows one more
    visit when a watcher complains.
    """

    calls: tuple[WatchCall, ...]
    journey: Slug | None = None
    journey_name: str = ""
    confirm: bool = True


@frozen
class Program:
    """One target of a check, ready to run: store/id@device/market, and /variant where there are any."""

    target: str
    check_id: str
    kind: str
    name: str
    severity: Severity
    parts: Any  # Parts
    store: StoreFacts
    device_id: str | None = None
    device: DeviceSpec | None = None
    retries: int = 1
    timeout: Duration = LONGEST_ATTEMPT
    runbook: str | None = None
    owner: str | None = None
    tags: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()  # ids of checks of the same store
    must_fail: bool = False
    revision: int | None = None
    span: Span | None = spanless()
    visit_key: str | None = None  # programs with equal keys share one browser visit
    watch: WatchParts | None = None  # of a check that watches a visit: `parts` is what is driven
