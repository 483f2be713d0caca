"""The theme's update put its example sections on the home page, and nobody filled or removed them."""

from __future__ import annotations

import re

CAUSE = None

_MAIN = re.compile(r'(<main [^>]*>|<div id="inhalt">)')
_WORDS = {
    "en": (
        "Image banner",
        "Give customers details about the banner image(s) or content on the template.",
        "Button label",
        "Example product title",
    ),
    "de": (
        "Bildbanner",
        "Gib deinen Kunden Details zu den Bannerbildern oder zum Inhalt der Vorlage.",
        "Button-Beschriftung",
        "Beispiel für Produkttitel",
    ),
}
_SECTIONS = """<section class="banner page-width huelle"><h2>{0}</h2><p>{1}</p><a role="link">{2}</a></section>
<section class="featured-collection page-width huelle"><p>{3}</p><p>{3}</p><p>{3}</p><p>{3}</p></section>"""


def rendered(page: str, html: str) -> str:
    words = _WORDS["de" if '<html lang="de">' in html else "en"]
    return _MAIN.sub(lambda main: main[0] + _SECTIONS.format(*words), html, 1) if page == "home" else html
