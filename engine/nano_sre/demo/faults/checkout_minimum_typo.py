"""An order-limits app asks for a least order of ten thousand: somebody typed two noughts too many."""

from __future__ import annotations

CAUSE = "minimum-order"
_WORDS = {
    "en": "The minimum order value is $10,000.00. Please add more items to check out.",
    "de": "Der Mindestbestellwert beträgt 10.000,00 €. Bitte lege mehr in den Warenkorb.",
}
_LIMIT = """<script>
document.addEventListener("submit", function (event) {
  if (!event.submitter || event.submitter.name !== "checkout") return;
  event.preventDefault();
  var note = document.createElement("p");
  note.setAttribute("role", "alert");
  note.textContent = "%s";
  event.submitter.before(note);
}, true);
</script>"""


def markup(page: str, locale: str) -> str:
    return "" if page in ("checkout", "thank-you") else _LIMIT % _WORDS[locale]
