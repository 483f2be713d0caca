"""A security policy lets the pages talk to nobody but the store: pixels run, and no vendor hears of them."""

from __future__ import annotations

_POLICY = "connect-src 'self'; img-src 'self' data:; worker-src 'none'"


def rendered(page: str, html: str) -> str:
    meta = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    return html.replace("<head>", f"<head>{meta}", 1)
