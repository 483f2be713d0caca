"""A script of an app that was removed still runs on product pages, and fails."""

from __future__ import annotations

CAUSE = "leftover-app-code"

_CALL = """<script>
document.addEventListener("DOMContentLoaded", function () { loyaltyWidget.start({points: true}); });
</script>"""


def markup(page: str, locale: str) -> str:
    return _CALL if page == "product" else ""
