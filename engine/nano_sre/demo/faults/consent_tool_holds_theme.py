"""A consent tool takes the theme's script for a tracker: it waits for a consent that nobody is asked for."""

from __future__ import annotations

import re

CAUSE = "script-held-back"
_SCRIPT = re.compile(r'<script (?=src="[^"]*/(?:theme|laden)\.js)')


def rendered(page: str, html: str) -> str:
    return _SCRIPT.sub('<script type="text/plain" data-consent-category="marketing" ', html)
