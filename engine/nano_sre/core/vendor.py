"""What a vendor file says: which requests are hits of a vendor, and how they are read. Plain data, the YAML keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Any, Literal

from nano_sre.core.fields import Doc, Duration, Example, OneOrMany, Unfit, record
from nano_sre.core.forms import Name, Url
from nano_sre.core.hits import CANONICAL_EVENTS
from nano_sre.core.source import Source, read, roots
from nano_sre.core.vendor_examples import ExampleHit
from nano_sre.core.vendor_forms import CanonicalEvent, HostName, Sources, VendorId, Words

FACTS = ("account", "value", "currency", "order_id", "event_id", "items", "page_url")
"""What an event may hold, by our names; `required` and the conditions of `names` speak of these."""
STORAGES = ("ad_storage", "analytics_storage", "ad_user_data", "ad_personalization")
"""What people consent to, by Google's names."""


@record(short="path")
class Asked:
    """A kind of request, by its address. In each text `*` stands for anything."""

    path: Annotated[str | None, Doc("The path of the address."), Example("/g/collect")] = None
    host: Annotated[str | None, Doc("The host, where only some of the vendor's are meant.")] = None
    method: Annotated[tuple[Literal["GET", "POST"], ...], OneOrMany, Doc("The methods; any by default.")] = ()
    query: Annotated[
        Mapping[str, str],
        Doc("Parameters that the address has, and how they look; `*` is any value."),
        Example('{v: "2", tid: "G-*"}'),
    ] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.path is None and self.host is None and not self.query:
            raise Unfit("this would be every request", hint="say a path, a host or a parameter of the query")


@record(short="always")
class Meaning:
    """What a vendor's word means, where that hangs on what the event holds."""

    always: Annotated[CanonicalEvent | None, Doc("What it always means.")] = None
    with_: Annotated[
        Literal["value", "order_id", "items", "event_id", "account", "currency", "page_url"] | None,
        Doc("What the event has to hold to mean `then`."),
    ] = None
    then: Annotated[CanonicalEvent | None, Doc("What it means with that.")] = None
    otherwise: Annotated[CanonicalEvent | None, Doc("What it means without it; nothing by default.")] = None

    def __post_init__(self) -> None:
        if (self.with_ is None) != (self.then is None) or (self.always is None) == (self.with_ is None):
            raise Unfit(
                "say one event, or “with” and “then”",
                hint="write “pagevisit: page_view”, or “pagevisit: {with: items, then: view_item}”",
            )

    def of(self, held: frozenset[str] | set[str]) -> str | None:
        """The canonical event, of an event that holds these facts."""
        if self.always is not None:
            return self.always
        return self.then if self.with_ in held else self.otherwise

    @property
    def events(self) -> tuple[str, ...]:
        """Every canonical event that it may mean."""
        return tuple(dict.fromkeys(e for e in (self.always, self.then, self.otherwise) if e is not None))


@record(short="at")
class Amount:
    """Where the value of an event stands, and what shows that it was sent as text."""

    at: Annotated[Sources, Doc("Where the value stands; the first place that has one counts.")]
    as_text: Annotated[
        Sources,
        Doc("Where the vendor's library puts a value that it was given as text."),
        Example('any["ep.value"]'),
    ] = ()
    number: Annotated[
        bool, Doc("true when the vendor wants a JSON number, so that a number in quotes is a text.")
    ] = False


@record()
class Items:
    """Where the products of an event stand. `item` is each of them."""

    from_: Annotated[Sources, Doc("The list of products."), Example("body.properties.contents")]
    ids: Annotated[Sources, Doc("Every id that a product has.")]
    name: Annotated[Sources, Doc("Its name.")] = ()
    price: Annotated[Sources, Doc("The price of one.")] = ()
    quantity: Annotated[Sources, Doc("How many.")] = ()
    variant: Annotated[Sources, Doc("Its variant.")] = ()


@record()
class Consent:
    """Where a hit says what was consented to, by Google's names."""

    gcs: Annotated[Source | None, Doc("A code such as G111: ads, then analytics.")] = None
    gcd: Annotated[Source | None, Doc("A code such as 13r3r3r2r5l1: defaults and updates of all four.")] = (
        None
    )
    ad_storage: Annotated[Sources, Doc("Whether ads may store something.")] = ()
    analytics_storage: Annotated[Sources, Doc("Whether analytics may store something.")] = ()
    ad_user_data: Annotated[Sources, Doc("Whether data of people may be used for ads.")] = ()
    ad_personalization: Annotated[Sources, Doc("Whether ads may be made for one person.")] = ()


@record()
class Dedupe:
    """By what the vendor knows that two hits are one event."""

    by: Annotated[
        tuple[Literal["event_id", "order_id"], ...],
        OneOrMany,
        Doc("Events of one name with the same of these count once."),
    ]
    within: Annotated[Duration | None, Doc("In which time."), Example("48h")] = None


@record()
class Quirks:
    """What is peculiar about a vendor."""

    known_shoppers_only: Annotated[
        bool, Doc("true when hits are sent of shoppers only whom the vendor knows already.")
    ] = False
    needs_consent: Annotated[bool, Doc("true when nothing at all may be sent before consent.")] = False
    several_requests: Annotated[
        bool,
        Doc("true when the vendor's library tells of one event in several requests: two alike are no fault."),
    ] = False
    from_server: Annotated[
        tuple[CanonicalEvent, ...],
        OneOrMany,
        Doc("Events that the vendor gets from the store's server, so no browser sends them."),
    ] = ()


@record()
class Vendor:
    """A tracking vendor as data."""

    version: Annotated[Literal[1], Doc("The version of the check language: 1.")]
    id: Annotated[
        VendorId, Doc("The word for the vendor in checks. A built-in vendor of that word is replaced.")
    ]
    name: Annotated[Name, Doc("The name people read.")]
    docs: Annotated[tuple[Url, ...], OneOrMany, Doc("Where the vendor describes its pixel.")] = ()
    hosts: Annotated[
        tuple[HostName, ...],
        OneOrMany,
        Doc(
            "Hosts that take nothing but hits (and `library`): every request to them is kept from the vendor. "
            "`*.` at the front stands for any names before it."
        ),
        Example('[www.google-analytics.com, "*.google-analytics.com"]'),
    ] = ()
    shared_hosts: Annotated[
        tuple[HostName, ...],
        OneOrMany,
        Doc("Hosts that serve other things as well: only what `hits` says is kept from the vendor."),
        Example("[www.facebook.com]"),
    ] = ()
    hits: Annotated[
        tuple[Asked, ...], OneOrMany, Doc("Which requests to those hosts carry events; all by default.")
    ] = ()
    silent: Annotated[
        tuple[Asked, ...],
        OneOrMany,
        Doc("Requests to shared hosts that are kept from the vendor, too, though they carry no event."),
    ] = ()
    shape: Annotated[
        tuple[Asked, ...],
        OneOrMany,
        Doc("How a hit is known on any other host, such as the shop's own: by its path and parameters."),
    ] = ()
    not_hosts: Annotated[
        tuple[HostName, ...], OneOrMany, Doc("Hosts on which nothing is this vendor's, whatever its shape.")
    ] = ()
    library: Annotated[
        Words,
        Doc(
            "Scripts that the page needs, by host and path; `*` stands for anything. They are fetched, even from "
            "hosts that take hits."
        ),
        Example("[www.googletagmanager.com/gtag/js]"),
    ] = ()
    split: Annotated[
        Sources,
        Doc("The list of events in a hit, when there may be several; `each` is one of them."),
        Example("lines"),
    ] = ()
    account: Annotated[Sources, Doc("The shop's account at the vendor.")] = ()
    event: Annotated[
        Sources, Doc("The vendor's word for what happened. Without this, hits are recognised and not read.")
    ] = ()
    event_id: Annotated[
        Sources, Doc("The id by which the vendor knows an event that also comes another way.")
    ] = ()
    order_id: Annotated[Sources, Doc("The id of the order.")] = ()
    value: Annotated[Amount | None, Doc("The value.")] = None
    currency: Annotated[Sources, Doc("The currency.")] = ()
    items: Annotated[Items | None, Doc("The products.")] = None
    page_url: Annotated[Sources, Doc("The page that the hit tells of.")] = ()
    happened: Annotated[
        Sources, Doc("When it happened: seconds or milliseconds since 1970, or an ISO time.")
    ] = ()
    test: Annotated[Sources, Doc("What is there when the hit is sent as a test or for debugging.")] = ()
    consent: Annotated[Consent | None, Doc("What the hit says of consent.")] = None
    names: Annotated[
        Mapping[str, Meaning],
        Doc(
            "The vendor's words for the events that all vendors share. Where several mean one, today's comes first."
        ),
        Example("{AddToCart: add_to_cart}"),
    ] = field(default_factory=dict)
    ignore: Annotated[
        Words, Doc("Words of events that mean nothing, such as what a library sends by itself.")
    ] = ()
    required: Annotated[
        Mapping[str, Words],
        Doc(
            f"What an event has to hold, by our words for events: {', '.join(FACTS)}, or the vendor's own parameters."
        ),
        Example("{purchase: [value, currency, order_id]}"),
    ] = field(default_factory=dict)
    dedupe: Annotated[Dedupe | None, Doc("When two hits are one event to the vendor.")] = None
    marking: Annotated[
        Mapping[str, str],
        Doc("Parameters by which `tracking: mark` tells the vendor that a visit is none of a shopper."),
        Example("{tt: internal}"),
    ] = field(default_factory=dict)
    quirks: Annotated[Quirks | None, Doc("What is peculiar about it.")] = None
    examples: Annotated[tuple[ExampleHit, ...], Doc("Hits as they were seen, and what they mean.")] = ()

    def __post_init__(self) -> None:
        if not (self.hosts or self.shared_hosts or self.shape):
            raise Unfit(
                "nothing says which requests are hits",
                hint="write “hosts”, “shared_hosts” or “shape”",
                code="E209",
            )
        if self.shared_hosts and not self.hits:
            raise Unfit(
                "a shared host needs “hits”: else everything on it would be kept away",
                "shared_hosts",
                key=True,
                hint="say which requests are hits, such as “hits: [/tr]”",
            )
        self._judge_events()
        self._judge_places()

    def _judge_events(self) -> None:
        for word in self.required:
            if word not in CANONICAL_EVENTS:
                raise Unfit(
                    f"“{word}” is not {CanonicalEvent.form}",
                    "required",
                    word,
                    key=True,
                    suggestion=CanonicalEvent.mended(word),
                    hint=f"there are {', '.join(CANONICAL_EVENTS)}",
                )
        reads = [name for name in ("names", "required", "value", "items", "split") if getattr(self, name)]
        if reads and not self.event:
            raise Unfit(
                f"“{reads[0]}” is said, but nothing says where the event's name stands",
                reads[0],
                key=True,
                hint="write “event: query.event” or where else it is",
            )

    def _judge_places(self) -> None:
        for path, source in sources_of(self):
            strange = roots(read(source)) & ({"item"} if path[0] != "items" or path[1] == "from" else set())
            if strange:
                raise Unfit("“item” is a product, and only the keys of “items” know one", *path)
            if path[0] == "split" and roots(read(source)) & {"each", "any"}:
                raise Unfit("“split” makes the pieces: it begins with query, body or lines", *path)

    def wire_names(self, canonical: str) -> tuple[str, ...]:
        """The vendor's own words for one of our events, today's first."""
        return tuple(word for word, meaning in self.names.items() if canonical in meaning.events)


def sources_of(vendor: Vendor) -> list[tuple[tuple[str | int, ...], Source]]:
    """Every source expression of a vendor, with its YAML path."""
    found: list[tuple[tuple[str | int, ...], Source]] = []

    def add(value: Any, path: tuple[str | int, ...]) -> None:
        if isinstance(value, Source):
            found.append((path, value))
        elif isinstance(value, tuple):
            for index, each in enumerate(value):
                add(each, (*path, index))

    for name in (
        "split",
        "account",
        "event",
        "event_id",
        "order_id",
        "currency",
        "page_url",
        "happened",
        "test",
    ):
        add(getattr(vendor, name), (name,))
    for name, keys in (
        ("value", ("at", "as_text")),
        ("items", ("from_", "ids", "name", "price", "quantity", "variant")),
    ):
        for key in keys:
            add(getattr(getattr(vendor, name), key, ()), (name, key.rstrip("_")))
    for key in ("gcs", "gcd", *STORAGES):
        add(getattr(vendor.consent, key, None), ("consent", key))
    return found
