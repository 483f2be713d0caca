"""The shop's own country was taken out of its market: checkout does not offer it any more."""

from __future__ import annotations

import re

CAUSE = "country-missing"
_OWN = re.compile(r'<option value="[A-Z]{2}" selected>[^<]*</option>')


def rendered(page: str, html: str) -> str:
    return _OWN.sub("", html, count=1) if page == "checkout" else html
