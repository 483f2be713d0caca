"""A consent tool lies over the whole shop, and its buttons do nothing."""

from __future__ import annotations

CAUSE = "consent-banner-blocks"
_WORDS = {
    "en": ("Your privacy", "We and our 214 partners store cookies on your device.", "Accept all"),
    "de": (
        "Datenschutz",
        "Wir und unsere 214 Partner speichern Cookies auf deinem Gerät.",
        "Alle akzeptieren",
    ),
}
_WALL = """<div id="privacy-wall" role="dialog" aria-modal="true" aria-label="{title}" style="position:fixed;inset:0;
z-index:99999;background:rgba(0,0,0,.7);display:grid;place-items:center"><div style="background:#fff;color:#111;
padding:32px;max-width:420px"><h2>{title}</h2><p>{text}</p><button type="button">{accept}</button></div></div>"""


def markup(page: str, locale: str) -> str:
    if page in ("checkout", "thank-you", "password"):
        return ""
    title, text, accept = _WORDS.get(locale, _WORDS["en"])
    return _WALL.format(title=title, text=text, accept=accept)
