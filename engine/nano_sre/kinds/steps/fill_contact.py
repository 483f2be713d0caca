from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Duration, Slug, Text
from nano_sre.core.ports import Browser, Outcome, failed
from nano_sre.core.registry import register
from nano_sre.core.template import Template
from nano_sre.kinds._shared.checkout import (
    fill_fields,
    go_on,
    look_at_checkout,
    must_accept,
    must_be_checkout,
    refill,
    shopper_for,
)
from nano_sre.kinds._shared.parts import SHOPPING


@register("step", "fill_contact", short="email")
class FillContact:
    """Gives the checkout the shopper's e-mail address. The field is found by its purpose, in any language."""

    asserts: ClassVar[bool] = True
    patience: ClassVar[Duration] = SHOPPING
    example: ClassVar[str] = "- fill_contact"

    email: Annotated[Text | None, Doc("The e-mail address; the shopper's own if not said.")] = None
    shopper: Annotated[Slug, Doc("The shopper of the store document.")] = Slug("default")

    def title(self) -> str:
        return "Fill in the contact details"

    async def run(self, io: Browser) -> Outcome | None:
        view = await must_be_checkout(io)
        own = io.store.shoppers.get(self.shopper)
        given = self.email or (own.email if own else None)
        secret = isinstance(given, Template) and given.is_secret
        email = str(io.value(self.email) if self.email is not None else shopper_for(io, self.shopper).email)
        if view.field("email") is None:
            if view.has_address or view.has_payment:
                return Outcome(note="the checkout asks for no e-mail address here")
            raise failed(
                "R515",
                "The checkout has no field for an e-mail address.",
                expected="a field with autocomplete “email”",
                actual=", ".join(f"“{field['label']}”" for field in view.fields[:6]) or "no field",
            )
        hidden = ("email",) if secret else ()
        await fill_fields(io, view, {"email": email}, secret=hidden)
        view = await look_at_checkout(io)
        if await refill(io, view, {"email": email}, secret=hidden):
            view = await look_at_checkout(io)
        must_accept(view, what="the e-mail address")
        if not (view.has_address or view.has_payment) and view.onward is not None:
            await go_on(io, view, what="the e-mail address")
        return None
