"""An order-limits app was given a rule for boot laces, multiples of two, and its condition holds for every product."""

from __future__ import annotations

CAUSE = "minimum-quantity"
_WORDS = {
    "en": "Quantity must be a multiple of 2. Please change the quantity to continue to checkout.",
    "de": "Die Menge muss ein Vielfaches von 2 sein. Bitte ändere die Menge, um zur Kasse zu gehen.",
}
_RULE = """<script>document.addEventListener("click", function (event) {
  var button = event.target.closest("[name=checkout]");
  if (!button) return;
  var counts = Array.from(button.form.querySelectorAll('[name="updates[]"]'));
  if (counts.every(function (count) { return Number(count.value) %% 2 === 0; })) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (button.parentNode.querySelector(".order-limits")) return;
  button.insertAdjacentHTML("beforebegin", '<div class="order-limits" role="alert">%s</div>');
}, true);</script>"""


def markup(page: str, locale: str) -> str:
    return "" if page in ("checkout", "thank-you", "password") else _RULE % _WORDS[locale]
