"""What can be wrong with tracking: a word for each fault, its code, and what it means for the merchant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nano_sre.core.diagnostics import Span
from nano_sre.core.hits import ShopEvent, TrackedEvent
from nano_sre.core.values import frozen, frozen_row


@frozen_row
class FaultKind:
    """A fault: its code, what it costs the merchant (`{vendor}` stands for the vendor's name), and what to do."""

    code: str
    so: str
    hint: str
    usual: bool = True  # wrong whatever a shop wants, so it is looked for unless the check says otherwise
    own: bool = True  # may stand under `never`


KINDS: dict[str, FaultKind] = {
    "missing_event": FaultKind(
        "R545",
        "{vendor} counts too little",
        "Do the same by hand: is the pixel still connected, and does it wait for a consent that nobody gives?",
        own=False,
    ),
    "unexpected_event": FaultKind(
        "R546", "{vendor} counts too much", "Look for a second installation of the pixel.", usual=False
    ),
    "missing_value": FaultKind(
        "R547", "{vendor} shows no revenue for it", "Send the amount as a plain number, such as 99.00."
    ),
    "missing_currency": FaultKind(
        "R548",
        "{vendor} drops the amount, or reads it in the account's own currency",
        "Send the three letters of the currency with every value.",
    ),
    "missing_items": FaultKind(
        "R549",
        "{vendor} does not know which products it is about",
        "Look at where the pixel reads the products from: after a theme change it is often empty.",
    ),
    "missing_order_id": FaultKind(
        "R550",
        "{vendor} counts the order again when the page is reloaded",
        "Send the order's number with every purchase.",
    ),
    "missing_event_id": FaultKind(
        "R551",
        "{vendor} cannot tell it from what the server sends, and counts both",
        "Let the pixel send the event id that the server sends.",
        usual=False,
    ),
    "missing_field": FaultKind(
        "R552", "{vendor} lacks what it needs", "Give the event this parameter where it is sent.", own=False
    ),
    "wrong_field": FaultKind(
        "R553",
        "{vendor} is told something else than the check expects",
        "Look at where the pixel takes it from; if the store changed on purpose, correct the check.",
        own=False,
    ),
    "value_is_text": FaultKind(
        "R554",
        "{vendor} reads no amount in it, or the wrong one",
        "Send a plain number such as 1299.00, not the price as the theme writes it.",
    ),
    "zero_value": FaultKind(
        "R555",
        "{vendor} learns that these shoppers bring no money",
        "Look at where the pixel takes the price from, and whether it is known by then.",
    ),
    "value_mismatch": FaultKind(
        "R556",
        "{vendor} optimises for the wrong amount",
        "Look for cents sent as units, and for a price without its quantity or its discount.",
    ),
    "currency_mismatch": FaultKind(
        "R557",
        "{vendor} converts the amount wrongly",
        "Take the currency from the cart or the order in place of a fixed one.",
    ),
    "item_id_mismatch": FaultKind(
        "R558",
        "{vendor} advertises the wrong product, or finds none in its catalogue",
        "Send the id that the catalogue has, mostly that of the variant.",
    ),
    "quantity_mismatch": FaultKind(
        "R559",
        "{vendor} reports the wrong revenue for each product",
        "Take the quantity from the cart's line.",
    ),
    "duplicate_events": FaultKind(
        "R560",
        "{vendor} counts it again",
        "Look for a second installation: an app beside the theme, a tag manager beside a customer event.",
    ),
    "two_accounts": FaultKind(
        "R561",
        "somebody else's reports show it, too",
        "Take out the installation that was left behind; if both are meant, list both accounts under “vendors”.",
    ),
    "unknown_ids": FaultKind(
        "R562",
        "the account that should have it does not",
        "Correct the id in the pixel's settings, or list it under “vendors” if it is yours.",
    ),
    "event_id_not_unique": FaultKind(
        "R563",
        "{vendor} takes the second for a copy of the first and throws it away",
        "Make a new id for every event: that of a checkout or a session is not one.",
    ),
    "event_id_differs_between_pixels": FaultKind(
        "R564",
        "what the server sends can match only one of them",
        "Let both pixels take the id of the store's own event.",
        usual=False,
    ),
    "events_before_consent": FaultKind(
        "R565",
        "the shopper has not agreed to it",
        "Connect the pixel to the store's customer privacy settings, and look for copies of it in the theme.",
    ),
    "consent_signal_wrong": FaultKind(
        "R566",
        "{vendor} leaves out what it may count",
        "The consent update must follow the click on the banner and come before the next event.",
    ),
    "wrong_page_url": FaultKind(
        "R567",
        "{vendor} loses the page and the campaign it belongs to",
        "Send the address of the event's context as the page's location: the sandbox has one of its own.",
    ),
    "personal_data": FaultKind(
        "R568",
        "{vendor} forbids this and may close the account",
        "Keep it out of addresses and parameters; where the vendor wants it, send it hashed.",
    ),
    "hit_failed": FaultKind(
        "R569",
        "{vendor} never hears of it",
        "If the page's content security policy blocks it, add the vendor's host to it.",
    ),
    "late_hit": FaultKind(
        "R570",
        "shoppers who leave before are not counted",
        "Look at what the pixel waits for: several slow pixels one after another are the usual cause.",
    ),
    "wrong_order": FaultKind(
        "R571", "{vendor} shows a funnel that makes no sense", "Look at which page or click each is bound to."
    ),
    "library_loaded_but_no_hit": FaultKind(
        "R572",
        "shoppers load it for nothing",
        "Is the account's id in its settings, and does a script fail? See the console lines of the report.",
    ),
    "test_mode_left_on": FaultKind(
        "R573",
        "{vendor} leaves it out of its reports",
        "Switch the debug mode off where the pixel is set up.",
    ),
    "unreadable_hit": FaultKind(
        "R574", "{vendor} cannot read it either", "Look at how the pixel builds what it sends."
    ),
}
"""Every fault by its word, in the order of their codes."""

WORDS = tuple(word for word, kind in KINDS.items() if kind.own)
"""What may stand under `never`."""
USUAL = tuple(word for word in WORDS if KINDS[word].usual)
"""What is never all right, whatever a shop wants."""


@frozen
class Occurrence:
    """An event as it is judged: `moment` is when it happened, `sent` when it left the page, in ms of the visit.

    `step` is the index of the step in which it happened. `number` counts the events of a visit. `answers` is the
    store's own event of the same thing, where it told of it.
    """

    event: TrackedEvent
    number: int
    moment: int
    sent: int
    step: int
    answers: ShopEvent | None = None

    @property
    def vendor(self) -> str:
        return self.event.vendor

    @property
    def what(self) -> str:
        """The event's canonical name, or the vendor's own."""
        return self.event.canonical or self.event.name


@frozen
class Fault:
    """Something wrong with one vendor's events. `says` has no full stop; `hits` are numbers of hits without an event.

    `asked` are faults that an expectation of the check names: they are told whatever `never` says, at `span`.
    """

    word: str
    vendor: str
    what: str
    says: str
    occurrences: tuple[Occurrence, ...] = ()
    hits: tuple[int, ...] = ()
    expected: str | None = None
    actual: str | None = None
    difference: str | None = None
    evidence: tuple[str, ...] = ()
    hint: str | None = None
    span: Span | None = None
    asked: bool = False
    warn: bool = False

    @property
    def code(self) -> str:
        return KINDS[self.word].code

    @property
    def numbers(self) -> frozenset[int]:
        """The hits it is about."""
        return frozenset((*self.hits, *(each.event.hit.number for each in self.occurrences)))


def fault(word: str, said: str, about: Sequence[Occurrence], **more: Any) -> Fault:
    """A fault of events of one vendor and name; `said` is the sentence about it."""
    first = about[0]
    return Fault(word=word, vendor=first.vendor, what=first.what, says=said, occurrences=tuple(about), **more)
