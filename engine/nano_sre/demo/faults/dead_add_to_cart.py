"""The add-to-cart button is there, but pressing it does nothing."""

from __future__ import annotations

CAUSE = "add-to-cart-swallowed"

# What an app's script does when it takes over the form and then fails to load the rest of itself.
_SWALLOW = """<script>
document.addEventListener("submit", function (event) {
  if (/\\/cart\\/add$/.test(event.target.getAttribute("action") || "")) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);
</script>"""


def markup(page: str, locale: str) -> str:
    return _SWALLOW if page == "product" else ""
