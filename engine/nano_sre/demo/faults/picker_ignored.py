"""A swatch app swallows the choice of a variant: the page stays with the first one."""

from __future__ import annotations

CAUSE = "variant-picker-broken"
_SWALLOW = """<script>
document.addEventListener("change", function (event) {
  if (event.target.closest("fieldset, .wahl")) event.stopImmediatePropagation();
}, true);
</script>"""


def markup(page: str, locale: str) -> str:
    return _SWALLOW if page == "product" else ""
