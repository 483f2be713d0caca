"""What a check says of tracking: the accounts, the events it expects, and what must never be."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Annotated, Literal

from nano_sre.core.check import nothing
from nano_sre.core.diagnostics import Span
from nano_sre.core.fields import Doc, Duration, Example, OneOrMany, Text, Unfit, record, spanless
from nano_sre.core.hits import CANONICAL_EVENTS
from nano_sre.core.values import frozen
from nano_sre.core.vendor_forms import VendorId
from nano_sre.kinds._shared.compare import Expectation
from nano_sre.kinds._shared.literals import is_wordy, must_be_of
from nano_sre.kinds._shared.tracking.faults import USUAL

ANY = "any"
TRUTHS: dict[str, tuple[str, ...]] = {
    "value": ("cart", "product", "items", "shop"),
    "currency": ("shop",),
    "items": ("cart", "product", "shop"),
}
"""Words that stand for what the shopper sees, by the field they may stand for."""
FACTS = ("value", "currency", "items", "order_id", "event_id", "page_url", "account")
"""Fields that every vendor has, each under a name of its own."""

Fields = Mapping[str, Expectation]


@record()
class SameAs:
    """The event of another vendor that has the same event id."""

    same_as: Annotated[VendorId, Doc("The vendor whose event of the same thing has this id, too.")]


@record(short="event")
class Wanted:
    """An event that vendors hear of. The event alone means: at least once at every vendor, with what it needs."""

    event: Annotated[
        str,
        Doc(
            "What the shopper did: `view_item`, `add_to_cart`, `purchase` …; with `vendor`, the vendor's own word."
        ),
        Example("add_to_cart"),
    ]
    vendor: Annotated[
        VendorId | None,
        Doc("The vendor that the event is a word of, where it is none that all of them share."),
    ] = None
    only: Annotated[
        tuple[VendorId, ...], OneOrMany, Doc("Which of the vendors must hear of it; all of them by default.")
    ] = ()
    after: Annotated[
        str | None,
        Doc("Counts only what happens from this step on: its name, or its verb where that is unique."),
        Example("add_to_cart"),
    ] = None
    at: Annotated[str | None, Doc("Counts only what happens during this step, or within 5 s after it.")] = (
        None
    )
    times: Annotated[
        Expectation | None,
        Doc("How often each vendor hears of it; at least once if nothing is said. 0 is never."),
        Example("1"),
    ] = None
    within: Annotated[
        Duration | None, Doc("How long after the step of `after` or `at` the hit may come."), Example("5s")
    ] = None
    fields: Annotated[
        Fields,
        Doc(
            "What every such event says: `value`, `currency`, `items`, `order_id`, `event_id`, `page_url`, `account`, "
            "or a parameter by the vendor's own name. Beside the usual words, `value` may be `cart`, `product`, "
            "`items` (the sum of its own products) or `shop`, `currency: shop` is the one that the shopper sees, and "
            "`items` may be `cart`, `product` or `shop`; `shop` is what the store itself tells by its own event."
        ),
        Example("{value: cart, currency: shop, items: {at_least: 1}}"),
    ] = nothing()
    fields_for: Annotated[
        Mapping[str, Fields],
        Doc("The same for single vendors, in place of the field of that name under `fields`."),
        Example("{meta: {value: product}}"),
    ] = nothing()
    event_id: Annotated[
        Literal["required", "unique"] | SameAs | None,
        Doc(
            "`required`: it has an event id. `unique`: no other event has it. `{same_as: meta}`: that vendor's event "
            "of the same thing has the same."
        ),
    ] = None
    order_id: Annotated[Literal["required"] | None, Doc("`required`: it has the order's number.")] = None

    def __post_init__(self) -> None:
        if self.vendor is None and self.event not in CANONICAL_EVENTS:
            near = difflib.get_close_matches(
                self.event.lower().replace(" ", "_"), CANONICAL_EVENTS, n=1, cutoff=0.6
            )
            raise Unfit(
                f"“{self.event}” is not an event that all vendors share",
                "event",
                suggestion=near[0] if near else None,
                hint=f"write one of {', '.join(CANONICAL_EVENTS)}; a vendor's own word needs “vendor: …” beside it",
            )
        self._must_go_together()
        if self.times is not None:
            for path, given in (*self.times.values(), (("equals",), self.times.equals)):
                if given is not None:
                    must_be_of(None, given, "times", *path)
        must_be_fields(self.fields, "fields")
        for vendor, said in self.fields_for.items():
            must_be_fields(said, "fields_for", vendor)

    def _must_go_together(self) -> None:
        if self.after is not None and self.at is not None:
            raise Unfit("“after” and “at” are said together: keep one of them", "at", key=True, code="E209")
        if self.within is not None and self.after is None and self.at is None:
            raise Unfit(
                "“within” counts from a step, and there is none",
                "within",
                key=True,
                hint="write “after:” with the step beside it",
            )
        if self.vendor is not None and self.only:
            raise Unfit("“vendor” says already who hears of it", "only", key=True, hint="take “only” out")
        asked = [
            key for key in ("fields", "fields_for", "event_id", "order_id", "within") if getattr(self, key)
        ]
        if self.times is not None and self.times.equals == "0" and asked:
            raise Unfit(
                f"what never happens has no “{asked[0]}”",
                asked[0],
                key=True,
                hint=f"take “{asked[0]}” or “times: 0” out",
            )

    def fields_of(self, vendor: str) -> Fields:
        """What one vendor's event says."""
        return {**self.fields, **self.fields_for.get(vendor, {})}


def must_be_fields(said: Fields, *path: str) -> None:
    """Refuse names and words that could never be meant. Raises `Unfit`."""
    for name, wanted in said.items():
        near = difflib.get_close_matches(name.lower(), FACTS, n=1, cutoff=0.8)
        if name not in FACTS and near:
            raise Unfit(f"there is no field “{name}”", *path, name, key=True, suggestion=near[0])
        equals = wanted.equals
        if name == "value" and isinstance(equals, str) and is_wordy(equals) and equals not in TRUTHS[name]:
            _refuse(name, equals, *path)
        if name == "items" and equals is not None and equals not in TRUTHS[name]:
            _refuse(name, str(equals), *path)


def _refuse(name: str, given: str, *path: str) -> None:
    words = ", ".join(TRUTHS[name])
    near = difflib.get_close_matches(given.lower(), TRUTHS[name], n=1)
    raise Unfit(
        f"“{given}” is nothing that “{name}” can be",
        *path,
        name,
        suggestion=near[0] if near else None,
        hint=f"write {words}, or what it must be: “{name}: {'{at_least: 1}' if name == 'items' else '99.00'}”",
    )


@frozen
class Plan:
    """What the judgement goes by. `vendors` holds the accounts of each, none for any account."""

    vendors: Mapping[str, tuple[Text, ...]]
    expect: tuple[Wanted, ...] = ()
    never: tuple[str, ...] | None = None
    cookieless: bool = True
    pages: tuple[tuple[str, str], ...] = ()  # name and path of each page of an own visit
    expect_spans: tuple[Span | None, ...] | None = spanless()
    vendor_spans: Mapping[str, Span | None] | None = spanless()
    never_spans: Mapping[str, Span | None] | None = spanless()

    @property
    def words(self) -> tuple[str, ...]:
        """The faults that are looked for."""
        return USUAL if self.never is None else self.never
