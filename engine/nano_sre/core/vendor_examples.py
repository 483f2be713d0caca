"""The examples of a vendor file: hits as they were seen, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Literal

from nano_sre.core.fields import AsWritten, Doc, Unfit, record
from nano_sre.core.vendor_forms import CanonicalEvent, Words


@record()
class ExpectedItem:
    """A product as an example expects it. What is not said is not compared."""

    ids: Annotated[Words | None, Doc("Its ids.")] = None
    name: Annotated[str | None, Doc("Its name.")] = None
    price: Annotated[str | None, Doc("Its price, as sent.")] = None
    quantity: Annotated[str | None, Doc("How many, as sent.")] = None
    variant: Annotated[str | None, Doc("Its variant.")] = None


@record(short="name")
class ExpectedEvent:
    """An event as an example expects it. What is not said is not compared."""

    name: Annotated[str, Doc("The vendor's own word.")]
    canonical: Annotated[
        CanonicalEvent | Literal["none"] | None, Doc("Our word; `none` when there is none for it.")
    ] = None
    account: Annotated[str | None, Doc("The account.")] = None
    value: Annotated[str | None, Doc("The value, as sent; an empty text when there is none.")] = None
    value_as_text: Annotated[
        bool | None, Doc("Whether the value came as words where a number is wanted.")
    ] = None
    currency: Annotated[str | None, Doc("The currency.")] = None
    order_id: Annotated[str | None, Doc("The order's id.")] = None
    event_id: Annotated[str | None, Doc("The event's id.")] = None
    items: Annotated[tuple[ExpectedItem, ...] | None, Doc("The products.")] = None
    page_url: Annotated[str | None, Doc("The page that is told of.")] = None
    consent: Annotated[Mapping[str, Literal["granted", "denied"]] | None, Doc("What was consented to.")] = (
        None
    )
    test: Annotated[bool | None, Doc("Whether it was sent as a test.")] = None
    happened: Annotated[str | None, Doc("When it happened: milliseconds since 1970.")] = None
    fields: Annotated[
        Mapping[str, str], AsWritten, Doc("Parameters by their own names; others may be there.")
    ] = field(default_factory=dict)


@record()
class ExampleHit:
    """A hit as it was seen on the wire, and what it means."""

    about: Annotated[str, Doc("What is shown.")]
    url: Annotated[str, Doc("The whole address.")]
    method: Annotated[Literal["GET", "POST"] | None, Doc("POST when there is a body, else GET.")] = None
    body: Annotated[str | None, Doc("What was posted, as text.")] = None
    base64: Annotated[str | None, Doc("What was posted, in base64, when it is no text.")] = None
    content_type: Annotated[str, Doc("The content type.")] = ""
    encoding: Annotated[str, Doc("The content encoding, such as gzip, br or zstd.")] = ""
    hit: Annotated[bool, Doc("false for a request that must not be taken for a hit of this vendor.")] = True
    events: Annotated[tuple[ExpectedEvent, ...], Doc("The events, in their order.")] = ()
    trouble: Annotated[str | None, Doc("Words of what could not be read of it.")] = None

    def __post_init__(self) -> None:
        if self.body is not None and self.base64 is not None:
            raise Unfit(
                "“body” and “base64” are said together: keep one of them", "base64", key=True, code="E209"
            )
