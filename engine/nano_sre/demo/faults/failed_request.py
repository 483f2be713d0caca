"""Product pages load a script that is no longer there."""

from __future__ import annotations

CAUSE = "app-file-missing"


def markup(page: str, locale: str) -> str:
    return '<script src="/apps/reviews/widget.js" defer></script>' if page == "product" else ""
