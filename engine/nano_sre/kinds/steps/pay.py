from __future__ import annotations

import re
from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Duration, Example, Text, Unfit
from nano_sre.core.ports import Browser, Outcome, cannot_work, failed
from nano_sre.core.registry import register
from nano_sre.core.template import Template
from nano_sre.kinds._shared.checkout import (
    go_on,
    look_at_checkout,
    must_accept,
    must_answer,
    must_be_checkout,
    shopper_for,
)
from nano_sre.kinds._shared.parts import sentence, wait
from nano_sre.kinds._shared.payment import CardField, card_fields, pay_button

FIELDS_SECONDS = 10.0
MOST_STAGES = 3
BOGUS = {"bogus": "1", "1": "1", "2": "2", "3": "3"}


@register("step", "pay", short="card")
class Pay:
    """Gives the checkout a test card; `place_order` after it presses the button that pays.

    Use Shopify's Bogus Gateway (`bogus`, or its card numbers 1, 2 and 3 for approved, declined and broken), or the
    test card of a payment provider in test mode, from a secret. Only for stores that say `allow_orders: true`.
    """

    asserts: ClassVar[bool] = True
    places_orders: ClassVar[bool] = True
    patience: ClassVar[Duration] = Duration(40_000)
    example: ClassVar[str] = "- pay: bogus"

    card: Annotated[
        Text,
        Doc(
            "`bogus`, a card number of the Bogus Gateway (1, 2 or 3), or a secret that holds a test card's number."
        ),
        Example('"${secret.TEST_CARD}"'),
    ]
    expires: Annotated[Text, Doc("Month and year on the card."), Example("12/34")] = "12/34"
    security_code: Annotated[Text, Doc("The three or four digits on the back.")] = "111"
    name_on_card: Annotated[Text | None, Doc("The name on it; the default shopper's if not said.")] = None

    def __post_init__(self) -> None:
        if isinstance(self.card, Template) or str(self.card).strip().casefold() in BOGUS:
            return
        if not re.search(r"\d", str(self.card)):
            raise Unfit(
                f"there is no card “{self.card}”",
                "card",
                code="E206",
                suggestion="bogus" if str(self.card).strip().casefold()[:1] == "b" else None,
                hint='write “bogus” for Shopify\'s Bogus Gateway, or a secret: "${secret.TEST_CARD}"',
            )
        raise Unfit(
            "this card number stands here for everybody to read",
            "card",
            code="E314",
            hint='write "${secret.TEST_CARD}" and set TEST_CARD in the environment or in .env; a real card is never '
            "the right one",
        )

    def title(self) -> str:
        known = isinstance(self.card, str)
        return "Fill in the Bogus Gateway's card" if known else "Fill in the test card"

    async def run(self, io: Browser) -> Outcome | None:
        if not io.store.allow_orders:
            raise cannot_work(
                "The store document does not say `allow_orders: true`, so no card is filled in."
            )
        view = await must_be_checkout(io)
        for _ in range(MOST_STAGES):
            if view.has_payment or view.onward is None or not view.facts["shipping"] or pay_button(view):
                break
            view = await go_on(io, view, what="choosing how to ship")
        fields = await _fields(io)
        given = str(io.value(self.card)).strip()
        number = BOGUS.get(given.casefold(), given)
        month, _, year = str(io.value(self.expires)).replace(" ", "").partition("/")
        shopper = shopper_for(io, "default")
        holder = (
            self.name_on_card
            if self.name_on_card is not None
            else f"{shopper.first_name} {shopper.last_name}"
        )
        values = {
            "number": (number, isinstance(self.card, Template)),
            "expires": (f"{month} / {year}", _hidden(self.expires)),
            "month": (month, _hidden(self.expires)),
            "year": (year, _hidden(self.expires)),
            "security_code": (str(io.value(self.security_code)), _hidden(self.security_code)),
            "name": (str(io.value(holder)), _hidden(holder)),
        }
        for part, (text, secret) in values.items():
            if part in fields:
                await _fill(fields[part], text, secret=secret)
        return Outcome(
            note=f"{sum(part in fields for part in values)} card fields filled; nothing is paid yet"
        )


def _hidden(given: Text) -> bool:
    return isinstance(given, Template) and given.is_secret


async def _fill(field: CardField, text: str, *, secret: bool) -> None:
    handle = field.frame.at(field.path)
    if field.facts["tag"] == "select":
        options = [label for pair in field.facts["options"] or () for label in pair]
        await handle.choose(
            next((each for each in options if each in {text, text.lstrip("0"), f"20{text}"}), text)
        )
    else:
        await handle.fill(text, secret=secret)


async def _fields(io: Browser) -> dict[str, CardField]:
    """The card's fields once their frames have loaded. Raises `Abort` (R516)."""
    found: dict[str, CardField] = {}

    async def loaded() -> bool:
        found.clear()
        found.update(await card_fields(io))
        return "number" in found and {"expires", "month"} & found.keys() != set() and "security_code" in found

    await wait(io, loaded, most=FIELDS_SECONDS, pause=0.2)
    if "number" in found:
        return found
    view = await look_at_checkout(io)
    must_answer(view)
    must_accept(view, what="what was filled in")
    said = sentence(view.facts["complaints"])
    ways = list(dict.fromkeys([*view.facts["payments"], *view.facts["wallets"]]))
    if view.card is not None:
        summary = "The checkout's card fields stay empty: shoppers cannot type a card number."
    else:
        summary = f"The checkout takes no cards{f'; it says {said}' if said else ''}."
    raise failed(
        "R516",
        summary,
        expected="fields for a card's number, expiry and check digits",
        actual=", ".join(f"“{way}”" for way in ways) or "no way to pay",
        hint="Look at the payment providers in the admin under Settings > Payments: is the Bogus Gateway, or a "
        "provider in test mode, active?",
        evidence=(f"the page is {io.url}",),
    )
