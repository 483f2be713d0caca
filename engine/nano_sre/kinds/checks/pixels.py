from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from nano_sre.core.check import Locate, WatchingCheck
from nano_sre.core.fields import Doc, Example, OneOrMany, Text, Unfit
from nano_sre.core.program import Severity, WatchCall
from nano_sre.core.registry import register
from nano_sre.core.vendor_forms import HostName, VendorId
from nano_sre.kinds._shared.tracking.faults import USUAL, WORDS
from nano_sre.kinds._shared.tracking.listening import TrackingWatcher
from nano_sre.kinds._shared.tracking.wanted import ANY, Plan, Wanted


@register("check", "pixels")
class Pixels(WatchingCheck):
    """What tracking vendors hear of a visit: every hit is seen, kept from the vendor, read and judged.

    It watches a journey (`during`) or visits pages by itself (`visit`). Amounts, currencies and products are compared
    with the cart, with the store's own events and with what the journey saved. Vendors that need the shopper's consent
    are expected to be silent after `consent: refuse`.
    """

    example: ClassVar[str] = """\
version: 1
kind: pixels
id: products-are-measured
name: Products are measured
visit: /products/complete-snowboard
vendors: {ga4: G-DEMO12345, meta: "1234567890"}
expect:
  - page_view
  - event: view_item
    times: 1
    fields: {value: product, currency: shop, items: product}
"""

    severity: Annotated[Severity, Doc("How bad a failure is: P0 (all hands) to P3 (some day).")] = "P1"
    vendors: Annotated[
        tuple[VendorId, ...] | Mapping[str, Annotated[tuple[Text, ...], OneOrMany]],
        Doc(
            "The vendors that must hear of it, each with the shop's account or accounts; `any` is any account, and a "
            "plain list of vendors takes any account of each. Hits to other vendors are swallowed and shown."
        ),
        Example('{ga4: G-DEMO12345, meta: "1234567890", klaviyo: any}'),
    ] = ()
    expect: Annotated[
        tuple[Wanted, ...],
        Doc(
            "What the vendors must hear of: an event, or an event with when, how often and with which fields."
        ),
        Example("[view_item, {event: add_to_cart, after: add_to_cart, times: 1}]"),
    ] = ()
    never: Annotated[
        tuple[Literal[WORDS], ...] | None,  # type: ignore[valid-type]  # the words are data
        OneOrMany,
        Doc(
            f"What must not be wrong with any event. Without this key: {', '.join(USUAL)} (tracking without consent "
            "only in countries whose law asks first)."
        ),
        Example("[duplicate_events, events_before_consent, unknown_ids, personal_data]"),
    ] = None
    cookieless: Annotated[
        Literal["allowed", "forbidden"],
        Doc("Whether hits without consent are all right that say so of themselves, as Google's do (G100)."),
    ] = "allowed"
    first_party: Annotated[
        tuple[HostName, ...],
        OneOrMany,
        Doc(
            "Hosts of the shop's own that take hits, such as a tagging server: what is sent to them is read, too."
        ),
        Example("[collect.shop.example]"),
    ] = ()

    def __post_init__(self) -> None:
        WatchingCheck.__post_init__(self)
        if not self.expect and self.never == ():
            raise Unfit(
                f"“{self.id}” checks nothing: it would pass whatever the vendors hear",
                "never",
                key=True,
                code="E401",
                hint="write “expect:” with events, or leave “never” out for the usual faults",
            )
        if not self.vendors and any(not wanted.vendor and not wanted.only for wanted in self.expect):
            raise Unfit(
                "nothing says which vendors must hear of it",
                "expect",
                key=True,
                code="E204",
                hint='write “vendors: {ga4: G-…, meta: "…"}”',
            )
        for index, wanted in enumerate(self.expect):
            self._must_be_listed(wanted, index)

    def _must_be_listed(self, wanted: Wanted, index: int) -> None:
        for key, names in (
            ("only", wanted.only),
            ("vendor", (wanted.vendor,)),
            ("fields_for", wanted.fields_for),
        ):
            for name in names:
                if name is not None and name not in self.vendors:
                    raise Unfit(
                        f"“{name}” is not one of this check's vendors",
                        "expect",
                        index,
                        key,
                        *((name,) if key == "fields_for" else ()),
                        key=True,
                        hint=f"the vendors are {', '.join(self.vendors) or 'none yet'}: add it under “vendors”",
                    )

    @property
    def accounts(self) -> Mapping[str, tuple[Text, ...]]:
        """The accounts of each vendor; none where any will do."""
        if not isinstance(self.vendors, Mapping):
            return {str(name): () for name in self.vendors}
        return {name: () if given == (ANY,) else given for name, given in self.vendors.items()}

    def watchers(self, at: Locate) -> tuple[WatchCall, ...]:
        plan = Plan(
            vendors=self.accounts,
            expect=self.expect,
            never=self.never,
            cookieless=self.cookieless == "allowed",
            pages=tuple((page.name or str(page.path), str(page.path)) for page in self.visit),
            expect_spans=tuple(at("expect", index) for index in range(len(self.expect))),
            vendor_spans={name: at("vendors", name) for name in self.accounts},
            never_spans={word: at("never", index) for index, word in enumerate(self.never or ())},
        )
        return (WatchCall(word="pixels", watcher=TrackingWatcher(plan=plan), span=at("kind")),)
