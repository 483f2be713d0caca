"""A bogus gateway: card 1 is approved, 2 is declined, 3 makes the gateway fail."""

from __future__ import annotations

# Field of the form and its autocomplete word.
CARD_FIELDS = {
    "number": "cc-number",
    "expiry": "cc-exp",
    "verification_value": "cc-csc",
    "name": "cc-name",
}
_ANSWERS = {"1": "", "2": "declined", "3": "gateway_exception"}


def pay(card: dict[str, str]) -> str:
    """The name of the refusal, or nothing when the payment went through."""
    number = card.get("number", "").replace(" ", "")
    if not all(card.get(name, "").strip() for name in CARD_FIELDS):
        return "bad_card"
    return _ANSWERS.get(number, "bad_card")
