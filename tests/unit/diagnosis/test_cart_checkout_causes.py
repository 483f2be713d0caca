"""What goes wrong in carts and checkouts of real shops, as the steps tell it, in the words of shops of five languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from nano_sre.core.diagnosis import Evidence, Neighbour
from nano_sre.core.result import Attempt, Finding, StepReport
from nano_sre.diagnosis.rules import RuleDiagnoser
from nano_sre.spec.rules import built_in_rules
from support.results import NOON, make_result

RULES = RuleDiagnoser(built_in_rules)
SHOP = "https://main.example.com"


@dataclass(frozen=True, kw_only=True)
class Met:
    """What a check met."""

    code: str
    verb: str
    says: str
    evidence: tuple[str, ...] = ()
    actual: str | None = None
    console: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    page: str = ""
    neighbour: str = ""

    def evidence_for_rules(self) -> Evidence:
        finding = Finding(code=self.code, summary=self.says, evidence=self.evidence, actual=self.actual)
        step = StepReport(title="a step", verb=self.verb, state="failed", finding=finding)
        attempt = Attempt(
            number=1, status="FAIL", steps=(step,), console=self.console, failed_requests=self.requests
        )
        result = make_result(status="FAIL", findings=(finding,), attempts=(attempt,))
        return Evidence(result=result, now=NOON, page=self.page, neighbours=self._others())

    def _others(self) -> tuple[Neighbour, ...]:
        if not self.neighbour:
            return ()
        other = Neighbour(
            target="main/other@us",
            check_id="other",
            kind="journey",
            status="FAIL",
            inconclusive=None,
            summary=self.neighbour,
            code=self.code,
            failing_verb=self.verb,
        )
        return (other,)


def adding(words: str, **more: Any) -> Met:
    says = f"Shoppers cannot buy “Mug”: the store refuses to add it: “{words}”."
    return Met(
        code="R511",
        verb="add_to_cart",
        says=says,
        requests=(f"422 {SHOP}/cart/add.js",),
        actual="status 422",
        **more,
    )


def pressed(words: str, **more: Any) -> Met:
    says = f"Pressing “Buy” on “Mug” put nothing into the cart; the page says “{words}”."
    return Met(code="R511", verb="add_to_cart", says=says, **more)


def dead(**more: Any) -> Met:
    says = (
        "Pressing “Buy” on “Mug” did nothing: no request to the cart was sent, and the cart is still empty."
    )
    return Met(code="R511", verb="add_to_cart", says=says, **more)


def disabled(name: str, **more: Any) -> Met:
    says = f"Shoppers cannot buy “Mug”: its add-to-cart button is disabled and reads “{name}”."
    return Met(code="R511", verb="add_to_cart", says=says, actual=f"“{name}”, disabled", **more)


def quantity(rest: str, **more: Any) -> Met:
    says = f"Changing the quantity of “Mug” has no effect: the cart keeps 1{rest}."
    return Met(code="R513", verb="set_quantity", says=says, **more)


def code(words: str = "", **more: Any) -> Met:
    said = f": the cart says “{words}”" if words else ""
    return Met(
        code="R525", verb="apply_discount", says=f"The discount code “SPRING” is not applied{said}.", **more
    )


def start(says: str, **more: Any) -> Met:
    return Met(code="R514", verb="start_checkout", says=says, **more)


def back(words: str = "", **more: Any) -> Met:
    said = f", which says “{words}”" if words else ""
    return start(f"The checkout sends shoppers back to the cart{said}.", **more)


def stays(where: str = "/products/mug", **more: Any) -> Met:
    return start(
        f"Pressing the checkout button does not lead to the checkout: shoppers are at {where}.", **more
    )


def formless(**more: Any) -> Met:
    return start(
        "The checkout came up without a form: shoppers find no field for contact or delivery.", **more
    )


def address(complaint: str, **more: Any) -> Met:
    says = f"The checkout does not accept the address: it complains about {complaint}."
    return Met(code="R515", verb="fill_shipping", says=says, **more)


def nowhere(words: str = "", **more: Any) -> Met:
    said = f": it says “{words}”" if words else ""
    return Met(
        code="R515",
        verb="fill_shipping",
        says=f"Pressing “Continue” in the checkout leads nowhere{said}.",
        **more,
    )


def rates(words: str = "", **more: Any) -> Met:
    said = f": it says “{words}”" if words else ", so shoppers cannot have anything sent"
    return Met(
        code="R527", verb="choose_shipping", says=f"The checkout offers no shipping method{said}.", **more
    )


def paying(words: str = "", **more: Any) -> Met:
    said = f"; it says “{words}”" if words else ""
    return Met(code="R516", verb="see_payment", says=f"The checkout offers no way to pay{said}.", **more)


def skill(says: str, **more: Any) -> Met:
    return Met(code="R521", verb="skill", says=says, **more)


THROWN = "uncaught: Cannot read properties of undefined (reading 'items')"
OF_THEME = f"{THROWN} ({SHOP}/cdn/shop/t/4/assets/cart-drawer.js:12)"
OF_APP = f"{THROWN} (https://cdn.upsell.example/widget.js:1)"

TOLD = [
    # Adding
    (adding("You can only buy this product with a subscription."), "selling-plan-required"),
    (adding("Dieses Produkt ist nur im Abo erhältlich."), "selling-plan-required"),
    (adding("Ce produit est vendu uniquement par abonnement."), "selling-plan-required"),
    (adding("Dit product is alleen met een abonnement te koop."), "selling-plan-required"),
    (adding("La variante solo se puede comprar con un plan de venta."), "selling-plan-required"),
    (adding("Quantity must be a multiple of 6. Minimum quantity is 6."), "minimum-quantity"),
    (adding("Die Mindestbestellmenge beträgt 5 Stück."), "minimum-quantity"),
    (adding("La quantité minimum est de 3."), "minimum-quantity"),
    (adding("Je moet minstens 4 stuks bestellen."), "minimum-quantity"),
    (adding("La cantidad mínima para este producto es 2."), "minimum-quantity"),
    (adding("All 1 Mug are in your cart."), "quantity-limited"),
    (adding("Du kannst maximal 2 Stück pro Bestellung kaufen."), "quantity-limited"),
    (adding("Vous ne pouvez ajouter que 1 article au panier."), "quantity-limited"),
    (pressed("Please choose a delivery date first."), "choice-demanded"),
    (pressed("Bitte wähle einen Liefertermin aus."), "choice-demanded"),
    (pressed("Veuillez sélectionner une date de livraison."), "choice-demanded"),
    (pressed("Kies eerst een bezorgdatum."), "choice-demanded"),
    (disabled("Add to cart", page='- textbox "Engraving text"'), "choice-demanded"),
    (dead(console=(OF_THEME,)), "add-to-cart-theme-script"),
    (dead(console=(OF_APP,)), "add-to-cart-app-script"),
    (dead(), "add-to-cart-swallowed"),
    # The cart
    (Met(code="R513", verb="set_quantity", says="The cart is empty, so its quantity cannot be changed."), "cart-loses-goods"),
    (Met(code="R512", verb="open_cart", says="The cart has lost “Mug”: it was added, and is no longer in it."), "cart-loses-goods"),
    (Met(code="R512", verb="open_cart", says="The cart does not show “Mug”, although the store knows that it is in it.", page="- paragraph: Your cart is empty"), "cart-not-drawn"),
    (Met(code="R512", verb="open_cart", says="The cart does not show “Mug”, although the store knows that it is in it.", requests=(f"500 {SHOP}/cart?section_id=cart-drawer",)), "cart-not-drawn"),
    (quantity("", console=(OF_THEME,)), "cart-script-broken"),
    (quantity(""), "quantity-ignored"),
    (quantity("; the page says “You can't add more than 1 per customer.”", requests=(f"422 {SHOP}/cart/change.js",)), "quantity-limited"),
    (quantity("; the page says “Es sind nur 1 Stück auf Lager.”", requests=(f"422 {SHOP}/cart/change.js",)), "quantity-limited"),
    (Met(code="R505", verb="expect", says="The cart's subtotal is $50.00, expected about $45.00 (give or take 0.01).", actual="$50.00", evidence=("the cart holds 1 of “Mug”", "$50.00 (saved as full_price at checks/sale.yaml:15:5)")), "discount-not-shown"),
    (Met(code="R505", verb="expect", says="The cart's subtotal is $47.50, expected about $45.00 (give or take 0.01).", actual="$47.50", evidence=("the cart holds 1 of “Mug”", "$50.00 (saved as full_price at checks/sale.yaml:15:5)")), "discount-wrong-amount"),
    # Discount codes
    (code("Dieser Rabattcode ist abgelaufen."), "discount-expired"),
    (code("Ce code de réduction n'est plus valable."), "discount-expired"),
    (code("De kortingscode is verlopen."), "discount-expired"),
    (code("El código de descuento ha caducado."), "discount-expired"),
    (code("This code has reached its usage limit."), "discount-expired"),
    (code("Unable to find a valid discount matching the code entered."), "discount-unknown"),
    (code("Der Rabattcode existiert nicht."), "discount-unknown"),
    (code("Code de réduction invalide"), "discount-unknown"),
    (code("Deze kortingscode is ongeldig."), "discount-unknown"),
    (code("SPRING can't be combined with other discounts in your cart."), "discount-not-combinable"),
    (code("Der Code kann nicht mit anderen Rabatten kombiniert werden."), "discount-not-combinable"),
    (code("Ce code n'est pas cumulable avec une autre remise."), "discount-not-combinable"),
    (code("SPRING discount code isn't valid for the items in your cart."), "discount-not-applicable"),
    (code("Der Rabatt gilt nur für Neukunden."), "discount-not-applicable"),
    (code("Valable uniquement pour la première commande."), "discount-not-applicable"),
    (code("Spend at least $80 to use this code."), "discount-not-applicable"),
    (code(), "discount-refused"),
    # On the way to the checkout
    (back("Der Mindestbestellwert beträgt 25,00 €."), "minimum-order"),
    (back("Le montant minimum de commande est de 30 €."), "minimum-order"),
    (back("Het minimale bestelbedrag is € 20."), "minimum-order"),
    (back("El pedido mínimo es de 25 €."), "minimum-order"),
    (stays(page="- alert: You must spend at least $40 to check out."), "minimum-order"),
    (stays(page='- checkbox "I agree with the terms of sale"'), "terms-first"),
    (stays("/cart-page", page='- checkbox "J\'accepte les conditions générales de vente"'), "terms-first"),
    (back(page='- checkbox "Ik ga akkoord met de algemene voorwaarden"'), "terms-first"),
    (back("Debes aceptar los términos y condiciones."), "terms-first"),
    (start("Shoppers cannot check out: the button “Kasse” is disabled.", page='- checkbox "Ich habe die AGB gelesen"'), "terms-first"),
    (start("Shoppers cannot check out: the button “Check out” is disabled.", page='- textbox "Delivery date"'), "choice-demanded"),
    (back("Bitte wählen Sie eine Abholfiliale."), "choice-demanded"),
    (stays(console=(OF_APP,)), "cart-script-broken"),
    (stays(), "checkout-button-missing"),
    (stays("/pages/quick-order"), "checkout-leads-elsewhere"),
    (stays("/queue/wait"), "checkout-queue"),
    (formless(page="- heading \"Vous êtes dans la file d'attente\""), "checkout-queue"),
    (formless(page="- alert: Some items in your cart are no longer available."), "goods-gone-at-checkout"),
    (formless(page="- alert: Le produit est en rupture de stock."), "goods-gone-at-checkout"),
    (formless(console=(f"{THROWN} ({SHOP}/checkouts/cn/c1)",)), "checkout-script-broken"),
    (back("Bitte melde dich an, um zu bestellen."), "checkout-needs-login"),
    (skill("The checkout does not open: it sends shoppers to /customer_authentication/login."), "checkout-needs-login"),
    (skill("The checkout shows an error: We can't accept your order right now. Please contact us."), "checkout-refuses-order"),
    (skill("The checkout shows an error: Wir können deine Bestellung nicht annehmen."), "checkout-refuses-order"),
    (skill("The checkout shows an error: Nous ne pouvons pas traiter votre commande."), "checkout-refuses-order"),
    (nowhere("Je bestelling kan niet worden verwerkt. Neem contact op."), "checkout-refuses-order"),
    # Delivery
    (address("“Postal code” (Enter a valid postal code for Germany)"), "checkout-refuses-address"),
    (address("“PLZ” (Gib eine gültige Postleitzahl ein)"), "checkout-refuses-address"),
    (address("“Adresse” (Le numéro de rue est introuvable, vérifiez votre adresse)"), "checkout-refuses-address"),
    (address("“Phone” (Enter a phone number)"), "checkout-field-required"),
    (address("“Telefonnummer” (it is required)"), "checkout-field-required"),
    (address("“Entreprise” (it is required)"), "checkout-field-required"),
    (address("“NIF” (it is required)"), "checkout-field-required"),
    (rates(), "shipping-missing"),
    (rates("Shipping not available for this address."), "shipping-missing"),
    (rates("Wir liefern leider nicht an diese Adresse."), "shipping-missing"),
    (rates("Aucun mode de livraison n'est disponible."), "shipping-missing"),
    (rates("We verzenden niet naar dit adres."), "shipping-missing"),
    (rates("No hay métodos de envío disponibles."), "shipping-missing"),
    (rates("Versandkosten werden berechnet…"), "rates-not-loaded"),
    (rates(requests=(f"503 {SHOP}/checkouts/cn/c1/shipping_rates",)), "rates-not-loaded"),
    # Paying
    (paying("Dieser Shop kann derzeit keine Zahlungen annehmen."), "payment-missing"),
    (paying("Cette boutique n'accepte pas de paiements pour le moment."), "payment-missing"),
    (paying(), "payment-missing"),
    (Met(code="R516", verb="pay", says="The checkout takes no cards."), "payment-missing"),
    (Met(code="R516", verb="see_payment", says="The checkout's card fields stay empty: shoppers cannot type a card number."), "card-fields-empty"),
    (Met(code="R528", verb="place_order", says="The order is not placed: the checkout says “Deine Karte wurde abgelehnt”."), "payment-refused"),
    # Accounts
    (Met(code="R501", verb="see", says="The page does not show “Orders”.", evidence=(f"the page is {SHOP}/account/login",), requests=(f"500 {SHOP}/account/login",)), "log-in-broken"),
]  # fmt: skip


@pytest.mark.parametrize(("met", "cause"), TOLD, ids=lambda each: each if isinstance(each, str) else "")
def test_what_shops_say_tells_the_cause(met: Met, cause: str) -> None:
    told = RULES.conclude(met.evidence_for_rules()).causes
    assert told, "nothing was told"
    assert told[0].id == cause, [(each.id, each.confidence) for each in told]


VAGUE = [
    dead(),
    stays(),
    back(),
    formless(),
    nowhere(),
    quantity(""),
    code(),
    paying(),
    Met(code="R505", verb="expect", says="The cart's total is $50.00, expected $40.00."),
    Met(code="R512", verb="open_cart", says="The cart does not show “Mug”, although the store knows that it is in it."),
]  # fmt: skip


@pytest.mark.parametrize("met", VAGUE, ids=lambda met: met.says[:40])
def test_a_single_vague_sentence_is_no_more_than_a_guess(met: Met) -> None:
    told = RULES.conclude(met.evidence_for_rules()).causes
    assert told
    assert told[0].confidence < 0.5


@pytest.mark.parametrize(
    ("met", "causes"),
    [
        (stays(), {"checkout-button-missing", "checkout-leads-elsewhere", "cart-script-broken", "terms-first", "minimum-order", "choice-demanded"}),
        (back(), {"checkout-sends-back", "minimum-order", "terms-first", "choice-demanded"}),
        (nowhere(), {"checkout-field-missing", "checkout-refuses-address", "checkout-script-broken", "checkout-refuses-order"}),
        (formless(), {"checkout-form-empty", "checkout-script-broken", "checkout-server-error", "checkout-field-missing", "checkout-refuses-order"}),
        (rates(), {"shipping-missing", "rates-not-loaded", "country-missing"}),
    ],
)  # fmt: skip
def test_three_causes_are_named_where_the_evidence_leaves_it_open(met: Met, causes: set[str]) -> None:
    told = RULES.conclude(met.evidence_for_rules()).causes
    assert len(told) == 3
    assert {each.id for each in told} <= causes
