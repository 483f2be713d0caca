"""A chat window opens by itself and lies over most of the product page."""

from __future__ import annotations

CAUSE = "overlay-covers"
_CHAT = """<div id="help-chat" role="complementary" aria-label="Chat" style="position:fixed;inset:15% 0 0 0;
z-index:9000;background:#fff;padding:24px;box-shadow:0 0 40px rgba(0,0,0,.4)">
<h2>{hello}</h2><input aria-label="{hello}"></div>"""


def markup(page: str, locale: str) -> str:
    hello = "Wie können wir helfen?" if locale == "de" else "How can we help?"
    return _CHAT.format(hello=hello) if page == "product" else ""
