"""A speed app was uninstalled; the theme's scripts still wait for its loader, which is gone."""

from __future__ import annotations

import re

CAUSE = "script-held-back"
LOADER = "/apps/page-booster/lazy-loader.min.js"
_SCRIPT = re.compile(r'<script src="([^"]*/(?:theme|laden)\.js[^"]*)"')


def rendered(page: str, html: str) -> str:
    if page in ("checkout", "thank-you", "password"):
        return html
    waiting = _SCRIPT.sub(r'<script type="text/lazyscript" data-src="\1"', html)
    return waiting.replace("</head>", f'<script src="{LOADER}" async></script></head>', 1)
